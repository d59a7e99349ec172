"""Asking the scanner about what was stored unscanned."""

import logging

from django.conf import settings

from framework_portal.documents import scanner
from framework_portal.documents.actions import record_scan
from framework_portal.documents.models import ScanState
from framework_portal.documents.serving import opened_chunks
from framework_portal.sealing.broken import InvalidSeal

logger = logging.getLogger(__name__)


def scan(documents):
    """Ask about each of `documents`, and keep the answers; yields those that were judged now.

    It ends as soon as the scanner does not answer. Twice does no harm.
    """
    if not settings.CLAMD_ADDRESS:
        return
    for document in documents:
        if scanner.breaker.is_open:
            return
        try:
            state = scanner.verdict(opened_chunks(document), patience=scanner.LONG_PATIENCE)
        except InvalidSeal:  # one lost file must not keep the others from being scanned
            logger.exception("Document %s cannot be scanned", document.reference)
            continue
        if state != ScanState.UNSCANNED and record_scan(document=document, state=state):
            document.scan_state = state
            yield document
