"""Scanning what could not be scanned at once, and clearing away what belongs to nothing."""

import logging

from celery import shared_task
from django.conf import settings

from framework_portal.documents import orphans, scanner
from framework_portal.documents.actions import record_scan
from framework_portal.documents.models import Document, ScanState
from framework_portal.documents.serving import opened_chunks
from framework_portal.sealing.broken import InvalidSeal

logger = logging.getLogger(__name__)


@shared_task
def scan_documents():
    """Every two minutes: ask the scanner about what is unscanned. Twice does no harm."""
    if not settings.CLAMD_ADDRESS:
        return
    waiting = Document.objects.filter(scan_state=ScanState.UNSCANNED).order_by("uploaded_at")
    for document in waiting[:500]:
        if scanner.breaker.is_open:
            return
        try:
            state = scanner.verdict(opened_chunks(document), patience=scanner.LONG_PATIENCE)
        except InvalidSeal:  # one lost file must not keep the others from being scanned
            logger.exception("Document %s cannot be scanned", document.reference)
            continue
        if state != ScanState.UNSCANNED:
            record_scan(document=document, state=state)


@shared_task
def remove_orphans():
    """Each night: delete files whose transaction never committed. Twice does no harm."""
    orphans.remove()
