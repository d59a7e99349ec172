"""Price after quality: locking the quality scores, then opening the prices by two officers."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from bids.actions.price_opening import (
    approve_price_opening,
    lock_quality_scores,
    open_prices,
    waiting_price_opening,
)
from bids.forms.opening import ApproveForm, OpenForm
from bids.selectors.evaluation import is_scoring, unscored
from framework_portal import clock
from framework_portal.access import allow, require
from framework_portal.accounts.recent import recent_sign_in
from framework_portal.forms import refuse
from framework_portal.refusals import Refused
from lots.models import Competition
from lots.states import CompetitionState


@allow("lots.use_commissioner_pages")
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
            return redirect("commissioner:price_opening", reference=reference)
    if not is_scoring(competition):
        return redirect("commissioner:evaluation", reference=reference)
    context = {
        "competition": competition,
        "missing": unscored(competition),
        "refused": refused,
        "has_errors": bool(refused),
    }
    return render(request, "bids/commissioner/quality_lock.html", context)


@allow("lots.use_commissioner_pages")
@recent_sign_in
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def price_opening(request, reference):
    """Who has acted, and the button for the next act."""
    competition = _competition(request, reference)
    if is_scoring(competition) or hasattr(competition, "price_opening"):
        return redirect("commissioner:evaluation", reference=reference)
    at = clock.now()
    approval = waiting_price_opening(competition, at=at)
    is_second = approval is not None and approval.approved_by_id != request.user.pk
    form = _form(OpenForm if is_second else ApproveForm)
    if request.method == "POST":
        opens = request.POST.get("act") == "open"
        form = _form(OpenForm if opens else ApproveForm, request.POST)
        if form.is_valid() and _acted(request, competition, form, at, opens=opens):
            page = "evaluation" if opens else "price_opening"
            return redirect(f"commissioner:{page}", reference=reference)
    context = {
        "competition": competition,
        "approval": approval,
        "is_second": is_second,
        "form": form,
        "at": at,
    }
    return render(request, "bids/commissioner/price_opening.html", context)


def _form(kind, data=None):
    form = kind(data)
    words = {"open": _("Open all prices now"), "approve": _("Approve the opening of the prices")}
    form.helper.inputs[0].value = words[kind.act]
    return form


def _acted(request, competition, form, at, *, opens):
    act = open_prices if opens else approve_price_opening
    typed = {name: form.cleaned_data[name] for name in form.fields}
    try:
        act(competition=competition, by=request.user, at=at, **typed)
    except Refused as refusal:
        refuse(form, refusal)
        return False
    approved = _("You approved the opening of the prices. A second officer opens now")
    messages.success(request, _("The prices are open") if opens else approved)
    return True


def _competition(request, reference):
    mine = Competition.objects.run_by(request.user)
    competition = get_object_or_404(
        mine.select_related("quality_lock", "price_opening"),
        reference=reference,
        state=CompetitionState.OPENED,
        price_after_quality=True,
    )
    require(request.user, "bids.open_bids", competition)
    return competition
