"""Checking a draft and publishing it."""

from django import forms
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from framework_portal import clock
from lots.actions.publishing import publish_competition
from lots.forms.base import CompetitionForm, accepted
from lots.models import Part
from lots.selectors import fingerprints
from lots.states import COMPETITION
from lots.views.commissioner.own import competition_page
from lots.views.commissioner.steps import missing
from suppliers.views.commissioner.lots import lots_in_words


class PublishForm(CompetitionForm):
    """One box to tick, and one that may be."""

    button = _("Publish to everybody")
    wants_recovery = forms.BooleanField(
        label=_("Show me recovery words on the next page, once, to print"), required=False
    )
    is_sure = forms.BooleanField(
        label=_("I have checked the competition, and it can be published"),
        error_messages={"required": _("Tick the box when you have checked the competition")},
    )


@competition_page("lots.publish_competition", move="publish")
def competition_publish(request, competition):
    """Everything that is missing, with links; or the button."""
    at = clock.now()
    form = PublishForm(request.POST or None, competition=competition)

    def act(*, is_sure, wants_recovery):
        return publish_competition(
            competition=competition,
            by=request.user,
            at=at,
            edition=form.edition,
            with_recovery=wants_recovery,
        )

    if request.method == "POST" and not COMPETITION.allows("publish", competition.state):
        # Pressed twice, or loaded again: what the first answer showed cannot be shown again.
        return render(request, "suppliers/commissioner/recovery_gone.html", _sealed(competition))
    published = accepted(form, act) if request.method == "POST" else None
    if published and published.recovery:
        return _recovery(request, published)
    if published:
        return redirect("commissioner:competition_published", reference=competition.reference)
    stops, odd = missing(competition, at=at)
    context = lots_in_words(competition, at=at) | {
        "at": at,
        "competition": competition,
        "form": form,
        "stops": stops,
        "odd": odd,
        "criteria": competition.criteria.order_by("position"),
        "openers": competition.openers.select_related("user").order_by("user__name", "pk"),
        "is_opener": competition.openers.filter(user=request.user).exists(),
        "can_publish": COMPETITION.allows("publish", competition.state),
    }
    return render(request, "suppliers/commissioner/competition_publish.html", context)


@competition_page("lots.edit_competition")
def competition_published(request, competition):
    """It is out: what happens now."""
    at = clock.now()
    if not competition.is_open(at=at):
        return redirect("commissioner:competition_detail", reference=competition.reference)
    context = lots_in_words(competition, at=at) | {"competition": competition, "at": at}
    return render(request, "suppliers/commissioner/competition_published.html", context)


def _recovery(request, published):
    """The answer to publishing, and the only place where the recovery words are ever shown.

    They are in no session, no table and no address: the page is rendered with them and forgets.
    """
    competition = published.competition
    found = {key["part"]: key for key in fingerprints(competition)}
    sheets = [
        {**found[part], "words_of_it": published.recovery[part].split()}
        for part in Part
        if part in published.recovery
    ]
    context = _sealed(competition) | {"sheets": sheets}
    return render(request, "suppliers/commissioner/recovery.html", context)


def _sealed(competition):
    openers = competition.openers.select_related("user").order_by("user__name", "pk")
    return {"competition": competition, "openers": openers, "keys": fingerprints(competition)}
