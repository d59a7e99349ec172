"""Where two texts differ, word by word: pure functions over plain text."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

# Words with the space after them, so that the pieces put together are the texts again.
_PIECES = re.compile(r"\S+\s*|\s+")
_LINES = re.compile(r"[^\n]*\n|[^\n]+")
# Comparing costs up to the product of both lengths: above this it is done by lines.
MOST_PAIRS = 4_000_000

SAME, ADDED, TAKEN_OUT = "same", "added", "taken_out"


@dataclass(frozen=True)
class Piece:
    """A run of text that both have, or that only one of them has."""

    kind: str
    text: str


def differences(before, after):
    """`after` told as a change of `before`: what stayed, what is added, what is taken out."""
    old, new = _PIECES.findall(before), _PIECES.findall(after)
    if len(old) * len(new) > MOST_PAIRS:
        old, new = _LINES.findall(before), _LINES.findall(after)
    if len(old) * len(new) > MOST_PAIRS:
        pieces = [Piece(TAKEN_OUT, before), Piece(ADDED, after)]
    else:
        pieces = _compared(old, new)
    return [piece for piece in pieces if piece.text]


def _compared(old, new):
    head = _shared(old, new)
    tail = _shared(old[head:][::-1], new[head:][::-1])
    middle = old[head : len(old) - tail], new[head : len(new) - tail]
    yield Piece(SAME, "".join(old[:head]))
    # Every word counts: the common ones are not taken for noise.
    for how, i, j, k, m in SequenceMatcher(None, *middle, autojunk=False).get_opcodes():
        was, now = "".join(middle[0][i:j]), "".join(middle[1][k:m])
        if how == "equal":
            yield Piece(SAME, was)
        else:
            yield Piece(TAKEN_OUT, was)
            yield Piece(ADDED, now)
    yield Piece(SAME, "".join(old[len(old) - tail :]))


def _shared(one, other):
    """How many pieces the two begin with alike."""
    for count, (mine, theirs) in enumerate(zip(one, other, strict=False)):
        if mine != theirs:
            return count
    return min(len(one), len(other))
