"""The log of a competition: a tree over its receipts that tells nothing before it is opened.

The leaves are sorted by their own hash, so that a receipt's place is settled by the receipt and
tells neither when it came nor how many others came. One more leaf, of a random text, lies among
them: without it the root of a log with no entry or with one would be recognised.
"""

import secrets

from bids.models import Receipt
from framework_portal.sealing.broken import ForgedStatement
from framework_portal.sealing.canonical import canonical
from framework_portal.sealing.merkle import leaf_hash, proof_of, root_of


class BrokenLog(Exception):
    """The log is not what it was, or holds what it must not; the text says what and which."""


def fresh_blinding(competition):
    """A text that nobody can guess, whose leaf belongs to no receipt."""
    blinding = {
        "kind": "log-blinding",
        "version": 1,
        "competition": competition.reference,
        "random": secrets.token_hex(32),
    }
    return canonical(blinding).decode()


def leaf_of(text):
    """The leaf of a text, as 64 hex digits."""
    return leaf_hash(text.encode()).hex()


def root(leaves):
    """The root of a log with these leaves, which must be sorted, as 64 hex digits."""
    return root_of([bytes.fromhex(leaf) for leaf in leaves]).hex()


def proof(head, leaf):
    """That `leaf` is in the log of `head`: its place, the size, and the hashes on the way up."""
    raw = [bytes.fromhex(each) for each in head.leaves]
    place = head.leaves.index(leaf)
    return {
        "leaf": leaf,
        "place": place,
        "size": len(raw),
        "proof": [each.hex() for each in proof_of(raw, place)],
    }


def receipts_of(competition):
    """Every receipt of the competition, as it was signed; BrokenLog if one was changed."""
    receipts = list(Receipt.objects.filter(competition=competition))
    for receipt in receipts:
        check_receipt(receipt)
    return receipts


def check_receipt(receipt):
    """Raises BrokenLog unless the row is what the service signed."""
    try:
        receipt.check_signature()
    except ForgedStatement:
        raise BrokenLog(f"Receipt {receipt.number} is not what was signed") from None
    said = receipt.statement
    if leaf_of(receipt.text) != receipt.leaf or said["number"] != receipt.number:
        raise BrokenLog(f"Receipt {receipt.number} does not hold what it says")


def check_head(head):
    """Raises BrokenLog unless the head is what was signed and its leaves have that root."""
    try:
        head.check_signature()
    except ForgedStatement:
        raise BrokenLog(f"The head {head.root} is not what was signed") from None
    leaves = head.leaves
    if head.statement["root"] != head.root or root(leaves) != head.root:
        raise BrokenLog(f"The leaves do not have the root {head.root}")
    if sorted(set(leaves)) != leaves or leaf_of(head.blinding) not in leaves:
        raise BrokenLog(f"The leaves of the head {head.root} are out of order or not blinded")


def check_log(head, receipts):
    """Raises BrokenLog unless the head holds these receipts and nothing else."""
    check_head(head)
    held = {receipt.leaf for receipt in receipts} | {leaf_of(head.blinding)}
    if held != set(head.leaves):
        lost, more = len(set(head.leaves) - held), len(held - set(head.leaves))
        raise BrokenLog(
            f"The log does not have the root that was published: {lost} lost, {more} added"
        )
