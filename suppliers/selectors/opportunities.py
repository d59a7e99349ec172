"""The list of lots: what each row shows, and which of them match the organisations of a person."""

from functools import cache

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
WORTH = [F("value").desc(nulls_last=True), "pk"]
# What is open has both dates, and indexes in their order. What is past may be history, without
# them, and is looked for from the newest back.
ORDERS = {
    "closing": {
        "open": ["competition__closes_at", "pk"],
        "past": [F("competition__closes_at").desc(nulls_last=True), "pk"],
    },
    "newest": {
        "open": ["-competition__published_at", "-pk"],
        "past": [F("competition__published_at").desc(nulls_last=True), "-pk"],
    },
    "value": {"open": WORTH, "past": WORTH},
}


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
    order = ORDERS[chosen.get("sort", "closing")]
    return lots.order_by(*order["open" if standing == "open" else "past"])


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


class Rows:
    """The lots of a page, in finished words; what many of them share is worked out once."""

    def __init__(self, *, at, categories, places, holdings, address):
        self._at, self._categories, self._places = at, categories, places
        self._holdings, self._address = holdings, address
        self._closes = cache(wording.moment)
        self._left = cache(lambda closes_at: wording.time_left(closes_at, at))
        self._areas = cache(places.named)
        self._needs = cache(lambda keys: shortened([categories[pk].name for pk in keys], 2))

    def row(self, lot):
        """One lot as the template shows it."""
        closes_at = lot.competition__closes_at
        standing = public_standing(lot.competition__state, closes_at, at=self._at)
        is_open = standing == "open"
        return {
            "title": lot.title,
            "address": self._address.format(lot.reference),
            "categories": self._needs(tuple(lot.category_keys)),
            "areas": self._areas(tuple(lot.area_keys)),
            "competition": lot.competition__title,
            "commissioner": lot.competition__commissioner__name,
            "value": wording.pounds(lot.value),
            "closes": self._closes(closes_at),
            "left": self._left(closes_at) if is_open else "",
            "standing": standing,
            "is_history": lot.competition__is_history,
            "match": self._match(lot) if is_open and self._holdings else "",
        }

    def _match(self, lot):
        """The first of the person's organisations that the lot matches."""
        leaves = self._places.leaves_of(lot.area_keys)
        found = (each.name for each in self._holdings if each.matches(lot.category_keys, leaves))
        return next(found, "")
