"""Price after quality: locking the quality scores, after which the prices can be opened."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bids.actions.price_opening import (
    lock_quality_scores,
)
from bids.selectors.evaluation import is_scoring, unscored
from framework_portal import clock
from framework_portal.access import allow, require
from framework_portal.accounts.recent import recent_sign_in
from framework_portal.refusals import Refused
from lots.models import Competition
from lots.states import CompetitionState


@allow("lots.use_commissioner_pages")
@recent_sign_in
@require_http_methods(["GET", "HEAD", "POST"])
def quality_lock(request, reference):
    """Let the quality scores stand, after a look at what is missing."""
    competition = _competition(request, reference)
    refused = ""
    if request.method == "POST":
        try:
            lock_quality_scores(competition=competition, by=request.user, at=clock.now())
        except Refused as refusal:
            refused = refusal.message
        else:
            messages.success(request, _("The quality scores are locked. Now open the prices"))
            return redirect("commissioner:opening", reference=reference)
    if not is_scoring(competition):
        return redirect("commissioner:evaluation", reference=reference)
    context = {
        "competition": competition,
        "missing": unscored(competition),
        "refused": refused,
        "has_errors": bool(refused),
    }
    return render(request, "bids/commissioner/quality_lock.html", context)


def _competition(request, reference):
    mine = Competition.objects.run_by(request.user)
    competition = get_object_or_404(
        mine,
        reference=reference,
        state=CompetitionState.OPENED,
        price_after_quality=True,
    )
    require(request.user, "bids.open_bids", competition)
    return competition
