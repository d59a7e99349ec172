"""Files that no row names: their transaction rolled back, or their process died."""

import time
from itertools import islice
from pathlib import Path

from django.conf import settings

from framework_portal.documents.limits import ORPHAN_HOURS
from framework_portal.documents.models import Document

BATCH = 500


def remove():
    """Delete orphans older than a day; answers how many. The files' clock is the disk's own."""
    before = time.time() - ORPHAN_HOURS * 3600
    old = (path for path in _files() if path.stat().st_mtime < before)
    removed = 0
    while batch := {path.name: path for path in islice(old, BATCH)}:
        known = set(
            Document.objects.filter(stored_as__in=batch).values_list("stored_as", flat=True)
        )
        for name in batch.keys() - known:
            batch[name].unlink(missing_ok=True)
            removed += 1
    return removed


def _files():
    return (path for path in Path(settings.DOCUMENT_DIR).glob("??/??/*") if path.is_file())
