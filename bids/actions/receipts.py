"""Receipts: what the portal signs when it has taken something in, and cannot deny later.

Called inside the action's transaction, before the trail is written: the receipt names the last
event of the trail before it, and the event that follows names the receipt's leaf. Whoever
rewrites the one would have to rewrite the other, and receipts are in other people's hands.
"""

import hashlib

from django.conf import settings

from bids.models import Receipt, ReceiptKind
from bids.numbers import fresh_number
from framework_portal.audit import trail
from framework_portal.sealing.merkle import leaf_hash
from framework_portal.sealing.signing import instant

VERSION = 1


def submission_receipt(submission, bid, content, salt=None):
    """The receipt of a version that was submitted or stands by, whose files `content` lists.

    With the `salt` of the commitment its digest is signed too, so that nobody can exchange it.
    """
    return _issued(
        ReceiptKind.STANDBY if submission.is_standby else ReceiptKind.SUBMISSION,
        bid,
        submission.offer,
        submission=submission,
        reference=submission.reference,
        sequence=submission.sequence,
        at=submission.received_at,
        files=content["documents"],
        salt=salt,
        price=submission.price_offer,
    )


def withdrawal_receipt(bid, submission):
    """The receipt of a withdrawal; `submission` is the version that will not be opened."""
    return _issued(
        ReceiptKind.WITHDRAWAL,
        bid,
        submission.offer,
        sequence=submission.sequence,
        at=bid.withdrawn_at,
    )


def unseating_receipt(bid, submission, *, at):
    """The receipt that `submission` counts no more: somebody it named withdrew its consent."""
    return _issued(ReceiptKind.UNSEATED, bid, submission.offer, sequence=submission.sequence, at=at)


def _issued(kind, bid, offer, *, sequence, at, files=(), salt=None, price=None, **fields):
    lot = bid.lot
    receipt = Receipt(
        kind=kind, number=fresh_number(), competition=lot.competition, bid=bid, at=at, **fields
    )
    seq, digest = trail.head()
    receipt.say(
        {
            "kind": "receipt",
            "version": VERSION,
            "service": settings.PORTAL_ADDRESS,
            "of": kind,
            "number": receipt.number,
            "competition": lot.competition.reference,
            "lot": lot.reference,
            "bid": bid.reference,
            "organisation": bid.supplier.reference,
            "sequence": sequence,
            "received_at": instant(at),
            "envelope_hash": offer.envelope_hash,
            "commitment": offer.digest,
            "salt_digest": salt and hashlib.sha256(salt).hexdigest(),
            **_of_price(price),
            "files": sorted(entry["sha256"] for entry in files),
            "audit": {"number": seq, "hash": digest},
        }
    )
    receipt.leaf = leaf_hash(receipt.text.encode()).hex()
    receipt.save(force_insert=True)
    return receipt


def _of_price(price):
    """The second envelope, where price is opened after quality."""
    if price is None:
        return {}
    return {"price": {"envelope_hash": price.envelope_hash, "commitment": price.digest}}
