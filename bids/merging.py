"""Two texts made from the same one, brought together.

Sentences are what is merged: two people who reword one sentence would be given nonsense if their
words were mixed, so that is shown to them instead. Built on difflib and not on a package: `merge3`
is under the GPL, which would bind the portal; `diff-match-patch` puts a change wherever it seems to
fit best, and an answer must never be changed on a guess.
"""

import re
from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher

# A sentence with the space behind it, a line with its break, or what is left of the text.
SENTENCE = re.compile(r"[^\n]*?(?:[.!?…]+[)\]”’\"']*(?:[ \t]+|(?=\n|$))|\n|$)")
# Comparing costs about as much as there are pairs of equal pieces; beyond this, pieces get larger.
MOST_PAIRS = 60_000


@dataclass(frozen=True)
class Merger:
    """What came of three texts. `text` holds every change; where some `overlap`, both of them."""

    text: object
    overlap: bool


def merged(base, mine, theirs):
    """The changes that `mine` and `theirs` each made to `base`, all in one text."""
    if mine == theirs or theirs == base:
        return Merger(mine, overlap=False)
    if mine == base:
        return Merger(theirs, overlap=False)
    old = sentences(base)
    return _woven(old, _changes(old, sentences(mine)), _changes(old, sentences(theirs)))


def combined(one, other):
    """Both texts in one: what they share once, and where they differ the one behind the other."""
    old, text, place = sentences(one), [], 0
    for start, end, pieces in _changes(old, sentences(other)):
        text += [*old[place:start], *_both(pieces, old[start:end])]
        place = end
    return "".join(text + old[place:])


def merged_prices(base, mine, theirs):
    """The same for a price and the words about it: a price that both changed is an overlap."""
    note = merged(base["price_note"], mine["price_note"], theirs["price_note"])
    own = mine["price"] != base["price"]
    clash = own and theirs["price"] not in (base["price"], mine["price"])
    price = mine["price"] if own else theirs["price"]
    return Merger({"price": price, "price_note": note.text}, note.overlap or clash)


def sentences(text):
    """`text` in pieces that, put together, are `text` again."""
    return [piece for piece in SENTENCE.findall(text) if piece]


def words_gone(before, after):
    """How many of the words of `before` are no longer in `after`."""
    return (Counter(before.split()) - Counter(after.split())).total()


def words_new(before, after):
    """How many of the words of `after` are not in `before`."""
    return words_gone(after, before)


def _changes(old, new):
    """The changes from `old` to `new`: (from, to, the pieces that stand there now)."""
    start = _alike(old, new)
    end = _alike(old[start:][::-1], new[start:][::-1])
    middle, other = old[start : len(old) - end], new[start : len(new) - end]
    if not middle and not other:
        return []
    if _pairs(middle, other) > MOST_PAIRS:
        return [(start, len(old) - end, other)]
    matcher = SequenceMatcher(None, middle, other, autojunk=False)
    return [
        (start + i, start + j, other[k:m])
        for kind, i, j, k, m in matcher.get_opcodes()
        if kind != "equal"
    ]


def _alike(one, other):
    """How many pieces are the same from the beginning on."""
    count = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        count += 1
    return count


def _pairs(old, new):
    counted = Counter(new)
    return sum(counted[piece] for piece in old)


def _woven(old, mine, theirs):
    """Go through `old` with both lists of changes; those that touch are taken as one place."""
    text, overlap, place = [], False, 0
    mine, theirs = list(mine), list(theirs)
    while mine or theirs:
        first = min(change[0] for change in (mine[:1] + theirs[:1]))
        own, others, end = _place(mine, theirs, first)
        text += old[place:first]
        one, other = _applied(old, own, first, end), _applied(old, others, first, end)
        longer = _longer(one, other) if own and others else (one if own else other)
        overlap = overlap or longer is None
        text += _both(one, other) if longer is None else longer
        place = end
    return Merger("".join(text + old[place:]), overlap)


def _place(mine, theirs, first):
    """Take from both lists the changes that touch each other, beginning at `first`."""
    taken, end, grown = ([], []), first, True
    while grown:
        grown = False
        for changes, own in ((mine, taken[0]), (theirs, taken[1])):
            while changes and changes[0][0] <= end and _belongs(changes[0], first, end, taken):
                own.append(changes.pop(0))
                end, grown = max(end, own[-1][1]), True
    return *taken, end


def _belongs(change, first, end, taken):
    """Whether a change is in the place already begun: it overlaps, or adds at the same spot."""
    if not any(taken):
        return change[0] == first
    adds = change[0] == change[1]
    return change[0] < end or adds or any(each[0] == each[1] == end for each in sum(taken, []))


def _applied(old, changes, start, end):
    """The pieces from `start` to `end` of `old`, with `changes` made."""
    pieces = []
    for place, until, new in changes:
        pieces += [*old[start:place], *new]
        start = until
    return pieces + old[start:end]


def _longer(one, other):
    """The version that only goes on where the other one ends; None where neither does."""
    short, long = sorted((one, other), key=lambda pieces: len("".join(pieces)))
    begins = "".join(short).rstrip()
    same = short == long or (begins and "".join(long).startswith(begins))
    return long if same else None


def _both(one, other):
    """Two versions of the same place, one behind the other."""
    first, second = "".join(other), "".join(one)
    gap = "" if not first or not second or first[-1].isspace() else "\n"
    return [first, gap, second]
