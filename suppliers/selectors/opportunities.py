"""The list of lots: what each row shows, and which of them match the organisations of a person."""

from functools import cached_property

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef
from django.utils.translation import gettext_lazy as _

from framework_portal import wording
from framework_portal.reference.selectors import shortened
from lots.models import Lot
from lots.states import public_standing
from suppliers.selectors.holdings import LotArea, LotCategory

STATUSES = {
    "open": _("Open"),
    "closed": _("Closed, not yet awarded"),
    "awarded": _("Awarded"),
    "all": _("All"),
}
SIZES = ["25", "50", "100"]
ORDERS = {
    "closing": [F("competition__closes_at").asc(nulls_last=True), "pk"],
    "newest": [F("competition__published_at").desc(nulls_last=True), "-pk"],
    "value": [F("value").desc(nulls_last=True), "pk"],
}
# What is closed is looked for from the newest deadline back.
BACKWARDS = [F("competition__closes_at").desc(nulls_last=True), "pk"]


def opportunities(chosen, *, at, places):
    """The public lots that the filters `chosen` leave, in the order asked for."""
    standing = chosen.get("status", "open")
    lots = Lot.objects.standing_at(standing, at=at)
    if category := chosen.get("category"):
        inside = LotCategory.objects.filter(category__slug=category)
        lots = lots.filter(pk__in=inside.values("lot"))
    for level in ("region", "police_area"):
        if area := places.find(level, chosen.get(level)):
            inside = LotArea.objects.filter(area__in=places.within(area.pk))
            lots = lots.filter(pk__in=inside.values("lot"))
    if words := chosen.get("words"):
        lots = lots.saying(words)
    order = chosen.get("sort", "closing")
    if order == "closing" and standing != "open":
        return lots.order_by(*BACKWARDS)
    return lots.order_by(*ORDERS[order])


def for_rows(lots):
    """What the rows show, in one query and without building models."""
    return lots.annotate(
        category_keys=ArraySubquery(
            LotCategory.objects.filter(lot=OuterRef("pk"))
            .order_by("category__number")
            .values("category")
        ),
        area_keys=ArraySubquery(LotArea.objects.filter(lot=OuterRef("pk")).values("area")),
    ).values_list(
        "reference",
        "title",
        "value",
        "category_keys",
        "area_keys",
        "competition__title",
        "competition__commissioner__name",
        "competition__state",
        "competition__closes_at",
        "competition__is_history",
        named=True,
    )


class Row:
    """One lot in the list, in finished words."""

    def __init__(self, lot, *, at, categories, places, holdings, address):
        self._lot, self._at, self._categories, self._places = lot, at, categories, places
        self._holdings = holdings
        self.title = lot.title
        self.address = address.format(lot.reference)
        self.competition = lot.competition__title
        self.commissioner = lot.competition__commissioner__name
        self.closes_at = lot.competition__closes_at
        self.is_history = lot.competition__is_history
        self.value = wording.pounds(lot.value)

    @property
    def categories(self):
        return shortened([self._categories[pk].name for pk in self._lot.category_keys], 2)

    @property
    def areas(self):
        return self._places.named(self._lot.area_keys)

    @property
    def closes(self):
        return wording.moment(self.closes_at)

    @property
    def left(self):
        """The time left; nothing for what no longer takes bids."""
        return wording.time_left(self.closes_at, self._at) if self.standing == "open" else ""

    @cached_property
    def standing(self):
        return public_standing(self._lot.competition__state, self.closes_at, at=self._at)

    @property
    def match(self):
        """The first of the person's organisations that the lot matches."""
        if self.standing != "open" or not self._holdings:
            return ""
        needs, leaves = self._lot.category_keys, self._places.leaves_of(self._lot.area_keys)
        found = (each.name for each in self._holdings if each.matches(needs, leaves))
        return next(found, "")
