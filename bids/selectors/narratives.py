"""One narrative, many lots: which of an organisation's bids say the same, and where they differ.

All over the live bids of one organisation in one competition, in a constant number of queries.
"""

from collections import Counter
from dataclasses import dataclass
from string import ascii_uppercase
from typing import Any

from django.db.models import BooleanField, F, Func, Value

from bids.comparing import differences
from bids.content import answer_state, answer_text
from bids.models import Bid
from bids.selectors.bidding import offer_of
from bids.states import BID
from framework_portal.forms import count_words
from lots.models import Lot

# More than this in one page is told by its length only.
MOST_WORDS_COMPARED = 20_000


@dataclass(frozen=True)
class Held:
    """One of the organisation's bids, with what it says now."""

    bid: Any
    content: dict

    @property
    def is_editable(self):
        return BID.allows("edit", self.bid.state)

    def text(self, question):
        return answer_text(self.content, question)


@dataclass(frozen=True)
class Version:
    """One wording of an answer, and the bids that have it: A is what most of them say."""

    letter: str
    text: str
    held: list

    @property
    def words(self):
        return count_words(self.text)


@dataclass(frozen=True)
class Cell:
    """One answer in the table of lots by questions."""

    question: Any
    number: int
    state: str
    letter: str
    shared_by: int


def own_bids(supplier, competition, vaults):
    """The live bids of `supplier`, by lot, read with `vaults`.

    Callers check that the person belongs to it.
    """
    bids = Bid.objects.live().filter(supplier=supplier, lot__competition=competition)
    found = list(bids.for_desk().order_by("lot__position", "pk"))
    for bid in found:
        bid.vaults = vaults
    return [Held(bid, offer_of(bid)) for bid in found]


def lots_to_start(supplier, competition, *, at):
    """The lots of the competition that `supplier` matches and has no live bid for."""
    if not competition.is_open(at=at):
        return []
    taken = Bid.objects.live().filter(supplier=supplier, lot__competition=competition)
    fits = Func(
        Value(supplier.pk),
        F("pk"),
        Value(at),
        function="supplier_matches_lot",
        output_field=BooleanField(),
    )
    lots = Lot.objects.filter(competition=competition).exclude(pk__in=taken.values("lot"))
    return list(lots.annotate(fits=fits).filter(fits=True).order_by("position"))


def versions(held, question):
    """The wordings of the answer to `question`, the most common first; empty ones left out."""
    by_text = {}
    for each in held:
        text = each.text(question)
        if text.strip():
            by_text.setdefault(text, []).append(each)
    ordered = sorted(by_text.items(), key=lambda pair: -len(pair[1]))
    return [Version(letter(n), text, having) for n, (text, having) in enumerate(ordered)]


def matrix(held, questions):
    """For each bid its cells, one for each question: empty, too long, or which version it has."""
    columns = []
    for number, question in enumerate(questions, start=1):
        known = {version.text: version for version in versions(held, question)}
        columns.append(
            [_cell(each, question, number, known.get(each.text(question))) for each in held]
        )
    return list(zip(held, zip(*columns, strict=True), strict=True)) if columns else []


def compared(text, others):
    """Each version with its differences from `text`, or None where that would take too long."""
    left = MOST_WORDS_COMPARED
    for version in others:
        left -= count_words(text) + version.words
        yield version, differences(text, version.text) if left >= 0 else None


def letter(number):
    """A, B, … Z, AA, AB, … of 0, 1, …"""
    tail = ascii_uppercase[number % 26]
    return tail if number < 26 else letter(number // 26 - 1) + tail


def tally(held, questions):
    """For each question how often it has each version, and how often no answer."""
    for number, question in enumerate(questions, start=1):
        found = versions(held, question)
        empty = len(held) - sum(len(version.held) for version in found)
        yield number, question, found, empty


def most_common(held, question):
    """The text that most of the bids have, or none."""
    texts = Counter(filter(str.strip, (each.text(question) for each in held)))
    return texts.most_common(1)[0][0] if texts else ""


def _cell(held, question, number, version):
    state = answer_state(held.content, question) if version else "not_started"
    shared = len(version.held) if version else 0
    return Cell(question, number, state, version.letter if version else "", shared)
