"""Scanning files of bids that no scanner has seen, wherever a key to them is at hand.

Until submission the draft has the key, after opening the opened offer. In between nobody has it:
such files wait, and officers are not given them before they were found clean.
"""

import logging

from django.db import transaction
from django.db.models import Q

from bids.identity import identity
from bids.models import BidDocument
from framework_portal.audit import trail
from framework_portal.documents import scanning
from framework_portal.documents.models import ScanState
from framework_portal.notifications import outbox
from framework_portal.sealing.broken import InvalidSeal
from framework_portal.sealing.envelope import read_opened, read_own

logger = logging.getLogger(__name__)
AT_ONCE = 500


def scan_files(*, at):
    """Ask the scanner about the files it has not seen; tell bidders of a virus in time to act."""
    waiting = (
        BidDocument.objects.filter(
            Q(bid__opened__isnull=False) | Q(bid__draft__isnull=False, removed_at__isnull=True),
            document__scan_state=ScanState.UNSCANNED,
        )
        .select_related(
            *("document", "added_by", "bid__lot__competition"),
            *("bid__supplier", "bid__draft", "bid__opened"),
        )
        .order_by("bid", "added_at")
    )
    rows = list(waiting[:AT_ONCE])
    attached = {row.document_id: row for row in rows}
    for document in scanning.scan(_readable(rows)):
        if document.scan_state == ScanState.INFECTED:
            _tell_of_a_virus(attached[document.pk], at)


def _readable(rows):
    """The documents of `rows` whose keys an offer gives; each offer is read once."""
    bid, entries = None, {}
    for row in rows:
        if bid is None or row.bid_id != bid.pk:
            bid, entries = row.bid, _entries(row.bid)
        entry = entries.get(str(row.reference))
        if entry is not None:
            yield row.document.as_in(entry)


def _entries(bid):
    try:
        if bid.opened is not None:
            content = read_opened(bid.opened, bound_to=identity(bid))
        else:
            content = read_own(bid.draft, bound_to=identity(bid))
    except InvalidSeal:
        logger.exception("The files of bid %s cannot be scanned", bid.reference)
        return {}
    return {entry["reference"]: entry for entry in content.get("documents") or []}


@transaction.atomic
def _tell_of_a_virus(attached, at):
    bid = attached.bid
    if bid.lot.competition.is_open(at=at):
        outbox.queue_many(
            "bid_file_infected",
            [
                {
                    "to": address,
                    "key": f"bid_file_infected:{attached.reference}:{number}",
                    "context": {"bid": str(bid.reference)},
                }
                for number, address in enumerate(
                    sorted({bid.supplier.contact_email, attached.added_by.email})
                )
            ],
        )
    trail.record("bid.file_infected", bid, document=str(attached.reference))
