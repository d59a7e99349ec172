"""The ceremony: two officers open the bids together; and the record of it."""

from django.contrib import messages
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bids.actions.opening import approve_opening, open_bids
from bids.actions.price_opening import approve_price_opening, open_prices
from bids.forms.opening import ApproveForm, OpenForm
from bids.models import Opening
from bids.selectors.openings import openings_of
from bids.views.commissioner.ceremony import ceremony, waiting_part
from framework_portal import clock
from framework_portal.access import allow, require
from framework_portal.forms import refuse
from framework_portal.refusals import Refused
from lots.models import Competition, Part
from lots.views.commissioner.passphrase import passphrase_page

FORMS = {"approve": ApproveForm, "open": OpenForm}
# Refusals after which the page is another one than that which was sent: whose act is next changed.
TURNED = {
    "no_first_approval",
    "approval_expired",
    "same_person",
    "not_an_opener",
    "not_closed",
    "unwatched",
}


@passphrase_page
def opening(request, reference):
    """Who is there, what will be opened, its fingerprints, and the act that is next."""
    competition = _competition(request.user, reference)
    part = waiting_part(competition)
    if not part:
        return redirect(_after(competition), reference=reference)
    at, form, refused = clock.now(), None, ""
    if request.method == "POST":
        # The page says which act its button is: a stale page does not turn one into the other.
        act = "open" if request.POST.get("act") == "open" else "approve"
        form, refusal = FORMS[act](request.POST), None
        if form.is_valid():
            refusal = _acted(act, part, competition, request.user, form, at)
            if refusal is None:
                return _done(request, act, part, reference)
            competition.refresh_from_db()
            if waiting_part(competition) != part:  # pressed twice, or a colleague was quicker
                return redirect(_after(competition), reference=reference)
        if refusal is not None and refusal.code in TURNED:
            form, refused = None, refusal.message
    shown = ceremony(competition, part, request.user, at=at)
    context = {
        "at": at,
        "competition": competition,
        "ceremony": shown,
        "lots": competition.lots.order_by("position"),
        "form": form or (FORMS[shown.act]() if shown.can_act else None),
        "refused": refused,
        "has_errors": bool(refused or (form and form.errors)),
    }
    return render(request, "bids/commissioner/opening.html", context)


def _acted(act, part, competition, user, form, at):
    """Do it; answers the refusal, which stands at its field then, or None."""
    if part == Part.PRICE:
        do = {"approve": approve_price_opening, "open": open_prices}[act]
    else:
        do = {"approve": approve_opening, "open": open_bids}[act]
    typed = {name: form.cleaned_data[name] for name in form.fields}
    try:
        do(competition=competition, by=user, at=at, **typed)
    except Refused as refusal:
        if refusal.code == "too_many_attempts":
            form.add_error("passphrase", refusal.message)
        else:
            refuse(form, refusal)
        return refusal
    return None


def _done(request, act, part, reference):
    if act == "open":
        prices = part == Part.PRICE
        said = _("The prices are open.") if prices else _("The bids are open.")
        messages.success(request, f"{said} {_('This is the record of it')}")
        return redirect("commissioner:opening_record", reference=reference)
    messages.success(request, _("You have approved the opening. A second officer opens now"))
    return redirect("commissioner:opening", reference=reference)


@require_safe
@allow("lots.use_commissioner_pages")
def opening_state(request, reference):
    """Who is there by now, as a piece of the page: asked for again and again by its script."""
    competition = _competition(request.user, reference)
    part = waiting_part(competition)
    context = {
        "competition": competition,
        "ceremony": part and ceremony(competition, part, request.user, at=clock.now()),
        "user": request.user,
        "shown": request.GET.get("act", ""),
    }
    return render(request, "bids/commissioner/_who_is_there.html", context)


@require_safe
@allow("lots.use_commissioner_pages")
def opening_record(request, reference):
    """Who opened, when, and which envelopes by their hash: before anything of what they hold."""
    competition = _competition(request.user, reference)
    openings = openings_of(competition)
    if not openings:
        raise Http404
    context = {
        "competition": competition,
        "openings": openings,
        "waits_for_prices": waiting_part(competition) == Part.PRICE,
    }
    return render(request, "bids/commissioner/opening_record.html", context)


@require_safe
@allow("lots.use_commissioner_pages")
def opening_record_file(request, reference):
    """The signed records, as a file that can be checked without the portal."""
    return record_file(_competition(request.user, reference))


def record_file(competition):
    """The signed statements of the openings of a competition, to be downloaded."""
    signed = [opening.signed for opening in openings_of(competition) if opening.text]
    if not signed:
        raise Http404
    response = JsonResponse({"openings": signed}, json_dumps_params={"indent": 2})
    name = f"opening-{competition.number}.json"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _competition(user, reference):
    found = get_object_or_404(
        Competition.objects.run_by(user).select_related("commissioner"), reference=reference
    )
    require(user, "bids.open_bids", found)
    return found


def _after(competition):
    """Where the ceremony leads while nothing waits to be opened."""
    has_record = Opening.objects.filter(competition=competition).exists()
    return "commissioner:opening_record" if has_record else "commissioner:competition_detail"
