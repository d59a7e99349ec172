"""The files of a bid, as its pages show them and as they are handed out."""

from bids.content import find
from bids.models import BidDocument
from bids.selectors.bidding import submitted_offer


def files(bid, entries):
    """The files that `entries` of an offer of `bid` name, in their order, and no other: one query.

    Their names and keys lie in the offer and nowhere else.
    """
    if not entries:
        return []
    rows = BidDocument.objects.filter(bid=bid).select_related("document")
    found = {str(row.reference): row for row in rows}
    named = [(entry, found.get(entry["reference"])) for entry in entries]
    for entry, row in named:
        if row is not None:
            row.document.as_in(entry)
    return [row for _entry, row in named if row is not None]


def unfinished(bid, person):
    """What `person` has begun to upload for `bid` and has not finished."""
    begun = bid.uploads.filter(started_by=person, finished_at__isnull=True)
    return [upload for upload in begun if upload.expires_at > bid.asked_at]


def entry_of(bid, content, reference):
    """What `content`, or else the newest submitted version, says of the file; None where none does.

    A file that was taken out since is still shown on the receipts of the versions that had it.
    """
    entry = find(content["documents"], reference)
    if entry is not None:
        return entry
    submissions = bid.submissions.select_related("copy").order_by("-sequence")
    offers = (submitted_offer(bid, submission) for submission in submissions)
    return next((e for offer in offers if (e := find(offer["documents"], reference))), None)
