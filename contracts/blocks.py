"""How figures of accepted reports become public: in blocks that never change.

The rule. A block is a set of accepted reports whose sum may be told by `contracts.disclosure`: of
at least five organisations, none of which stands out. Every public figure is a sum over whole
blocks, a report is in one block at most, and a block never changes once it is formed. So whatever
is taken from whatever (all leads less one lead, a figure of today less that of last month, a lead
less its contract), what is left is whole blocks again, and what is withheld cannot be worked out.
Nothing else narrows what is summed: there are no filters.

Reports are taken in the order in which they were accepted:
1. a report that may be told alone is a block of its own;
2. others wait with their lead's, and are a block as soon as those may be told together;
3. what still waits at a new year is a block of several leads, if it may be told whichever lead is
   left out.
Whatever a single organisation stands out in waits on, and the others are told without it.

A block is told by quarter, or by kind of organisation, only where each of its parts may be told by
the same rule, and by both only where each kind in each quarter may. Blocks are not put together for
it: of a block whose own sum is known, a part could be worked out from theirs.
"""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cached_property

from contracts.disclosure import (
    NOTHING,
    Amounts,
    added,
    are_many,
    may_be_told,
    standing_out,
    together,
)


@dataclass(frozen=True)
class Told:
    """What one accepted report tells: amounts by organisation, and sums."""

    report: int
    contract: int
    lead: str
    accepted_at: datetime
    amounts: dict  # {organisation: Amounts}
    income: Decimal = NOTHING
    promised: Decimal = NOTHING  # pounds: the share promised, of the income
    paid_late: int = 0
    # (kind, amounts), and (quarter, amounts, income, promised).
    by_kind: tuple = ()
    by_quarter: tuple = ()

    @property
    def by_kind_and_quarter(self):
        """((kind, quarter), amounts) of each."""
        kinds = {who: kind for kind, amounts in self.by_kind for who in amounts}
        parts = {}
        for quarter, amounts, *_sums in self.by_quarter:
            for who, own in amounts.items():
                parts.setdefault((kinds[who], quarter), {})[who] = own
        return tuple(parts.items())


@dataclass
class Part:
    """A part of a block, of one kind of organisation or of one quarter."""

    sums: list
    by_lead: dict = field(default_factory=dict)  # {lead: {organisation: Amounts}}

    @property
    def paid(self):
        """Pounds, to all of them."""
        return added(own for held in self.by_lead.values() for own in held.values()).paid


@dataclass
class Block:
    """Reports whose figures are told together."""

    reports: list = field(default_factory=list)
    # Of one lead, or None where several share it.
    lead: str | None = None

    @property
    def organisations(self):
        """Everybody the block tells of."""
        return frozenset().union(*(told.amounts for told in self.reports))

    @property
    def by_lead(self):
        """What each lead's organisations had."""
        held = {}
        for told in self.reports:
            held.setdefault(told.lead, []).append(told.amounts)
        return {lead: together(amounts) for lead, amounts in held.items()}

    def parts(self, name):
        """The block's parts by `by_kind` or `by_quarter`: {key: Part}."""
        parts = {}
        for told in self.reports:
            for key, amounts, *sums in getattr(told, name):
                part = parts.setdefault(key, Part([NOTHING] * len(sums)))
                part.by_lead[told.lead] = together([part.by_lead.get(told.lead, {}), amounts])
                part.sums = [held + more for held, more in zip(part.sums, sums, strict=True)]
        return parts

    @cached_property
    def told_by_quarter(self):
        """{quarter: Part}, or {} where one of them may not be told."""
        return _if_told(self.parts("by_quarter"))

    @cached_property
    def told_by_kind(self):
        """{kind: Part}, or {} where one of them may not be told."""
        if not self.told_by_quarter:
            return _if_told(self.parts("by_kind"))
        # Where each kind may be told in each quarter, each may be told over all of them.
        return self.parts("by_kind") if _if_told(self.parts("by_kind_and_quarter")) else {}


def _if_told(parts):
    return parts if all(may_be_told(part.by_lead) for part in parts.values()) else {}


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
    alone = Block([told], told.lead)
    if may_be_told(alone.by_lead):
        return [alone]
    waiting.setdefault(told.lead, []).append(told)
    return _taken_out(_largest(waiting[told.lead]), waiting, lead=told.lead)


def _pooled(waiting):
    """What waits, as one block, if it may be told."""
    return _taken_out(_largest([told for held in waiting.values() for told in held]), waiting)


def _largest(reports):
    """Those of `reports` that may be told together: all, or all less what one stands out in."""
    while are_many((block := Block(reports)).by_lead):
        found = standing_out(block.by_lead)
        if found is None:
            return reports
        who, place = found
        most = max(reports, key=lambda told: told.amounts.get(who, Amounts())[place])
        reports = [told for told in reports if told is not most]
    return []


def _taken_out(reports, waiting, *, lead=None):
    """`reports` as a block, and out of what waits."""
    if not reports:
        return []
    formed = {told.report for told in reports}
    for key in {told.lead for told in reports}:
        waiting[key] = [told for told in waiting[key] if told.report not in formed]
        if not waiting[key]:
            del waiting[key]
    return [Block(reports, lead)]
