"""Opening the bids: the first officer's act, the second's, and the record of both."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from bids.actions.opening import approve_opening, open_bids, waiting_approval
from bids.forms.opening import ApproveForm, OpenForm
from bids.models import Opening
from bids.timing import GRACE
from framework_portal import clock
from framework_portal.access import allow, require
from framework_portal.accounts.recent import recent_sign_in
from framework_portal.forms import refuse
from framework_portal.refusals import Refused
from lots.models import Competition
from lots.states import CompetitionState


@allow("lots.use_commissioner_pages")
@recent_sign_in
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def opening(request, reference):
    """Who has acted, who must act next, and the button for it. Nothing of any bid."""
    competition = get_object_or_404(Competition.objects.run_by(request.user), reference=reference)
    require(request.user, "bids.open_bids", competition)
    if competition.state not in (CompetitionState.PUBLISHED, CompetitionState.ABANDONED):
        return redirect("commissioner:opening_record", reference=reference)
    at = clock.now()
    approval = waiting_approval(competition, at=at) if competition.closes_at else None
    is_second = approval is not None and approval.approved_by_id != request.user.pk
    form = (OpenForm if is_second else ApproveForm)()
    if request.method == "POST":
        opens = request.POST.get("act") == "open"
        form = (OpenForm if opens else ApproveForm)(request.POST)
        if form.is_valid() and _acted(request, competition, form, at, opens=opens):
            return redirect(_onwards(opens), reference=reference)
    context = {
        "competition": competition,
        "approval": approval,
        "is_second": is_second,
        "opens_at": competition.closes_at and competition.closes_at + GRACE,
        "is_closed": competition.closes_at and at >= competition.closes_at + GRACE,
        "form": form,
        "at": at,
    }
    return render(request, "bids/commissioner/opening.html", context)


def _acted(request, competition, form, at, *, opens):
    act = open_bids if opens else approve_opening
    typed = {name: form.cleaned_data[name] for name in form.fields}
    try:
        act(competition=competition, by=request.user, at=at, **typed)
    except Refused as refusal:
        refuse(form, refusal)
        return False
    done = (
        _("The bids are open")
        if opens
        else _("You approved the opening. A second officer opens now")
    )
    messages.success(request, done)
    return True


def _onwards(opens):
    return "commissioner:evaluation" if opens else "commissioner:opening"


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
