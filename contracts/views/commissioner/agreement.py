"""Filling in, signing, modifying and ending a contract."""

from django.contrib import messages
from django.db.models import Q
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contracts.actions.ending import record_termination_notice, terminate_contract
from contracts.actions.modifying import modify_contract
from contracts.actions.signing import sign_contract
from contracts.actions.terms import FIELDS, add_option, remove_option, state_terms
from contracts.forms.agreement import (
    ModificationForm,
    NoticeForm,
    OptionForm,
    SignForm,
    TerminationForm,
    TermsForm,
)
from contracts.selectors.agreement import agreement_of
from contracts.selectors.standing import subcontracts_of
from contracts.views.finding import run_contract
from framework_portal import clock
from framework_portal.access import allow, require
from framework_portal.accounts.recent import recent_sign_in
from framework_portal.refusals import Refused
from lots.forms.base import accepted

PAGE = "contracts/commissioner/contract_%s.html"


@allow("lots.use_commissioner_pages")
@require_safe
def contract_agreement(request, reference):
    """What was agreed, what holds now, and what can be done next."""
    contract, at = run_contract(request.user, reference), clock.now()
    require(request.user, "contracts.manage_contract", contract)
    agreement = agreement_of(contract, today=timezone.localdate(at))
    may_decide = request.user.has_perm("contracts.decide_contract", contract)
    context = {
        "contract": agreement.contract,
        "agreement": agreement,
        "at": at,
        "may_decide": may_decide,
    }
    return render(request, PAGE % "agreement", context)


@allow("lots.use_commissioner_pages")
@require_http_methods(["GET", "HEAD", "POST"])
def contract_terms(request, reference):
    """What the award left open, until the contract is signed."""
    contract = _decided(request, reference)
    relies = any(each.is_relied_on for each in subcontracts_of(contract))
    initial = {name: getattr(contract, name) for name in FIELDS}
    form = TermsForm(request.POST or None, initial=initial, contract=contract, relies=relies)
    given = {"contract": contract, "by": request.user, "at": clock.now()}
    if request.method == "POST" and accepted(form, state_terms, **given):
        messages.success(request, _("Saved"))
        return redirect("commissioner:contract_agreement", reference=reference)
    return render(request, PAGE % "terms", {"contract": contract, "form": form})


@allow("lots.use_commissioner_pages")
@require_http_methods(["GET", "HEAD", "POST"])
def contract_option_add(request, reference):
    """One more right to make the contract longer."""
    contract = _decided(request, reference)
    form = OptionForm(request.POST or None)
    given = {"contract": contract, "by": request.user, "at": clock.now()}
    if request.method == "POST" and accepted(form, add_option, **given):
        messages.success(request, _("The option is added"))
        return redirect("commissioner:contract_agreement", reference=reference)
    return render(request, PAGE % "option_add", {"contract": contract, "form": form})


@allow("lots.use_commissioner_pages")
@require_POST
def contract_option_remove(request, reference, position):
    """Take back an option before the contract is signed."""
    contract = _decided(request, reference)
    try:
        remove_option(contract=contract, position=position, by=request.user, at=clock.now())
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("The option is removed"))
    return redirect("commissioner:contract_agreement", reference=reference)


@allow("lots.use_commissioner_pages")
@recent_sign_in
@require_http_methods(["GET", "HEAD", "POST"])
def contract_sign(request, reference):
    """Record the signing, after a last look at the terms and at who has not signed."""
    contract, at = _decided(request, reference), clock.now()
    today = timezone.localdate(at)
    waited = [each for each in subcontracts_of(contract) if each.is_waited_for]
    form = SignForm(request.POST or None, waits=bool(waited))
    given = {"contract": contract, "by": request.user, "at": at}
    if request.method == "POST" and accepted(form, sign_contract, **given):
        messages.success(request, _("Signed. Its terms stand from now on"))
        return redirect("commissioner:contract_agreement", reference=reference)
    agreement = agreement_of(contract, today=today)
    context = {
        "contract": agreement.contract,
        "agreement": agreement,
        "form": form,
        "late": [each for each in waited if each.is_late(today)],
        "waited": [each for each in waited if not each.is_late(today)],
    }
    return render(request, PAGE % "sign", context)


@allow("lots.use_commissioner_pages")
@recent_sign_in
@require_http_methods(["GET", "HEAD", "POST"])
def contract_modify(request, reference):
    """Record a modification of a signed contract."""
    contract, at = _decided(request, reference), clock.now()
    agreement = agreement_of(contract, today=timezone.localdate(at))
    free = contract.extension_options.filter(Q(modification=None)).order_by("position")
    seen = len(agreement.modifications)
    form = ModificationForm(request.POST or None, options=free, seen=seen)
    given = {"contract": contract, "by": request.user, "at": at, "seen": form.seen}
    if request.method == "POST" and accepted(form, modify_contract, **given):
        messages.success(request, _("The modification is recorded"))
        return redirect("commissioner:contract_agreement", reference=reference)
    context = {"contract": agreement.contract, "agreement": agreement, "form": form}
    return render(request, PAGE % "modify", context)


@allow("lots.use_commissioner_pages")
@recent_sign_in
@require_http_methods(["GET", "HEAD", "POST"])
def contract_terminate(request, reference):
    """End a signed contract before its time."""
    contract = _decided(request, reference)
    form = TerminationForm(request.POST or None)
    given = {"contract": contract, "by": request.user, "at": clock.now()}
    if request.method == "POST" and accepted(form, terminate_contract, **given):
        messages.success(
            request, _("The contract has ended. Publish the termination notice within 30 days")
        )
        return redirect("commissioner:contract_agreement", reference=reference)
    return render(request, PAGE % "terminate", {"contract": contract, "form": form})


@allow("lots.use_commissioner_pages")
@require_http_methods(["GET", "HEAD", "POST"])
def contract_notice(request, reference):
    """Record where the termination notice of a contract that is over was published."""
    contract = _decided(request, reference)
    form = NoticeForm(request.POST or None)
    given = {"contract": contract, "by": request.user, "at": clock.now()}
    if request.method == "POST" and accepted(form, record_termination_notice, **given):
        messages.success(request, _("The notice is recorded"))
        return redirect("commissioner:contract_agreement", reference=reference)
    return render(request, PAGE % "notice", {"contract": contract, "form": form})


def _decided(request, reference):
    """The contract, for an officer who is none of the lead's own people."""
    contract = run_contract(request.user, reference)
    require(request.user, "contracts.decide_contract", contract)
    return contract
