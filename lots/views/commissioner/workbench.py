"""The page of one competition: the task list of a draft, the workbench of all that is later."""

from django.shortcuts import render
from django.utils.translation import gettext as _

from framework_portal import clock
from lots.checks import readiness
from lots.checks.openers import rehearsal
from lots.models import Competition
from lots.selectors import fingerprints
from lots.states import COMPETITION, CompetitionState
from lots.views.commissioner.own import competition_page
from lots.views.commissioner.steps import address, next_step, tasks


@competition_page("lots.edit_competition")
def competition_detail(request, competition):
    """Where an officer comes back to."""
    if competition.state == CompetitionState.DRAFT:
        return _draft(request, competition)
    return _workbench(request, competition)


def _draft(request, competition):
    gaps = readiness.gaps(competition, at=clock.now())
    parts = tasks(competition, gaps)
    ready = not any(gap.stops for gap in gaps)
    ending = [
        {
            "words": _("Preview as a supplier sees it"),
            "url": address("competition_preview", competition),
            "state": "not_started" if competition.lots.exists() else "cannot_start",
        },
        {
            "words": _("Check and publish"),
            "url": address("competition_publish", competition),
            "state": "not_started",
            "hint": _("Nothing is missing") if ready else _("Shows what is still missing"),
        },
    ]
    context = {
        "competition": competition,
        "tasks": parts,
        "ending": ending,
        "done": sum(part["state"] == "completed" for part in parts),
    }
    return render(request, "lots/commissioner/competition_draft.html", context)


def _workbench(request, competition):
    at = clock.now()
    competition = Competition.objects.for_desk(at=at).get(pk=competition.pk)
    extension = competition.extensions.waiting().select_related("proposed_by").first()
    found = rehearsal(competition, at=at)
    context = {
        "at": at,
        "competition": competition,
        "rehearsal": found,
        "own": found and found.of(request.user),
        "keys": fingerprints(competition),
        "standing": competition.standing(at=at),
        "is_open": competition.is_open(at=at),
        "step": next_step(competition, at=at),
        "extension": extension,
        "is_own_extension": extension is not None and extension.proposed_by == request.user,
        "waiting": competition.clarifications.waiting(),
        "answered": competition.clarifications.published().count(),
        "changes": competition.changes.select_related("made_by"),
        "documents": competition.documents.filter(removed_at__isnull=True).select_related(
            "document"
        ),
        "can_abandon": COMPETITION.allows("abandon", competition.state),
    }
    return render(request, "lots/commissioner/competition_workbench.html", context)
