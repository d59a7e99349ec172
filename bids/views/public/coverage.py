"""Where there is what, and where there is nothing."""

from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from bids.selectors.coverage import (
    lots_by_cell,
    open_lots,
    services,
    suppliers_by_cell,
    table,
)
from framework_portal.freshness import public_page
from framework_portal.reference.models import Category
from framework_portal.reference.selectors import Places
from lots.models import Competition

LEVELS = {"region": _("%d probation regions"), "police_area": _("%d police areas")}
MEASURES = {
    "services": _("Services awarded"),
    "open": _("Lots open for bids"),
    "suppliers": _("Qualified suppliers"),
}


@public_page
def coverage(request):
    """Category by area; what is counted and how finely is in the address."""
    level = _among(LEVELS, request.GET.get("areas"))
    measure = _among(MEASURES, request.GET.get("show"))
    categories = {row.pk: row for row in Category.objects.all()}
    places = Places()
    if measure == "suppliers":
        found = suppliers_by_cell(request.at, level)
    else:
        lots = services() if measure == "services" else open_lots(request.at)
        found = lots_by_cell(lots, level)
    rows, missing = table(found, places=places, level=level, categories=categories)
    context = {
        "rows": rows,
        "missing": missing,
        "categories": list(categories.values()),
        "level": level,
        "levels": {key: words % len(places.at(key)) for key, words in LEVELS.items()},
        "measure": measure,
        "measures": MEASURES,
        "holes": sum(row["holes"] for row in rows),
        "cells": len(rows) * len(categories),
        "notes": Competition.objects.public().filter(is_history=True).order_by("pk"),
    }
    return render(request, "bids/public/coverage.html", context)


def _among(names, asked):
    return asked if asked in names else next(iter(names))
