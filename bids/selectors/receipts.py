"""Receipts, and what proves them: the files that are handed out, and what became of each."""

import json

from bids import logbook
from bids.identity import identity
from bids.models import LogHead, Opening, Receipt
from bids.selectors.standby import counting
from bids.states import UNSEALED, BidState
from framework_portal.audit.models import AuditHead
from framework_portal.sealing.broken import InvalidSeal
from framework_portal.sealing.envelope import read_opened_salted
from framework_portal.sealing.signing import published_keys

RECEIPT_FORMAT = "framework-portal receipt 1"
HEADS_FORMAT = "framework-portal audit heads 1"
LOG_FORMAT = "framework-portal log 1"
KEYS_FORMAT = "framework-portal keys 1"

CURRENT, REPLACED, WITHDRAWN, DROPPED = "current", "replaced", "withdrawn", "dropped"
# A subcontractor that the version names has withdrawn its consent.
UNSEATED = "unseated"


def receipt_file(receipt, *, salt=None):
    """The receipt as its holder keeps it; with the salt, what was opened can be checked later."""
    file = {"format": RECEIPT_FORMAT, **receipt.signed}
    return file | {"salt": salt.hex()} if salt else file


def as_text(file):
    """A file of ours as people see it."""
    return json.dumps(file, indent=1, ensure_ascii=False, sort_keys=True).encode()


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
    return Receipt.objects.select_related(
        "competition",
        "submission",
        "bid__lot__competition",
        "bid__supplier",
        "bid__opened",
    )


def standing(receipt):
    """What became of the receipt: it stands, a newer one took its place, or it was taken back."""
    if receipt.kind != "withdrawal" and receipt.bid.state == BidState.WITHDRAWN:
        return WITHDRAWN
    if receipt.submission is None:
        return CURRENT
    counts = counting(receipt.bid)
    if counts == receipt.submission:
        return CURRENT
    if receipt.submission.named.filter(consent__withdrawn_at__isnull=False).exists():
        return UNSEATED
    # A version that stood by and has no newer one after it: its instruction was taken back.
    is_last = counts is None or counts.sequence < receipt.submission.sequence
    return DROPPED if is_last else REPLACED


def opened_content(receipt):
    """(content, salt) of what the opening found in this version; None where it found nothing.

    Read from the row that was opened, whose digest is that of the receipt: so it is what was sent.
    """
    bid, said = receipt.bid, receipt.statement
    if bid.opened is None or standing(receipt) != CURRENT:
        return None
    try:
        found = read_opened_salted(bid.opened, bound_to=identity(bid))
    except InvalidSeal:
        return None
    return found if bid.opened.digest == said["commitment"] else None


def opened_as_sent(receipt):
    """Whether the opening found what this receipt says; None where it has not opened this one."""
    is_opened = receipt.bid.state in UNSEALED
    if receipt.kind == "withdrawal" or not is_opened or standing(receipt) != CURRENT:
        return None
    return opened_content(receipt) is not None


def audit_heads_to_show(most=400):
    """The signed heads of the audit trail, the newest first."""
    return AuditHead.objects.order_by("-day")[:most]


def heads_file():
    """The same as a file."""
    return {"format": HEADS_FORMAT, "heads": [head.signed for head in audit_heads_to_show()]}
