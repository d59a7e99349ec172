"""The register: who is qualified in what, and where. No people, no addresses."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.utils.translation import gettext as _

from framework_portal.reference.selectors import shortened
from suppliers.models import Qualification, Supplier
from suppliers.selectors.opportunities import SIZES

Served = Supplier.areas.through

__all__ = ["SIZES", "Listed", "for_rows", "register", "spelled_out"]


def register(chosen, *, at, places):
    """Suppliers with a qualification in force that the filters `chosen` leave, by name."""
    held = Qualification.objects.in_force(at=at)
    if category := chosen.get("category"):
        held = held.filter(category__slug=category)
    found = Supplier.objects.filter(pk__in=held.values("supplier"))
    for level in ("region", "police_area"):
        if area := places.find(level, chosen.get(level)):
            leaves = places.leaves_of([area.pk])
            served = Served.objects.filter(area__in=leaves)
            found = found.filter(pk__in=served.values("supplier"))
    if name := chosen.get("name"):
        found = found.filter(name__icontains=name)
    if kind := chosen.get("kind"):
        found = found.filter(is_voluntary=kind == "voluntary")
    if size := chosen.get("size"):
        found = found.filter(size=size)
    return found.order_by("name", "pk")


def for_rows(suppliers, *, at):
    """What is shown of each, in one query."""
    held = Qualification.objects.in_force(at=at).filter(supplier=OuterRef("pk"))
    return suppliers.only("reference", "name", "size", "is_voluntary", "legal_form").annotate(
        category_keys=ArraySubquery(held.order_by("category__number").values("category")),
        area_keys=ArraySubquery(Served.objects.filter(supplier=OuterRef("pk")).values("area")),
    )


class Listed:
    """One supplier in the list, in finished words."""

    def __init__(self, supplier, *, categories, places):
        self.reference = supplier.reference
        self.name = supplier.name
        self.size = supplier.get_size_display()
        self.is_voluntary = supplier.is_voluntary
        self.categories = shortened([categories[pk].name for pk in supplier.category_keys], 3)
        self.areas = shortened(
            [words for words, _parts in spelled_out(supplier.area_keys, places)], 3
        )


def spelled_out(leaves, places):
    """Areas as people say them: a region where all of it is served, else its parts.

    Gives pairs: the words, and the names of the parts where they say more.
    """
    served, found = set(leaves), []
    if places.parts and served >= {pk for parts in places.parts.values() for pk in parts}:
        return [(_("Everywhere"), [])]
    for place in places.by_pk.values():
        parts = places.parts.get(place.pk)
        if parts is None:
            if place.parent is None and place.pk in served:
                found.append((place.name, []))
            continue
        mine = [pk for pk in parts if pk in served]
        if len(mine) == len(parts):
            found.append((place.name, []))
        elif mine:
            names = [places.by_pk[pk].name for pk in mine]
            found.append((f"{place.name} ({', '.join(names)})", names))
    return found
