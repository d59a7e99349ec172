"""Questions of a competition: the own ones that wait, and every answer that was published."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
    require_safe,
)

from bids.actions.asking import ask_clarification
from bids.actions.drafted_questions import drafted, forget_question, keep_question
from bids.content import fingerprint
from bids.forms.bidding import QuestionDraftForm, QuestionForm
from bids.models import Bid
from bids.selectors.bidding import edited_by, own_waiting_questions
from bids.views.supplier.telling import first_error, handed_out, told
from framework_portal import clock, wording
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
    context["is_begun"] = bool(drafted(competition=competition, person=request.user).get("asked"))
    return render(request, "bids/supplier/clarification_list.html", context)


@allow("suppliers.use_supplier_pages")
@require_http_methods(["GET", "POST"])
def clarification_ask(request, reference):
    """Ask. Everybody will read the question with its answer, and nobody who asked it."""
    competition, at = _competition(reference), clock.now()
    suppliers = _askers(request)
    form = QuestionForm(
        request.POST or None,
        lots=competition.lots.order_by("position"),
        suppliers=suppliers,
        drafted=drafted(competition=competition, person=request.user),
    )
    if request.method == "POST" and "later" in request.POST:
        if _kept(request, competition, at, form):
            return redirect("supplier:clarification_list", reference=reference)
    elif request.method == "POST" and form.is_valid():
        try:
            asked = ask_clarification(
                competition=competition, by=request.user, at=at, **form.said(suppliers)
            )
        except Refused as refusal:
            refuse(form, refusal)
        else:
            forget_question(competition=competition, person=request.user, asked=asked.asked)
            messages.success(request, _("Your question was sent to the commissioner"))
            return redirect("supplier:clarification_list", reference=reference)
    context = {"competition": competition, "at": at, "form": form}
    context["takes_questions"] = competition.takes_questions(at=at)
    context["waiting"] = list(own_waiting_questions(request.user, competition))
    return render(request, "bids/supplier/clarification_ask.html", context)


@allow("suppliers.use_supplier_pages")
@require_POST
def question_autosave(request, reference):
    """Keep the question as it is typed."""
    competition, at = _competition(reference), clock.now()
    _askers(request)
    form = QuestionDraftForm(request.POST)
    if request.POST.get("writer") not in (None, str(request.user.reference)):
        return told(request, "somebody_else")
    if not form.is_valid():
        return told(request, "wrong", message=first_error(form))
    try:
        _keep(request, competition, at, form)
    except Refused as refusal:
        return told(request, refusal.code, message=str(refusal.message))
    shown = fingerprint(form.cleaned_data["asked"])
    return told(request, "saved", at=wording.clock_time(at), shown=shown)


@allow("suppliers.use_supplier_pages")
@never_cache
@require_GET
def question_keys(request, reference):
    """What the page needs of the session: a fresh token, and the key of the browser's journal."""
    competition = _competition(reference)
    _askers(request)
    return handed_out(request, competition)


def _askers(request):
    """The organisations that the person may ask for; 404 where there is none."""
    suppliers = edited_by(request.user)
    if not suppliers:
        raise Http404
    return suppliers


def _kept(request, competition, at, form):
    """Whether the question waits for its writer; where it does not, the form says why."""
    typed = QuestionDraftForm(request.POST)
    try:
        if typed.is_valid():
            _keep(request, competition, at, typed)
            messages.success(request, _("Your question is kept and was not sent"))
            return True
    except Refused as refusal:
        refuse(form, refusal)
    return False


def _keep(request, competition, at, form):
    keep_question(
        competition=competition,
        person=request.user,
        typed=form.typed(),
        shown=form.cleaned_data["shown"],
        at=at,
    )


def _competition(reference):
    return get_object_or_404(Competition.objects.public(), reference=reference, is_history=False)
