"""What a commissioner sees across all its contracts: patterns that no single contract shows.

Each table is a few queries over sets, however many contracts there are; what is filtered is
filtered after it was counted, so that a filter never changes what a row says.
"""

from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import (
    CharField,
    Count,
    F,
    Max,
    Q,
    Sum,
    Value,
)
from django.db.models.functions import Cast, Coalesce, Lower

from contracts.models import Contract
from contracts.selectors.annual import SMALL, percent
from contracts.selectors.register import standing_lines
from contracts.states import ContractState, LineState


def in_force(user):
    """The signed contracts that `user` runs, none of them history."""
    return Contract.objects.run_by(user).filter(
        state=ContractState.SIGNED, signed_on__isnull=False, is_history=False
    )


def lines(user):
    """Everybody who stands in the ledgers of those contracts."""
    return standing_lines().filter(contract__in=in_force(user).values("pk"))


def says(words, *texts):
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
        lines(user)
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
        if team.everywhere and says(lead, team.lead) and says(subcontractor, *team.everywhere)
    ]
    for team in found:
        team.everywhere.sort()
    return sorted(found, key=lambda team: (-team.contracts, not team.is_whole, team.lead))


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


# What is in dispute is nobody's money until it is ruled.
SAID = ~Q(quarter_lines__state=LineState.DISPUTED)


def dependence(user, *, lead="", subcontractor=""):
    """Those that hang on the fewest leads first, and of these the ones in most contracts."""
    rows = (
        lines(user)
        .filter(Q(supplier__size__in=SMALL) | Q(supplier__is_voluntary=True))
        .order_by()
        .values_list("supplier__reference", "supplier__name", "contract__supplier")
        .annotate(
            lead_name=F("contract__supplier__name"),
            contracts=Count("contract", distinct=True),
            pounds=Coalesce(Sum("quarter_lines__pounds", filter=SAID), Value(Decimal(0))),
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
        if says(subcontractor, body.name) and says(lead, *names):
            kept.append(body)
    return sorted(kept, key=lambda body: (len(body.leads), -body.contracts, body.name))
