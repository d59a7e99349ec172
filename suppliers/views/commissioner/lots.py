"""The lots of a competition, with how many qualified suppliers match each."""

from django.shortcuts import render

from framework_portal import clock
from lots.states import COMPETITION
from lots.views.commissioner.own import competition_page
from suppliers.selectors.matching import FEW, matching_counts


@competition_page("lots.edit_competition")
def lot_list(request, competition):
    """All lots in one table: what, where, for how much, and who could bid."""
    context = lots_in_words(competition, at=clock.now()) | {
        "competition": competition,
        "is_draft": COMPETITION.allows("edit", competition.state),
        "can_change": COMPETITION.allows("change", competition.state),
    }
    return render(request, "suppliers/commissioner/lot_list.html", context)


def lots_in_words(competition, *, at):
    """The lots with their counts, their total value, and how many draw too few suppliers."""
    lots = list(competition.lots.for_list().order_by("position"))
    counts = matching_counts(lots, at=at)
    rows = [
        {"lot": lot, "matching": counts[lot.pk], "is_few": counts[lot.pk] < FEW} for lot in lots
    ]
    return {
        "rows": rows,
        "few": sum(row["is_few"] for row in rows),
        "nobody": sum(not row["matching"] for row in rows),
        "total": sum(lot.value or 0 for lot in lots),
    }
