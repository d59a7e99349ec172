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
    return _after_a_last_look(
        request,
        competition,
        lambda: announce_with_contracts(competition=competition, by=request.user, at=clock.now()),
        said=_("Announced. Every bidder can read its outcome now"),
        page="bids/commissioner/awards_announce.html",
        shown=lambda: {"awards": sorted(live_awards(competition).values(), key=_by_place)},
    )


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
    return _after_a_last_look(
        request,
        competition,
        lambda: announce_next_with_contract(award=award, by=request.user, at=clock.now()),
        said=_("Announced. Everybody who bid can read the decision now"),
        page="bids/commissioner/award_announce.html",
        shown=lambda: {"award": award},
    )


def _after_a_last_look(request, competition, announce, *, said, page, shown):
    """The page that asks, and the announcement; a refusal is told on the page."""
    refused = ""
    if request.method == "POST":
        try:
            announce()
        except Refused as refusal:
            refused = refusal.message
        else:
            messages.success(request, said)
            return redirect("commissioner:awards", reference=competition.reference)
    context = {
        "competition": competition,
        "refused": refused,
        "has_errors": bool(refused),
        **shown(),
    }
    return render(request, page, context)


def _by_place(award):
    return award.lot.position


def _run_by(user):
    return Competition.objects.run_by(user).values("pk")
