"""Across the contracts of a commissioner: who was never used, and who stays behind the promise.

What a subcontractor disputes counts neither as use nor as its absence until it is ruled: such
quarters are left out, and their number is told beside.
"""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from contracts.models import LedgerEntry, QuarterLine, QuarterReturn
from contracts.selectors.annual import percent
from contracts.selectors.overview import in_force, lines, says
from contracts.selectors.promises import promises_of
from contracts.selectors.register import TODAY
from contracts.states import LineState

# --- Named and never used --------------------------------------------------------------------


@dataclass
class Unused:
    """A key subcontractor to whom nothing has flowed, in quarters that were told of.

    `quarters` are those that nobody disputes, and `disputed` those that wait for a ruling.
    """

    subcontractor: str
    lead: str
    contract: object
    title: str
    promised: Decimal | None
    quarters: int
    disputed: int


def never_used(user, *, lead="", subcontractor=""):
    """Nobody referred and nothing paid in any quarter told of since the work was to start.

    Where every quarter is in dispute neither use nor its absence is known, and there is no row.
    """
    entry = LedgerEntry.objects.holding(TODAY).filter(subcontractor=OuterRef("pk"))
    own = QuarterLine.objects.filter(subcontractor=OuterRef("pk"))
    flowed = own.filter(Q(pounds__gt=0) | Q(referrals__gt=0)).exclude(state=LineState.DISPUTED)
    disputed = own.filter(state=LineState.DISPUTED, quarter__starts_on__gte=OuterRef("begins_on"))
    told = QuarterReturn.objects.filter(
        contract=OuterRef("contract"), sent_at__isnull=False, starts_on__gte=OuterRef("begins_on")
    )
    rows = (
        lines(user)
        .filter(~Exists(flowed))
        .annotate(
            begins_on=Coalesce(Subquery(entry.values("starts_on")[:1]), "contract__starts_on")
        )
        .annotate(
            promised=Subquery(entry.values("share_percent")[:1]),
            disputed=_count(disputed, "subcontractor"),
            quarters=_count(told, "contract") - F("disputed"),
        )
        .filter(quarters__gte=1)
    )
    return [Unused(*row) for row in _narrowed(rows, lead, subcontractor, *COLUMNS)]


COLUMNS = ("promised", "quarters", "disputed")


def _count(rows, of):
    """How many of `rows` there are, which are all of one `of`."""
    return Coalesce(Subquery(rows.order_by().values(of).annotate(n=Count("pk")).values("n")), 0)


def _narrowed(rows, lead, subcontractor, *more):
    if lead:
        rows = rows.filter(contract__lead_name__icontains=lead)
    if subcontractor:
        rows = rows.filter(name__icontains=subcontractor)
    return rows.order_by("contract__lead_name", "contract__lot__title", "position").values_list(
        "name", "contract__lead_name", "contract__reference", "contract__lot__title", *more
    )


# --- Behind the promise ----------------------------------------------------------------------


@dataclass
class Drift:
    """A share that stays behind the promise by more than the contract's limit."""

    subcontractor: str
    lead: str
    contract: object
    title: str
    promised: Decimal
    limit: Decimal
    year: int
    paid: Decimal
    income: Decimal
    disputed: int

    @property
    def delivered(self):
        return percent(self.paid, self.income)

    @property
    def behind(self):
        """By how many per cent of the promise."""
        promise = self.promised * self.income / 100
        return percent(promise - self.paid, promise)


def drifting(user, *, lead="", subcontractor=""):
    """Over the quarters sent of each contract's newest year, the furthest behind first.

    Each subcontractor over the quarters in which its promise runs. A quarter that it disputes is
    left out with what was earned in it: until the ruling it is neither delivered nor withheld.
    """
    mine = in_force(user)
    if lead:
        mine = mine.filter(lead_name__icontains=lead)
    told = {key: words for key, *words in mine.values_list("pk", *_OF_CONTRACT)}
    newest, paid = _newest_years(mine.values("pk")), _paid(mine.values("pk"))
    found = []
    for contract, promises in promises_of(mine.values("pk")).items():
        lead_name, reference, title, limit = told[contract]
        year, quarters = newest.get(contract, (0, {}))
        for promise in promises:
            if promise.ended is not None or not says(subcontractor, promise.subcontractor.name):
                continue
            incomes = promise.incomes_within(quarters)
            said = {day: paid.get((promise.subcontractor.pk, day), Decimal(0)) for day in incomes}
            incomes = {day: income for day, income in incomes.items() if said[day] is not None}
            income, promised = sum(incomes.values(), Decimal(0)), promise.share_of(incomes)
            if not income or not promised:
                continue
            had = sum((said[day] for day in incomes), Decimal(0))
            if had < income * promised * (100 - limit) / 10000:
                row = (promise.subcontractor.name, lead_name, reference, title, promised, limit)
                found.append(Drift(*row, year, had, income, len(said) - len(incomes)))
    return sorted(
        found, key=lambda row: (row.paid / row.income / row.promised, row.lead, row.title)
    )


_OF_CONTRACT = ("lead_name", "reference", "lot__title", "drift_limit_percent")


def _newest_years(contracts):
    """By contract: the newest year of which a quarter was sent, and its quarters' income."""
    sent = QuarterReturn.objects.filter(contract__in=contracts, sent_at__isnull=False)
    newest = {}
    for contract, year, day, income in sent.order_by("year").values_list(
        "contract", "year", "starts_on", "income_pounds"
    ):
        if newest.get(contract, (0,))[0] < year:
            newest[contract] = (year, {})
        newest[contract][1][day] = income
    return newest


def _paid(contracts):
    """By subcontractor and quarter: the pounds of its line, or None while that is disputed."""
    lines = QuarterLine.objects.filter(quarter__contract__in=contracts, subcontractor__isnull=False)
    return {
        (line, day): None if state == LineState.DISPUTED else pounds
        for line, day, pounds, state in lines.order_by().values_list(
            "subcontractor", "quarter__starts_on", "pounds", "state"
        )
    }
