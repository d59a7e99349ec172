"""The officer's list of competitions, and starting one."""

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from framework_portal import clock
from framework_portal.access import allow
from framework_portal.forms import FilterForm
from lots.actions.copying import start_from_earlier
from lots.actions.drafting import start_draft
from lots.checks.openers import rehearsals
from lots.forms.base import accepted
from lots.forms.starting import CopyForm, StartForm
from lots.models import Competition
from lots.states import CompetitionState
from lots.views.commissioner.steps import next_step

STANDINGS = [
    ("", gettext_lazy("Any")),
    ("draft", gettext_lazy("Draft")),
    ("open", gettext_lazy("Open for bids")),
    ("closed", gettext_lazy("Closed, bids not opened")),
    ("opened", gettext_lazy("Being evaluated")),
    ("awarded", gettext_lazy("Awarded")),
    ("abandoned", gettext_lazy("Abandoned")),
]


class DeskFilter(FilterForm):
    """Narrows the list."""

    standing = forms.ChoiceField(label=gettext_lazy("Status"), choices=STANDINGS)
    words = forms.CharField(label=gettext_lazy("Words in the title"), max_length=100)


def narrowed(competitions, chosen, *, at):
    """Those of `competitions` that the filters leave."""
    standing = chosen.get("standing")
    if standing == "open":
        competitions = competitions.open(at=at)
    elif standing == "closed":
        competitions = competitions.closed(at=at)
    elif standing == "opened":
        states = [CompetitionState.OPENED, CompetitionState.EVALUATED]
        competitions = competitions.filter(state__in=states)
    elif standing:
        competitions = competitions.filter(state=standing)
    for word in chosen.get("words", "").split():
        competitions = competitions.filter(Q(title__icontains=word))
    return competitions


@require_safe
@allow("lots.use_commissioner_pages")
def competition_list(request):
    """What I run, the most pressing first."""
    at = clock.now()
    filters = DeskFilter(request.GET)
    mine = narrowed(Competition.objects.run_by(request.user), filters.chosen(), at=at)
    page = Paginator(mine.for_desk(at=at), 25).get_page(request.GET.get("page"))
    found = rehearsals(page, at=at)
    rows = [
        {
            "competition": one,
            "standing": one.standing(at=at),
            "step": next_step(one, at=at),
            "rehearsal": found.get(one.pk),
        }
        for one in page
    ]
    context = {"page": page, "rows": rows, "filters": filters, "at": at}
    return render(request, "lots/commissioner/competition_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allow("lots.draft_competition")
def competition_start(request):
    """A new draft."""
    form = StartForm(request.POST or None, user=request.user)
    if request.method == "POST":
        competition = accepted(form, start_draft, by=request.user, at=clock.now())
        if competition:
            return redirect("commissioner:competition_detail", reference=competition.reference)
    return render(request, "lots/commissioner/competition_start.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@allow("lots.draft_competition")
def competition_copy(request):
    """A new draft out of an earlier competition of one's own body, or of the lots of 2021."""
    earlier = Competition.objects.copied_by(request.user)
    form = CopyForm(request.POST or None, user=request.user, earlier=earlier)
    if request.method == "POST":
        competition = accepted(form, start_from_earlier, by=request.user, at=clock.now())
        if competition:
            messages.success(request, _("The draft is made. Check each part, and enter the dates"))
            return redirect("commissioner:competition_detail", reference=competition.reference)
    return render(request, "lots/commissioner/competition_copy.html", {"form": form})
