"""The list of awards: who leads which lot, and with whom."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef
from django.urls import reverse

from bids.models import NamedSubcontractor
from bids.selectors.published import AwardRow, public_awards, said_in
from bids.states import Decision
from framework_portal.navigation import address
from framework_portal.reference.selectors import shortened
from suppliers.selectors.holdings import LotArea, LotCategory


def awards(chosen, *, places):
    """The announced awards that the filters `chosen` leave, newest first."""
    found = public_awards()
    if category := chosen.get("category"):
        inside = LotCategory.objects.filter(category__slug=category)
        found = found.filter(lot__in=inside.values("lot"))
    for level in ("region", "police_area"):
        if area := places.find(level, chosen.get(level)):
            inside = LotArea.objects.filter(area__in=places.within(area.pk))
            found = found.filter(lot__in=inside.values("lot"))
    if name := chosen.get("name"):
        found = found.filter(said_in(name))
    if team := chosen.get("team"):
        named = Exists(NamedSubcontractor.objects.filter(award=OuterRef("pk")))
        found = found.filter(named if team == "named" else ~named)
    return found.order_by(
        F("announced_at").desc(nulls_last=True), F("announced_on").desc(nulls_last=True), "pk"
    )


def for_rows(awards):
    """What the rows show, in one query."""
    needs = LotCategory.objects.filter(lot=OuterRef("lot")).order_by("category__number")
    return awards.annotate(
        category_keys=ArraySubquery(needs.values("category")),
        area_keys=ArraySubquery(LotArea.objects.filter(lot=OuterRef("lot")).values("area")),
    ).select_related("lot__competition")


class ListedAward(AwardRow):
    """One award in a list, with its lot."""

    def __init__(self, award, *, categories, places):
        super().__init__(award)
        self.title = award.lot.title
        self.address = reverse("public:lot", args=[award.lot.reference])
        # The register of contracts stands above this app, and has the page.
        self.contract_address = (
            address("public:lot_contract", award.lot.reference)
            if award.decision == Decision.AWARD and not self.refused
            else ""
        )
        self.is_history = award.is_history
        self.route = award.lot.award_route
        self.route_words = award.lot.get_award_route_display()
        self.categories = shortened([categories[pk].name for pk in award.category_keys], 2)
        self.areas = places.named(award.area_keys)
