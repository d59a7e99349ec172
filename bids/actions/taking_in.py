"""Sealing one version of a bid, with its receipt: submitted by somebody, or kept to stand by."""

from bids.actions.receipts import submission_receipt
from bids.actions.sealing_offers import fresh_salt, keep_copy, seal_offer, seal_price
from bids.models import Submission


def take_in(bid, content, *, by, arrival, sequence, instruction=None):
    """Version `sequence` of `bid`, sealed, and its receipt. The database's guards have the word."""
    salt = fresh_salt()
    submission = Submission.objects.create(
        bid=bid,
        sequence=sequence,
        arrival=arrival,
        key=arrival.key,
        instruction=instruction,
        offer=seal_offer(bid, content, sequence=sequence, salt=salt),
        price_offer=seal_price(bid, content, sequence=sequence, salt=salt),
        copy=keep_copy(bid, content, sequence=sequence, salt=salt),
        submitted_by=by,
    )
    return submission, submission_receipt(submission, bid, content, salt)
