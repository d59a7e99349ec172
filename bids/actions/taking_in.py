"""Sealing one version of a bid, with its receipt: submitted by somebody, or kept to stand by."""

from bids.actions.receipts import submission_receipt
from bids.actions.sealing_offers import fresh_salt, keep_copy, seal_offer, seal_price
from bids.models import NamedConsent, Submission
from bids.selectors.consents import consents_to_seal


def take_in(bid, content, *, by, arrival, sequence, instruction=None):
    """Version `sequence` of `bid`, sealed, and its receipt. The database's guards have the word.

    The consents of those it names are sealed with it, and written down as what it rests on.
    """
    given, salt = consents_to_seal(bid, content), fresh_salt()
    content = content | {"consents": {name: signed for name, (_row, signed) in given.items()}}
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
    NamedConsent.objects.bulk_create(
        [NamedConsent(submission=submission, consent=row) for row, _signed in given.values()]
    )
    return submission, submission_receipt(submission, bid, content, salt)
