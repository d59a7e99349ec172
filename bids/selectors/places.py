"""Where several parts of a bid can go: the other lots, and how each part differs there."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from bids.comparing import differences
from bids.content import answer_state, answer_text, empty, fingerprint, price_of
from bids.identity import part_of
from bids.selectors.narratives import MOST_WORDS_COMPARED, lots_to_start, own_bids
from framework_portal.forms import count_words


@dataclass(frozen=True)
class Taken:
    """A part of the bid that is finished, so that it can be taken along."""

    key: str
    number: int  # of the question; 0 for the price
    question: Any
    value: Any

    @property
    def is_price(self):
        return self.question is None

    @property
    def price(self):
        return Decimal(self.value["price"])

    def said(self, content):
        return price_of(content) if self.is_price else answer_text(content, self.question)


@dataclass(frozen=True)
class Part:
    """What one place says to a part that would be taken there."""

    taken: Taken
    value: Any
    pieces: list | None  # how it differs, where both say something and that is not too long

    @property
    def key(self):
        return self.taken.key

    @property
    def is_price(self):
        return self.taken.is_price

    @property
    def price(self):
        """What it costs there; nothing for an answer."""
        return self.is_price and self.value["price"] and Decimal(self.value["price"])

    @property
    def shown(self):
        return fingerprint(self.value)

    @property
    def is_same(self):
        return self.value == self.taken.value

    @property
    def is_empty(self):
        return not (self.value["price"] if self.is_price else self.value.strip())


@dataclass(frozen=True)
class Place:
    """A lot that parts can go into: one with a bid that is `held`, or one to start."""

    lot: Any
    held: Any
    parts: list

    @property
    def reference(self):
        return self.held.bid.reference if self.held else self.lot.reference

    @property
    def name(self):
        return str(self.reference)

    @property
    def differs(self):
        """Whether any part would change anything here."""
        return any(not part.is_same for part in self.parts)


def finished_parts(desk):
    """The parts of the bid on the desk that are finished: its answers by number, then the price."""
    found = [
        Taken(part_of(question), number, question, answer_text(desk.content, question))
        for number, question in enumerate(desk.questions, start=1)
        if answer_state(desk.content, question) == "completed"
    ]
    if desk.is_priced and desk.content["price"] is not None:
        found.append(Taken(part_of(None), 0, None, price_of(desk.content)))
    return found


def places(desk, taken):
    """The other lots of the competition, with how each of the `taken` parts differs there."""
    room = [MOST_WORDS_COMPARED]
    bids = own_bids(desk.bid.supplier, desk.competition, desk.bid.vaults)
    others = [each for each in bids if each.bid.pk != desk.bid.pk and each.is_editable]
    held = [Place(one.bid.lot, one, _parts(taken, one.content, room)) for one in others]
    fresh = lots_to_start(desk.bid.supplier, desk.competition, at=desk.at)
    return held + [Place(lot, None, _parts(taken, empty(), room)) for lot in fresh]


def _parts(taken, content, room):
    return [_part(each, each.said(content), room) for each in taken]


def _part(taken, value, room):
    """Compared as far as there is room: so many words on one page."""
    if taken.is_price or value == taken.value or not value.strip():
        return Part(taken, value, None)
    room[0] -= count_words(value) + count_words(taken.value)
    return Part(taken, value, differences(value, taken.value) if room[0] >= 0 else None)
