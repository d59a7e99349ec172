"""The reference data that pages choose from and name things by."""

from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import ngettext

from framework_portal.reference.models import Area, Category


@dataclass(frozen=True)
class Place:
    """An area, without its long texts."""

    pk: int
    slug: str
    name: str
    level: str
    parent: int | None


class Places:
    """All areas, read at once: their names, their parts and what lists of them are called."""

    def __init__(self):
        rows = Area.objects.order_by("level__area_set_id", "level__depth", "position", "name")
        self.by_pk = {
            pk: Place(pk, slug, name, level, parent)
            for pk, slug, name, level, parent in rows.values_list(
                "pk", "slug", "name", "level__slug", "parent_id"
            )
        }

    def at(self, level):
        """The areas of a level, in their order."""
        return [place for place in self.by_pk.values() if place.level == level]

    def find(self, level, slug):
        """The area of this level and slug, or None."""
        return next((place for place in self.at(level) if place.slug == slug), None)

    @cached_property
    def parts(self):
        """The parts of each area that has some."""
        parts = {}
        for place in self.by_pk.values():
            if place.parent:
                parts.setdefault(place.parent, []).append(place.pk)
        return parts

    def leaves_of(self, pks):
        """The smallest areas that these areas are made of."""
        return {leaf for pk in pks for leaf in self.parts.get(pk, [pk])}

    def within(self, pk):
        """The areas a lot may name to lie in this one: itself, its parts, what it is a part of."""
        place = self.by_pk[pk]
        return [pk, *self.parts.get(pk, []), *([place.parent] if place.parent else [])]

    @cached_property
    def order(self):
        """The place of each area in the order they are told in."""
        return {pk: number for number, pk in enumerate(self.by_pk)}

    def named(self, pks, most=3):
        """The names in one line."""
        return shortened([self.by_pk[pk].name for pk in sorted(pks, key=self.order.get)], most)


def shortened(names, most=3):
    """The first names, and how many more there are."""
    if len(names) <= most + 1:
        return ", ".join(names)
    rest = len(names) - most
    more = ngettext("and %d more", "and %d more", rest) % rest
    return ", ".join(names[:most]) + " " + more


def categories():
    """All categories by key, without their long texts, in their order."""
    return {
        category.pk: category
        for category in Category.objects.only("pk", "slug", "name", "kind", "number")
    }
