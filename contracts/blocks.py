"""How figures of accepted reports become public: in blocks that name five organisations or more.

The rule. A block is a set of accepted reports that together tell of at least five organisations.
Every public figure is a sum over whole blocks, a report is in one block at most, and a block never
changes once it is formed. So whatever is taken from whatever (all leads less one lead, a figure of
today less that of last month, a lead less its contract), what is left is whole blocks again, and
no figure of fewer than five organisations can be worked out. Nothing else narrows what is summed:
there are no filters.

Reports are taken in the order in which they were accepted:
1. a report that tells of five organisations is a block of its own;
2. others wait with their lead's, and are a block as soon as those tell of five together;
3. what still waits at a new year is a block of several leads, if it tells of five organisations
   whichever lead is left out: a lead knows its own figures, and could take them away.
A block is told by quarter, or by kind of organisation, only where each part is enough by the same
rule; else it is told so together with the blocks after it, or not at all.

Organisations are counted by what was promised or passed to them, nothing being a figure too: a
chain to which no money flowed is not hidden.
"""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

FEWEST = 5
NOTHING = Decimal(0)


@dataclass(frozen=True)
class Told:
    """What one accepted report tells: organisations by kind, and sums over them."""

    report: int
    contract: int
    lead: str
    accepted_at: datetime
    organisations: frozenset
    income: Decimal = NOTHING
    promised: Decimal = NOTHING  # pounds: the share promised, of the income
    paid: Decimal = NOTHING
    promised_volume: int = 0
    referrals: int = 0
    payments: int = 0
    paid_late: int = 0
    # (kind, organisations, pounds), and (quarter, organisations, income, promised, paid).
    by_kind: tuple = ()
    by_quarter: tuple = ()


@dataclass
class Block:
    """Reports whose figures are told together."""

    reports: list = field(default_factory=list)
    # Of one lead, or None where several share it.
    lead: str | None = None

    @property
    def organisations(self):
        """Everybody the block tells of."""
        return frozenset().union(*(told.organisations for told in self.reports))

    @property
    def by_lead(self):
        """The organisations of each lead."""
        found = {}
        for told in self.reports:
            found.setdefault(told.lead, set()).update(told.organisations)
        return found

    def split(self, name):
        """The block's parts by `by_kind` or `by_quarter`: {key: Part}."""
        parts = {}
        for told in self.reports:
            for key, organisations, *sums in getattr(told, name):
                part = parts.setdefault(key, Part([NOTHING] * len(sums)))
                part.by_lead.setdefault(told.lead, set()).update(organisations)
                part.sums = [held + more for held, more in zip(part.sums, sums, strict=True)]
        return parts


@dataclass
class Part:
    """A part of a block, of one kind of organisation or of one quarter."""

    sums: list
    by_lead: dict = field(default_factory=dict)


def is_enough(by_lead):
    """Whether these organisations may be told of together, by their leads.

    Of one lead, five are. Of several, there must be five whichever lead is left out.
    """
    if len(set().union(*by_lead.values())) < FEWEST:
        return False
    return len(by_lead) == 1 or all(
        len(set().union(*(held for other, held in by_lead.items() if other != lead))) >= FEWEST
        for lead in by_lead
    )


def blocks(reports, *, year):
    """The blocks that `reports` (Told) form by `year`, and those of them that still wait."""
    formed, waiting, reached = [], {}, None
    for told in sorted(reports, key=lambda told: (told.accepted_at, told.report)):
        if reached is not None and reached < told.accepted_at.year:
            formed += _pooled(waiting)
        reached = told.accepted_at.year
        formed += _with_its_lead(told, waiting)
    if reached is not None and reached < year:
        formed += _pooled(waiting)
    return formed, [told for held in waiting.values() for told in held]


def _with_its_lead(told, waiting):
    if len(told.organisations) >= FEWEST:
        return [Block([told], told.lead)]
    held = waiting.setdefault(told.lead, [])
    held.append(told)
    block = Block(held, told.lead)
    if len(block.organisations) < FEWEST:
        return []
    del waiting[told.lead]
    return [block]


def _pooled(waiting):
    """What waits, as one block, if it tells of enough."""
    block = Block([told for held in waiting.values() for told in held])
    if not waiting or not is_enough(block.by_lead):
        return []
    waiting.clear()
    return [block]


def splits(formed, name):
    """`formed` put together, in order, until each part of a split tells of enough.

    Gives blocks, each with its parts; what never comes to that is left out whole.
    """
    found, held = [], []
    for block in formed:
        held = [*held, *block.reports]
        together = Block(held)
        parts = together.split(name)
        if parts and all(is_enough(part.by_lead) for part in parts.values()):
            found.append((together, parts))
            held = []
    return found
