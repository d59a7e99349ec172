"""What a lead asks that concerns one's own organisation: its line, or its coming into a chain."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_http_methods, require_safe

from bids.actions.claiming import claim_for as claim_consents
from bids.selectors.named import waits_for
from contracts.actions.case_answers import answer_terms, give_view
from contracts.actions.case_inviting import claim_for as claim_newcomers
from contracts.forms.cases import AnswerForm, ViewForm
from contracts.models import ChangeCase
from contracts.selectors.case_pages import ABOUT_YOU, for_affected, for_newcomer
from contracts.selectors.cases import (
    days_left,
    needs_consent,
    takes_answers,
    time_is_over,
    unanswered,
)
from contracts.states import CaseParty
from framework_portal import clock
from framework_portal.access import allow, require
from lots.forms.base import accepted
from suppliers.rules import reads_for


def asked_case(user, reference):
    """A case that concerns an organisation of `user`, and as which party; another's is a 404."""
    cases = ChangeCase.objects.for_list().select_related("decided_by", "reviewed_by")
    case = cases.about(user).filter(reference=reference).first()
    if case is not None:
        return case, CaseParty.AFFECTED
    return get_object_or_404(cases.asking(user), reference=reference), CaseParty.REPLACEMENT


# Why an organisation that took up an invitation cannot come in by it, in words for itself.
NOT_CLAIMED = {
    "named_already": _lazy("Your organisation works under this contract already"),
    "one_at_a_time": _lazy("Your organisation is asked to come into this contract already"),
    "shut_out": _lazy("Your organisation is suspended or removed from the framework"),
}


@allow("suppliers.use_supplier_pages")
@require_safe
def asked_start(request):
    """Where every invitation ends: at the terms to answer, of a contract or of a bid."""
    at = clock.now()
    refused = claim_newcomers(by=request.user, at=at)
    for case, code in refused:
        why = NOT_CLAIMED.get(code, _("This can no longer be done"))
        words = _("%(lead)s cannot bring you in by its invitation: %(why)s")
        messages.error(request, words % {"lead": case.contract.lead_name, "why": why})
    waiting = unanswered(request.user)
    if not waiting and not refused:
        return redirect("supplier:consent_start")
    claim_consents(by=request.user, at=at)
    if waits_for(request.user, at=at):
        return redirect("supplier:dashboard")
    if len(waiting) == 1:
        return redirect("supplier:asked_change", reference=waiting[0].reference)
    return redirect("supplier:asked_change_list")


@allow("suppliers.use_supplier_pages")
@require_safe
def asked_change_list(request):
    """What leads ask about the person's organisations, the newest first."""
    mine = ChangeCase.objects.concerning(request.user).for_list()
    page = Paginator(mine, 25).get_page(request.GET.get("page"))
    about = set(ChangeCase.objects.about(request.user).values_list("pk", flat=True))
    for case in page:
        case.heading = ABOUT_YOU.get(case.kind) if case.pk in about else _("Terms proposed to you")
    context = {"page": page, "about": about}
    return render(request, "contracts/supplier/asked_change_list.html", context)


@allow("suppliers.use_supplier_pages")
@require_http_methods(["GET", "HEAD", "POST"])
def asked_change(request, reference):
    """What is asked, the time left, and the own view; or the terms proposed."""
    case, party = asked_case(request.user, reference)
    at, is_about_us = clock.now(), party == CaseParty.AFFECTED
    form = None
    is_the_leads = reads_for(request.user, case.contract.supplier)
    # Whoever belongs to the lead is refused by the action, and what was typed is still there.
    may_try = is_the_leads and request.method == "POST"
    if is_about_us and (may_try or request.user.has_perm("contracts.give_view", case)):
        form = ViewForm(request.POST or None)
    if request.method == "POST":
        if form is None:
            raise Http404
        form = ViewForm(request.POST)
        if accepted(form, give_view, case=case, by=request.user, at=at):
            messages.success(request, _("Your view is with the commissioner. The lead is not told"))
            return redirect("supplier:asked_change", reference=reference)
        case, party = asked_case(request.user, reference)
    shown = for_affected(case, request.user) if is_about_us else for_newcomer(case)
    context = {
        "case": case,
        "shown": shown,
        "form": form,
        "is_about_us": is_about_us,
        "heading": ABOUT_YOU.get(case.kind),
        "days_left": days_left(case, at=at),
        "is_late": time_is_over(case, at=at),
        "is_the_leads": is_the_leads,
        "us": case.subcontractor.name if is_about_us else case.replacement.name,
        "at": at,
        "terms": _asked_line(request.user, case, party),
        "must_qualify": not is_about_us
        and case.is_open
        and any(each.line.relied_on for each in shown.lines),
    }
    return render(request, "contracts/supplier/asked_change.html", context)


@allow("suppliers.use_supplier_pages")
@require_http_methods(["GET", "HEAD", "POST"])
def asked_terms(request, reference):
    """Yes or no to the terms proposed for the own organisation."""
    case, party = asked_case(request.user, reference)
    line = _line(case, party)
    if not takes_answers(case, line):
        raise Http404
    if reads_for(request.user, case.contract.supplier):
        return redirect("supplier:asked_change", reference=reference)  # which says why
    require(request.user, "contracts.answer_terms", line)
    if request.method != "POST" and not case.is_open:
        return redirect("supplier:asked_change", reference=reference)
    given = {"may_ask": needs_consent(case, line)}
    form = AnswerForm(request.POST or None, **given)
    if request.method == "POST":
        form = AnswerForm(request.POST, **given)
        if accepted(form, answer_terms, line=line, by=request.user, at=clock.now()):
            messages.success(request, _("Your answer is kept"))
            return redirect("supplier:asked_change", reference=reference)
    is_about_us = party == CaseParty.AFFECTED
    shown = for_affected(case, request.user) if is_about_us else for_newcomer(case)
    context = {
        "case": case,
        "shown": shown,
        "form": form,
        "is_about_us": is_about_us,
    }
    return render(request, "contracts/supplier/asked_terms.html", context)


def _line(case, party):
    line = case.lines.get(party=party)
    line.case = case
    return line


def _asked_line(user, case, party):
    """The line that `user` may answer now, or None."""
    line = _line(case, party)
    asked = case.is_open and takes_answers(case, line)
    return line if asked and user.has_perm("contracts.answer_terms", line) else None
