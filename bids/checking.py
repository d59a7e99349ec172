"""What is told to whoever holds a receipt, without a sign-in: whether it is ours, and stands."""

import json
from dataclasses import dataclass

from bids.numbers import read_number
from bids.selectors import receipts
from bids.selectors.consents import SIGNED_KIND
from framework_portal.sealing.broken import ForgedStatement
from framework_portal.sealing.canonical import canonical
from framework_portal.sealing.merkle import leaf_hash
from framework_portal.sealing.signing import signing_keys, verify

# A receipt with twenty files has less than four thousand characters.
LONGEST = 20_000

ALTERED, FOREIGN, LOST, UNKNOWN = "altered", "foreign", "lost", "unknown"
# The signed copy of what a key subcontractor agreed to.
AGREEMENT = "agreement"


@dataclass(frozen=True)
class Answer:
    """One answer: `kind` is what it comes to, the rest is what it rests on."""

    kind: str
    statement: dict | None = None
    receipt: object = None
    heads: tuple = ()
    proof: dict | None = None
    # After the opening: whether what was opened is what was sent; None while nobody can say.
    as_sent: bool | None = None
    # Whether the holder showed the receipt, or only its number.
    is_whole: bool = False

    @property
    def is_genuine(self):
        return self.receipt is not None or self.kind == AGREEMENT

    @property
    def newest(self):
        return self.heads[-1] if self.heads else None


def check_number(typed):
    """By the number alone: only whether there is such a receipt, of what, and what became of it."""
    number = read_number(typed)
    found = None if number is None else receipts.receipts_for_holder().filter(number=number).first()
    if found is None:
        return Answer(UNKNOWN)
    return Answer(
        receipts.standing(found),
        receipt=found,
        heads=tuple(receipts.heads_of(found.competition)),
    )


def check_text(text):
    """By the receipt itself, as it was downloaded."""
    signed = _signed(text)
    if signed is None:
        return Answer(FOREIGN)
    try:
        said = verify(signed)
    except ForgedStatement:
        return Answer(ALTERED if _names_our_key(signed) else FOREIGN)
    if said["kind"] == SIGNED_KIND:
        return Answer(AGREEMENT, statement=said, is_whole=True)
    if said["kind"] != "receipt":
        return Answer(FOREIGN)
    leaf = leaf_hash(canonical(said)).hex()
    found = receipts.receipts_for_holder().filter(leaf=leaf).first()
    if found is None:
        # Signed by us, and not in our books: somebody has taken it out.
        return Answer(LOST, statement=said)
    proof = receipts.proof_file(found.competition, leaf)
    return Answer(
        receipts.standing(found),
        statement=said,
        receipt=found,
        heads=tuple(receipts.heads_of(found.competition)),
        proof=proof and proof["proof"],
        as_sent=receipts.opened_as_sent(found),
        is_whole=True,
    )


def _signed(text):
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or not isinstance(found.get("statement"), dict):
        return None
    return {"statement": found["statement"], "signature": found.get("signature")}


def _names_our_key(signed):
    key = signed["statement"].get("key")
    return isinstance(key, str) and key in signing_keys().public
