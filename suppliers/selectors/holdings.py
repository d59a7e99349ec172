"""What an organisation is qualified in and serves, against what lots need, by sets."""

from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef

from lots.models import Lot
from suppliers.models import Qualification, Supplier

LotCategory, LotArea = Lot.categories.through, Lot.areas.through


@dataclass(frozen=True)
class Holding:
    """One organisation's: keys of categories and of smallest areas."""

    name: str
    categories: frozenset
    areas: frozenset

    def lacks(self, categories, leaves):
        """The categories it is not qualified in, and the smallest areas it does not serve."""
        return set(categories) - self.categories, set(leaves) - self.areas

    def matches(self, categories, leaves):
        """Whether it holds all of these; a lot without categories matches nobody."""
        return bool(categories) and self.lacks(categories, leaves) == (set(), set())


def holdings(user, *, at):
    """The holdings of the organisations `user` belongs to, in one query; none for strangers."""
    if not user.is_authenticated:
        return []
    held = Qualification.objects.in_force(at=at).filter(supplier=OuterRef("pk"))
    served = Supplier.areas.through.objects.filter(supplier=OuterRef("pk"))
    rows = (
        Supplier.objects.of(user)
        .annotate(
            held=ArraySubquery(held.values("category")), served=ArraySubquery(served.values("area"))
        )
        .values_list("name", "held", "served")
    )
    return [Holding(name, frozenset(held), frozenset(served)) for name, held, served in rows]


def matching(lots, holdings, places):
    """Those of `lots` that match at least one of the holdings."""
    found = Lot.objects.none()
    for holding in holdings:
        unserved = [pk for pk in places.by_pk if not places.leaves_of([pk]) <= holding.areas]
        needs = LotCategory.objects.filter(lot=OuterRef("pk"))
        found |= lots.filter(
            Exists(needs),
            ~Exists(needs.exclude(category__in=holding.categories)),
            ~Exists(LotArea.objects.filter(lot=OuterRef("pk"), area__in=unserved)),
        )
    return found
