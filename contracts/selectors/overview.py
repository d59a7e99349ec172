"""What a commissioner sees across all its contracts: patterns that no single contract shows.

Each table is a few queries over sets, however many contracts there are; what is filtered is
filtered after it was counted, so that a filter never changes what a row says.
"""

from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import (
    CharField,
    Count,
    Exists,
    F,
    Max,
    OuterRef,
    Q,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Cast, Coalesce, Lower

from contracts.models import Contract, LedgerEntry, QuarterLine, QuarterReturn
from contracts.selectors.annual import SMALL, percent
from contracts.selectors.promises import promises_of
from contracts.selectors.register import TODAY, standing_lines
from contracts.states import ContractState, LineState


def in_force(user):
    """The signed contracts that `user` runs, none of them history."""
    return Contract.objects.run_by(user).filter(
        state=ContractState.SIGNED, signed_on__isnull=False, is_history=False
    )


def _lines(user):
    """Everybody who stands in the ledgers of those contracts."""
    return standing_lines().filter(contract__in=in_force(user).values("pk"))


def _says(words, *texts):
    return not words or any(words.casefold() in text.casefold() for text in texts)


# --- The same team in every lot --------------------------------------------------------------


@dataclass
class Team:
    """A lead of several contracts that names the same organisations in each of them."""

    lead: str
    contracts: int
    everywhere: list
    others: int

    @property
    def is_whole(self):
        """Nobody else is named anywhere: it is one team, in lot after lot."""
        return self.others == 0


def same_teams(user, *, lead="", subcontractor=""):
    """Leads of two contracts or more that name somebody in all of them, the most first."""
    several = (
        in_force(user)
        .order_by()
        .values("supplier")
        .annotate(name=Max("lead_name"), contracts=Count("pk"))
        .filter(contracts__gte=2)
    )
    leads = {row["supplier"]: row for row in several}
    named = (
        _lines(user)
        .filter(contract__supplier__in=several.values("supplier"))
        .order_by()
        .annotate(
            organisation=Coalesce(Cast("supplier", CharField()), Lower("name")),
        )
        .values_list("contract__supplier", "organisation")
        .annotate(
            called=Max(Coalesce("supplier__name", "name")),
            contracts=Count("contract", distinct=True),
        )
    )
    teams = {}
    for key, _organisation, name, contracts in named:
        team = teams.setdefault(key, Team(leads[key]["name"], leads[key]["contracts"], [], 0))
        if contracts == team.contracts:
            team.everywhere.append(name)
        else:
            team.others += 1
    found = [
        team
        for team in teams.values()
        if team.everywhere and _says(lead, team.lead) and _says(subcontractor, *team.everywhere)
    ]
    for team in found:
        team.everywhere.sort()
    return sorted(found, key=lambda team: (-team.contracts, not team.is_whole, team.lead))


# --- Named and never used --------------------------------------------------------------------


@dataclass
class Unused:
    """A key subcontractor to whom nothing has flowed, in quarters that were told of."""

    subcontractor: str
    lead: str
    contract: object
    title: str
    promised: Decimal | None
    quarters: int


def never_used(user, *, lead="", subcontractor=""):
    """Nobody referred and nothing paid in any quarter told of since the work was to start."""
    entry = LedgerEntry.objects.holding(TODAY).filter(subcontractor=OuterRef("pk"))
    flowed = QuarterLine.objects.filter(
        Q(pounds__gt=0) | Q(referrals__gt=0), subcontractor=OuterRef("pk")
    ).exclude(state=LineState.DISPUTED)
    told = QuarterReturn.objects.filter(
        contract=OuterRef("contract"), sent_at__isnull=False, starts_on__gte=OuterRef("begins_on")
    )
    rows = (
        _lines(user)
        .filter(~Exists(flowed))
        .annotate(
            begins_on=Coalesce(Subquery(entry.values("starts_on")[:1]), "contract__starts_on")
        )
        .annotate(
            promised=Subquery(entry.values("share_percent")[:1]),
            quarters=Coalesce(
                Subquery(told.order_by().values("contract").annotate(n=Count("pk")).values("n")), 0
            ),
        )
        .filter(quarters__gte=1)
    )
    return [Unused(*row) for row in _narrowed(rows, lead, subcontractor, "promised", "quarters")]


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

    Each subcontractor over the quarters in which its promise runs, and by what is not disputed.
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
            if promise.ended is not None or not _says(subcontractor, promise.subcontractor.name):
                continue
            incomes = promise.incomes_within(quarters)
            income, promised = sum(incomes.values(), Decimal(0)), promise.share_of(incomes)
            if not income or not promised:
                continue
            had = sum(
                (paid.get((promise.subcontractor.pk, day), Decimal(0)) for day in incomes),
                Decimal(0),
            )
            if had < income * promised * (100 - limit) / 10000:
                row = (promise.subcontractor.name, lead_name, reference, title, promised, limit)
                found.append(Drift(*row, year, had, income))
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
    """By subcontractor and quarter: the pounds of its line, unless that is disputed."""
    lines = QuarterLine.objects.filter(
        quarter__contract__in=contracts, subcontractor__isnull=False
    ).exclude(state=LineState.DISPUTED)
    return {
        (line, day): pounds
        for line, day, pounds in lines.order_by().values_list(
            "subcontractor", "quarter__starts_on", "pounds"
        )
    }


# --- Who hangs on whom -----------------------------------------------------------------------


@dataclass
class Dependence:
    """A small or voluntary organisation, and the leads its work here comes from."""

    reference: object
    name: str
    # (name, contracts, pounds), the one that pays most first.
    leads: list = field(default_factory=list)

    @property
    def contracts(self):
        return sum(contracts for _name, contracts, _pounds in self.leads)

    @property
    def most(self):
        """The part of its money that comes from the lead that pays most; None if none came."""
        return percent(self.leads[0][2], sum(pounds for *_, pounds in self.leads))


def dependence(user, *, lead="", subcontractor=""):
    """Those that hang on the fewest leads first, and of these the ones in most contracts."""
    rows = (
        _lines(user)
        .filter(Q(supplier__size__in=SMALL) | Q(supplier__is_voluntary=True))
        .order_by()
        .values_list("supplier__reference", "supplier__name", "contract__supplier")
        .annotate(
            lead_name=F("contract__supplier__name"),
            contracts=Count("contract", distinct=True),
            pounds=Coalesce(Sum("quarter_lines__pounds"), Value(Decimal(0))),
        )
    )
    found = {}
    for reference, name, _lead, lead_name, contracts, pounds in rows:
        body = found.setdefault(reference, Dependence(reference, name))
        body.leads.append((lead_name, contracts, pounds))
    kept = []
    for body in found.values():
        body.leads.sort(key=lambda each: (-each[2], -each[1], each[0]))
        names = [name for name, *_ in body.leads]
        if _says(subcontractor, body.name) and _says(lead, *names):
            kept.append(body)
    return sorted(kept, key=lambda body: (len(body.leads), -body.contracts, body.name))
