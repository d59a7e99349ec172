"""The rehearsal: each opener, alone, opens a dummy bid."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from bids.actions.rehearsing import rehearse_opening
from bids.views.commissioner.ceremony import former_until
from framework_portal import clock
from lots.checks import openers
from lots.forms.base import accepted
from lots.forms.opening import RehearsalForm
from lots.models import Competition
from lots.states import CompetitionState
from lots.views.commissioner.passphrase import passphrase_page


@passphrase_page
def rehearsal(request, reference):
    """Who has rehearsed, and one's own passphrase. Nothing of any bid is touched."""
    mine = Competition.objects.run_by(request.user)
    competition = get_object_or_404(mine, reference=reference)
    if request.method != "POST" and competition.state != CompetitionState.PUBLISHED:
        return redirect("commissioner:competition_detail", reference=reference)
    form = RehearsalForm(request.POST or None)
    given = {"competition": competition, "by": request.user}
    if request.method == "POST" and accepted(form, rehearse_opening, **given):
        messages.success(request, _("The dummy bid opened. Your passphrase works"))
        return redirect("commissioner:rehearsal", reference=reference)
    at = clock.now()
    found = openers.rehearsal(competition, at=at)
    context = {
        "at": at,
        "competition": competition,
        "rehearsal": found,
        "own": found and found.of(request.user),
        "former_until": former_until(competition, request.user),
        "form": form,
    }
    return render(request, "bids/commissioner/rehearsal.html", context)
