"""Opening the bids: the first officer's act, the second's, and the record of both."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from bids.actions.opening import GRACE, approve_opening, open_bids, waiting_approval
from bids.models import Opening
from framework_portal import clock
from framework_portal.access import allow, require
from framework_portal.accounts.recent import recent_sign_in
from framework_portal.refusals import Refused
from lots.models import Competition
from lots.states import CompetitionState


@allow("lots.use_commissioner_pages")
@recent_sign_in
@require_http_methods(["GET", "HEAD", "POST"])
def opening(request, reference):
    """Who has acted, who must act next, and the button for it. Nothing of any bid."""
    competition = get_object_or_404(Competition.objects.run_by(request.user), reference=reference)
    require(request.user, "bids.open_bids", competition)
    if competition.state not in (CompetitionState.PUBLISHED, CompetitionState.ABANDONED):
        return redirect("commissioner:opening_record", reference=reference)
    at, refused = clock.now(), ""
    approval = waiting_approval(competition, at=at) if competition.closes_at else None
    if request.method == "POST":
        # The page says which act its button is: a stale page does not turn one into the other.
        second = request.POST.get("act") == "open"
        act = open_bids if second else approve_opening
        try:
            act(competition=competition, by=request.user, at=at)
        except Refused as refusal:
            refused = refusal.message
        else:
            if second:
                messages.success(request, _("The bids are open"))
                return redirect("commissioner:evaluation", reference=reference)
            messages.success(request, _("You approved the opening. A second officer opens now"))
            return redirect("commissioner:opening", reference=reference)
    context = {
        "competition": competition,
        "approval": approval,
        "is_second": approval is not None and approval.approved_by_id != request.user.pk,
        "opens_at": competition.closes_at and competition.closes_at + GRACE,
        "is_closed": competition.closes_at and at >= competition.closes_at + GRACE,
        "refused": refused,
        "has_errors": bool(refused),
        "at": at,
    }
    return render(request, "bids/commissioner/opening.html", context)


@allow("lots.use_commissioner_pages")
@require_safe
def opening_record(request, reference):
    """Who opened, when, and which envelopes by their hash."""
    competition = get_object_or_404(Competition.objects.run_by(request.user), reference=reference)
    found = get_object_or_404(
        Opening.objects.select_related("first_by", "second_by", "approval"),
        competition=competition,
    )
    context = {"competition": competition, "opening": found}
    return render(request, "bids/commissioner/opening_record.html", context)
