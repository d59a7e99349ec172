"""Checking a draft and publishing it."""

from django import forms
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from framework_portal import clock
from lots.actions.publishing import publish_competition
from lots.forms.base import CompetitionForm, accepted
from lots.models import Part
from lots.states import COMPETITION
from lots.views.commissioner.own import competition_page
from lots.views.commissioner.steps import missing
from suppliers.views.commissioner.lots import lots_in_words


class PublishForm(CompetitionForm):
    """One box to tick."""

    button = _("Publish to everybody")
    is_sure = forms.BooleanField(
        label=_("I have checked the competition, and it can be published"),
        error_messages={"required": _("Tick the box when you have checked the competition")},
    )


@competition_page("lots.publish_competition", move="publish")
def competition_publish(request, competition):
    """Everything that is missing, with links; or the button."""
    at = clock.now()
    form = PublishForm(request.POST or None, competition=competition)

    def act(*, is_sure):
        return publish_competition(
            competition=competition, by=request.user, at=at, edition=form.edition
        )

    published = accepted(form, act) if request.method == "POST" else None
    if published:
        # On this answer and nowhere else: the recovery words are not kept to be shown again.
        return _published(request, published.competition, at, published.recovery)
    stops, odd = missing(competition, at=at)
    context = lots_in_words(competition, at=at) | {
        "at": at,
        "competition": competition,
        "form": form,
        "stops": stops,
        "odd": odd,
        "criteria": competition.criteria.order_by("position"),
        "can_publish": COMPETITION.allows("publish", competition.state),
    }
    return render(request, "suppliers/commissioner/competition_publish.html", context)


@competition_page("lots.edit_competition")
def competition_published(request, competition):
    """It is out: what happens now."""
    at = clock.now()
    if not competition.is_open(at=at):
        return redirect("commissioner:competition_detail", reference=competition.reference)
    return _published(request, competition, at, {})


def _published(request, competition, at, recovery):
    context = lots_in_words(competition, at=at) | {
        "competition": competition,
        "at": at,
        "recovery": [(part.label, recovery[part].split()) for part in Part if part in recovery],
    }
    return render(request, "suppliers/commissioner/competition_published.html", context)
