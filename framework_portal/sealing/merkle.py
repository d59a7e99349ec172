"""Hash trees as in RFC 6962: one root stands for many texts, and a short proof for each.

The order of the leaves is the caller's; the log of a competition sorts them.
"""

import hashlib

EMPTY = hashlib.sha256(b"").digest()


def leaf_hash(text):
    """The leaf of a text."""
    return hashlib.sha256(b"\0" + text).digest()


def node_hash(left, right):
    """What stands above two others."""
    return hashlib.sha256(b"\1" + left + right).digest()


def root_of(leaves):
    """The one hash that stands for all `leaves`, in their order."""
    if not leaves:
        return EMPTY
    if len(leaves) == 1:
        return leaves[0]
    cut = _cut(len(leaves))
    return node_hash(root_of(leaves[:cut]), root_of(leaves[cut:]))


def proof_of(leaves, place):
    """The hashes beside the way from the leaf at `place` up to the root, lowest first."""
    if len(leaves) == 1:
        return []
    cut = _cut(len(leaves))
    if place < cut:
        return [*proof_of(leaves[:cut], place), root_of(leaves[cut:])]
    return [*proof_of(leaves[cut:], place - cut), root_of(leaves[:cut])]


def root_by_proof(leaf, place, size, proof):
    """The root that `proof` leads to from `leaf`; None where the proof cannot be of that size."""
    if not 0 <= place < size:
        return None
    found, last = leaf, size - 1
    for beside in proof:
        if last == 0:
            return None
        if place % 2 or place == last:
            found = node_hash(beside, found)
            while not place % 2 and place:
                place, last = place // 2, last // 2
        else:
            found = node_hash(found, beside)
        place, last = place // 2, last // 2
    return found if last == 0 else None


def _cut(size):
    """The largest power of two that is smaller than `size`."""
    return 1 << (size - 1).bit_length() - 1
