"""Scanning what could not be scanned at once, and clearing away what belongs to nothing."""

from celery import shared_task

from framework_portal.documents import orphans, scanning
from framework_portal.documents.models import Document, DocumentPurpose, ScanState


@shared_task
def scan_documents():
    """Every two minutes: ask the scanner about what is unscanned. Twice does no harm.

    Not about bids' documents, whose keys lie in the offers: `bids.tasks` asks about those.
    """
    waiting = Document.objects.filter(scan_state=ScanState.UNSCANNED)
    keyed = waiting.exclude(purpose=DocumentPurpose.BID).order_by("uploaded_at")
    for _judged in scanning.scan(keyed[:500]):
        pass


@shared_task
def remove_orphans():
    """Each night: delete files whose transaction never committed. Twice does no harm."""
    orphans.remove()
