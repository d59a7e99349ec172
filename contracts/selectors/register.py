"""The public register of contracts: who leads, with whom, and what is promised to each.

Public of a subcontractor are its name, its role and its share in per cent, as they were with the
award, and from when that holds. Pounds, volumes, terms of payment and consents are not, nor are
the reasons of a change.
"""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, ExtractYear, TruncDate
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from bids.selectors.leads import lead_address
from contracts.models import Contract, KeySubcontractor, LedgerEntry, Modification
from contracts.states import ContractState
from framework_portal.clock import PortalClock
from framework_portal.reference.selectors import shortened
from suppliers.models import Supplier
from suppliers.selectors.holdings import LotArea, LotCategory

# The date in London, as the database has it.
TODAY = TruncDate(PortalClock())
STANDINGS = {
    "history": ("grey", _("History")),
    "terminated": ("red", _("Terminated")),
    "to_come": ("blue", _("Starts later")),
    "running": ("green", _("Running")),
    "ended": ("grey", _("Ended")),
}


def standing(contract, at):
    """Whether a public contract runs: a matter of its dates, unless somebody ended it."""
    today = localdate(at)
    if contract.is_history:
        return "history"
    if contract.state == ContractState.TERMINATED and contract.terminated_on <= today:
        return "terminated"
    if contract.starts_on and today < contract.starts_on:
        return "to_come"
    if contract.now_ends_on and today > contract.now_ends_on:
        return "ended"
    return "running"


def standing_lines(day=TODAY):
    """Key subcontractors whose subcontract has not ended by `day`: an end may lie ahead."""
    ended = LedgerEntry.objects.holding(day).filter(subcontractor=OuterRef("pk"), is_end=True)
    return KeySubcontractor.objects.filter(~Exists(ended))


def contracts(chosen, *, places, at):
    """The public contracts that the filters `chosen` leave, the latest to start first."""
    found = Contract.objects.public()
    if category := chosen.get("category"):
        inside = LotCategory.objects.filter(category__slug=category)
        found = found.filter(lot__in=inside.values("lot"))
    for level in ("region", "police_area"):
        if area := places.find(level, chosen.get(level)):
            inside = LotArea.objects.filter(area__in=places.within(area.pk))
            found = found.filter(lot__in=inside.values("lot"))
    if lead := chosen.get("lead"):
        found = found.filter(lead_name__icontains=lead)
    if name := chosen.get("subcontractor"):
        named = KeySubcontractor.objects.filter(
            Q(name__icontains=name) | Q(named_as__icontains=name)
        )
        found = found.filter(pk__in=named.values("contract"))
    if year := chosen.get("year"):
        found = found.filter(starts_on__year=year)
    if chain := chosen.get("chain"):
        named = Exists(standing_lines(localdate(at)).filter(contract=OuterRef("pk")))
        found = found.filter(named if chain == "named" else ~named)
    return found.order_by(F("starts_on").desc(nulls_last=True), "lot__title", "pk")


def contracts_of(supplier):
    """The public contracts that an organisation leads, or is or was named in."""
    named = KeySubcontractor.objects.filter(supplier=supplier)
    return (
        Contract.objects.public()
        .filter(Q(supplier=supplier) | Q(pk__in=named.values("contract")))
        .order_by(F("starts_on").desc(nulls_last=True), "lot__title", "pk")
    )


def years():
    """The years in which public contracts start, the newest first."""
    return (
        Contract.objects.public()
        .filter(starts_on__isnull=False)
        .order_by()
        .annotate(year=ExtractYear("starts_on"))
        .values_list("year", flat=True)
        .distinct()
        .order_by("-year")
    )


def as_it_stands(contracts):
    """`contracts` with the end and the value that hold after what was modified."""
    changes = Modification.objects.filter(contract=OuterRef("pk")).order_by("-number")
    ends_on = changes.filter(ends_on__isnull=False).values("ends_on")[:1]
    value = changes.filter(value__isnull=False).values("value")[:1]
    return contracts.annotate(
        now_ends_on=Coalesce(Subquery(ends_on), F("ends_on")),
        now_value=Coalesce(Subquery(value), F("value")),
    )


def for_rows(contracts, *, at):
    """What the rows show, in one query."""
    needs = LotCategory.objects.filter(lot=OuterRef("lot")).order_by("category__number")
    names = standing_lines(localdate(at)).filter(contract=OuterRef("pk")).order_by("position")
    return (
        as_it_stands(contracts)
        .annotate(
            category_keys=ArraySubquery(needs.values("category")),
            area_keys=ArraySubquery(LotArea.objects.filter(lot=OuterRef("lot")).values("area")),
            subcontractor_names=ArraySubquery(names.values("name")),
        )
        .select_related("lot", "commissioner")
    )


class ListedContract:
    """One contract in a list, in finished words."""

    def __init__(self, contract, *, at, categories, places):
        self.address = reverse("public:contract", args=[contract.reference])
        self.title = contract.lot.title
        self.lead_name = contract.lead_name
        self.lead_address = lead_address(contract.lead_name)
        self.subcontractor_names = contract.subcontractor_names
        self.categories = shortened([categories[pk].name for pk in contract.category_keys], 2)
        self.areas = places.named(contract.area_keys)
        self.starts_on, self.ends_on = contract.starts_on, contract.now_ends_on
        self.colour, self.standing = STANDINGS[standing(contract, at)]


def chain_of(contract, *, at):
    """Everybody who is or was named, with what is public of what holds for each now."""
    entry = LedgerEntry.objects.holding(localdate(at)).filter(subcontractor=OuterRef("pk"))
    rows = (
        KeySubcontractor.objects.filter(contract=contract)
        .annotate(
            role=Subquery(entry.values("role")[:1]),
            share_percent=Subquery(entry.values("share_percent")[:1]),
            in_force_from=Subquery(entry.values("in_force_from")[:1]),
            is_end=Subquery(entry.values("is_end")[:1]),
            basis=Subquery(entry.values("basis")[:1]),
            supplier_reference=F("supplier__reference"),
            is_listed=Exists(Supplier.objects.qualified(at=at).filter(pk=OuterRef("supplier"))),
        )
        .order_by("position")
        .values(
            "name",
            "named_as",
            "role",
            "share_percent",
            "in_force_from",
            "is_end",
            "basis",
            "supplier_reference",
            "is_listed",
        )
    )
    return list(rows)
