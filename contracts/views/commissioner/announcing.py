"""Announcing awards, which makes their contracts."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bids.models import Award
from bids.views.commissioner.award import evaluated_competition, live_awards
from contracts.actions.announcing import announce_next_with_contract, announce_with_contracts
from framework_portal import clock
from framework_portal.access import allow, require
from framework_portal.accounts.recent import recent_sign_in
from framework_portal.refusals import Refused
from lots.models import Competition


@allow("lots.use_commissioner_pages")
@recent_sign_in
@require_http_methods(["GET", "HEAD", "POST"])
def awards_announce(request, reference):
    """Tell every bidder at once, after a last look."""
    competition = evaluated_competition(request.user, reference)
    require(request.user, "bids.announce_awards", competition)
    refused = ""
    if request.method == "POST":
        try:
            announce_with_contracts(competition=competition, by=request.user, at=clock.now())
        except Refused as refusal:
            refused = refusal.message
        else:
            messages.success(request, _("Announced. Every bidder can read its outcome now"))
            return redirect("commissioner:awards", reference=reference)
    context = {
        "competition": competition,
        "awards": sorted(live_awards(competition).values(), key=lambda award: award.lot.position),
        "refused": refused,
        "has_errors": bool(refused),
    }
    return render(request, "bids/commissioner/awards_announce.html", context)


@allow("lots.use_commissioner_pages")
@recent_sign_in
@require_http_methods(["GET", "HEAD", "POST"])
def award_announce(request, reference):
    """Tell everybody who bid for a lot what was decided after its contract was refused."""
    again = Award.objects.refused().filter(lot__competition__in=_run_by(request.user))
    award = get_object_or_404(
        Award.objects.standing()
        .filter(lot__in=again.values("lot"))
        .select_related("lot__competition", "bid__supplier"),
        reference=reference,
    )
    competition = award.lot.competition
    require(request.user, "bids.announce_awards", competition)
    refused = ""
    if request.method == "POST":
        try:
            announce_next_with_contract(award=award, by=request.user, at=clock.now())
        except Refused as refusal:
            refused = refusal.message
        else:
            messages.success(request, _("Announced. Everybody who bid can read the decision now"))
            return redirect("commissioner:awards", reference=competition.reference)
    context = {
        "competition": competition,
        "award": award,
        "refused": refused,
        "has_errors": bool(refused),
    }
    return render(request, "bids/commissioner/award_announce.html", context)


def _run_by(user):
    return Competition.objects.run_by(user).values("pk")
