"""Questions of a competition: the own ones that wait, and every answer that was published."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from bids.actions.asking import ask_clarification
from bids.forms.bidding import QuestionForm
from bids.models import Bid
from bids.selectors.bidding import edited_by, own_waiting_questions
from framework_portal import clock
from framework_portal.access import allow
from framework_portal.forms import refuse
from framework_portal.refusals import Refused
from lots.models import Competition


@allow("suppliers.use_supplier_pages")
@require_safe
def clarification_list(request, reference):
    """What is answered, for everybody, and what of ours still waits."""
    competition = _competition(reference)
    own_bid = Bid.objects.of(request.user).live().filter(lot__competition=competition).first()
    context = {
        "competition": competition,
        "at": clock.now(),
        "bid": own_bid,
        "waiting": list(own_waiting_questions(request.user, competition)),
        "answered": list(competition.clarifications.published().select_related("lot")),
    }
    context["takes_questions"] = competition.takes_questions(at=context["at"])
    return render(request, "bids/supplier/clarification_list.html", context)


@allow("suppliers.use_supplier_pages")
@require_http_methods(["GET", "POST"])
def clarification_ask(request, reference):
    """Ask. Everybody will read the question with its answer, and nobody who asked it."""
    competition, at = _competition(reference), clock.now()
    suppliers = edited_by(request.user)
    if not suppliers:
        raise Http404
    form = QuestionForm(
        request.POST or None, lots=competition.lots.order_by("position"), suppliers=suppliers
    )
    if request.method == "POST" and form.is_valid():
        try:
            ask_clarification(
                competition=competition, by=request.user, at=at, **form.said(suppliers)
            )
        except Refused as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("Your question was sent to the commissioner"))
            return redirect("supplier:clarification_list", reference=reference)
    context = {"competition": competition, "at": at, "form": form}
    context["takes_questions"] = competition.takes_questions(at=at)
    return render(request, "bids/supplier/clarification_ask.html", context)


def _competition(reference):
    return get_object_or_404(Competition.objects.public(), reference=reference, is_history=False)
