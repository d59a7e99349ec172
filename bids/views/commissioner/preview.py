"""A draft as suppliers will see it: the public pages themselves, shown before anybody else."""

from django.shortcuts import get_object_or_404, render

from bids.selectors.published import (
    ages,
    competitions_to_show,
    criteria_of,
    documents_of,
    lots_to_show,
    questions_to_answer,
)
from framework_portal import clock
from lots.models import Competition
from lots.views.commissioner.own import draft_page


@draft_page
def competition_preview(request, competition):
    """The competition's page."""
    shown = competitions_to_show(Competition.objects.filter(pk=competition.pk)).get()
    context = _preview(shown) | {
        "lots": lots_to_show(competition.lots.order_by("position")),
        "criteria": criteria_of(competition),
        "documents": documents_of(competition),
    }
    return render(request, "bids/commissioner/competition_preview.html", context)


@draft_page
def lot_preview(request, competition, lot):
    """The page of one of its lots."""
    found = get_object_or_404(lots_to_show(competition.lots.all()), reference=lot)
    context = _preview(competition) | {
        "lot": found,
        "ages": ages(found),
        "task": questions_to_answer(competition),
    }
    return render(request, "bids/commissioner/lot_preview.html", context)


def _preview(competition):
    at = clock.now()
    is_timed = competition.closes_at is not None and at < competition.closes_at
    return {
        "at": at,
        "competition": competition,
        "is_preview": True,
        # As on the day of publication.
        "standing": "open" if is_timed else "draft",
    }
