"""Coverage: what there is in each category and area, so that what is missing shows."""

from dataclasses import dataclass, replace

from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q
from django.db.models.functions import Coalesce

from bids.models import Award
from bids.states import Decision
from framework_portal.reference.states import CategoryKind
from lots.models import Lot
from lots.states import CompetitionState, Sex


@dataclass(frozen=True)
class Cell:
    """A category in an area: how many, for women only or not, in how many of its parts."""

    count: int = 0
    women_only: bool = False
    parts: int = 0
    of_parts: int = 1

    @property
    def is_partial(self):
        return 0 < self.parts < self.of_parts


def services():
    """Lots with a service: awarded, as history or here."""
    won = Award.objects.public().filter(decision=Decision.AWARD, lot=OuterRef("pk"))
    return Lot.objects.filter(Exists(won))


def open_lots(at):
    return Lot.objects.filter(
        competition__state=CompetitionState.PUBLISHED, competition__closes_at__gt=at
    )


def lots_by_cell(lots, level):
    """{(category, area): Cell} of `lots`, for the areas of a level: one query."""
    leaf = Coalesce("areas__parts", "areas")
    area = leaf if level == "police_area" else Coalesce("areas__parent", "areas")
    rows = (
        lots.order_by()
        .values("categories")
        .annotate(
            area=area,
            lots=Count("pk", distinct=True),
            women=Count("pk", distinct=True, filter=Q(sex=Sex.WOMEN)),
            parts=Count(leaf, distinct=True),
        )
        .values_list("categories", "area", "lots", "women", "parts")
    )
    return {
        (category, place): Cell(count, women == count, parts)
        for category, place, count, women, parts in rows
    }


# Each supplier once in each place: no sorting of a million rows to tell them apart.
_SUPPLIERS = """
WITH held AS (
  SELECT DISTINCT supplier_id, category_id FROM suppliers_qualification
  WHERE state = 'granted' AND (expires_at IS NULL OR expires_at > %(at)s)
), served AS (
  SELECT s.supplier_id, {area} AS place, count(*) AS parts
  FROM suppliers_supplier_areas s JOIN reference_area a ON a.id = s.area_id
  GROUP BY s.supplier_id, {area}
)
SELECT held.category_id, served.place, count(*), max(served.parts)
FROM held JOIN served USING (supplier_id) GROUP BY held.category_id, served.place
"""
_AREA = {"police_area": "a.id", "region": "coalesce(a.parent_id, a.id)"}


def suppliers_by_cell(at, level):
    """The same of suppliers qualified at `at`: parts are the most that one of them serves."""
    with connection.cursor() as cursor:
        cursor.execute(_SUPPLIERS.format(area=_AREA[level]), {"at": at})
        return {
            (category, place): Cell(count, False, parts)
            for category, place, count, parts in cursor.fetchall()
        }


def table(found, *, places, level, categories):
    """Rows of areas, each with a cell for every category; and the categories with none at all."""
    rows = []
    for place in places.at(level):
        size = len(places.parts.get(place.pk, [place.pk]))
        cells = [
            _placed(found.get((pk, place.pk), Cell()), category, size)
            for pk, category in categories.items()
        ]
        rows.append({"place": place, "cells": cells, "holes": sum(not c.count for c in cells)})
    shown = {place.pk for place in places.at(level)}
    filled = {category for category, place in found if place in shown}
    return rows, [category for pk, category in categories.items() if pk not in filled]


def _placed(cell, category, of_parts):
    """The cell knows its size; that a service of the category Women is for women goes unsaid."""
    women_only = cell.women_only and category.kind != CategoryKind.COHORT
    return replace(cell, of_parts=of_parts, women_only=women_only)
