"""Receipts, and what proves them: the files that are handed out, and what became of each."""

from bids import logbook
from bids.models import LogHead, Opening, Receipt
from bids.states import BidState
from framework_portal.sealing.signing import published_keys

RECEIPT_FORMAT = "framework-portal receipt 1"
LOG_FORMAT = "framework-portal log 1"
KEYS_FORMAT = "framework-portal keys 1"

CURRENT, REPLACED, WITHDRAWN = "current", "replaced", "withdrawn"


def receipt_file(receipt, *, salt=None):
    """The receipt as its holder keeps it; with the salt, what was opened can be checked later."""
    file = {"format": RECEIPT_FORMAT, **receipt.signed}
    return file | {"salt": salt.hex()} if salt else file


def keys_file():
    """The public keys of the service."""
    return {
        "format": KEYS_FORMAT,
        "keys": [
            {name: key[name] for name in ("id", "algorithm", "public_key", "fingerprint")}
            for key in published_keys()
        ],
    }


def heads_of(competition):
    """Every head that was published for the competition's log, oldest first."""
    return list(LogHead.objects.filter(competition=competition).order_by("pk"))


def is_opened(competition):
    """Whether the leaves of the log are public: from the opening on."""
    return Opening.objects.filter(competition=competition).exists()


def log_file(competition):
    """What is public of a log: its heads; from the opening on its leaves, without names."""
    heads = heads_of(competition)
    file = {"format": LOG_FORMAT, "heads": [head.signed for head in heads]}
    if heads and is_opened(competition):
        newest = heads[-1]
        file |= {
            "size": len(newest.leaves),
            "blinding": newest.blinding,
            "leaves": newest.leaves,
        }
    return file


def proof_file(competition, leaf):
    """That one leaf is in the log, once it was opened; None where it is not, or not yet."""
    heads = heads_of(competition)
    if not heads or not is_opened(competition) or leaf not in heads[-1].leaves:
        return None
    return {
        "format": LOG_FORMAT,
        "heads": [head.signed for head in heads],
        "proof": logbook.proof(heads[-1], leaf),
    }


def receipts_for_holder():
    """Receipts with all that is told to whoever holds one."""
    return Receipt.objects.select_related("competition", "bid", "submission")


def standing(receipt):
    """What became of the receipt: it stands, a newer one took its place, or all was withdrawn."""
    if receipt.kind != "withdrawal" and receipt.bid.state == BidState.WITHDRAWN:
        return WITHDRAWN
    if receipt.submission is not None and receipt.submission.offer_id != receipt.bid.offer_id:
        return REPLACED
    return CURRENT
