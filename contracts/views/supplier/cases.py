"""The changes a lead asked for. Nothing here is computed from what the subcontractor says."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contracts.actions.case_inviting import invite_again
from contracts.actions.cases import withdraw_case
from contracts.forms.cases import WithdrawForm
from contracts.models import ChangeCase
from contracts.selectors.case_pages import for_lead
from contracts.selectors.cases import is_in_force
from contracts.views.finding import led_contract
from framework_portal import clock
from framework_portal.access import allow, require
from framework_portal.refusals import Refused
from lots.forms.base import accepted


def led_case(user, reference):
    """A case that an organisation of `user` asked for; another's is a 404."""
    cases = ChangeCase.objects.led_by(user).for_list().select_related("decided_by", "reviewed_by")
    return get_object_or_404(cases, reference=reference)


@allow("suppliers.use_supplier_pages")
@require_safe
def case_list(request, reference):
    """What was asked under one contract, the newest first."""
    contract = led_contract(request.user, reference)
    at = clock.now()
    page = Paginator(contract.cases.for_list(), 25).get_page(request.GET.get("page"))
    context = {
        "contract": contract,
        "page": page,
        "may_ask": request.user.has_perm("contracts.act_as_lead", contract)
        and is_in_force(contract, on=timezone.localdate(at)),
    }
    return render(request, "contracts/supplier/case_list.html", context)


@allow("suppliers.use_supplier_pages")
@require_safe
def case(request, reference):
    """One request, its answers and its decision."""
    found = led_case(request.user, reference)
    context = {
        "shown": for_lead(found),
        "case": found,
        "contract": found.contract,
        "may_invite": found.waits_for_taking_up
        and request.user.has_perm("contracts.invite_newcomer", found),
        "at": clock.now(),
        "may_withdraw": found.is_open and request.user.has_perm("contracts.withdraw_case", found),
    }
    return render(request, "contracts/supplier/case.html", context)


@allow("suppliers.use_supplier_pages")
@require_POST
def case_invite(request, reference):
    """The link to the organisation that is asked in, once more."""
    found = led_case(request.user, reference)
    require(request.user, "contracts.invite_newcomer", found)
    try:
        invite_again(case=found, by=request.user, at=clock.now())
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("We have sent the link again"))
    return redirect("supplier:case", reference=reference)


@allow("suppliers.use_supplier_pages")
@require_http_methods(["GET", "HEAD", "POST"])
def case_withdraw(request, reference):
    """Sure?"""
    found = led_case(request.user, reference)
    require(request.user, "contracts.withdraw_case", found)
    if request.method != "POST" and not found.is_open:
        return redirect("supplier:case", reference=reference)
    form = WithdrawForm(request.POST or None)
    if request.method == "POST":
        form = WithdrawForm(request.POST)
        if accepted(form, withdraw_case, case=found, by=request.user, at=clock.now()):
            messages.success(request, _("You have withdrawn the request"))
            return redirect("supplier:case", reference=reference)
    context = {"case": found, "contract": found.contract, "form": form}
    return render(request, "contracts/supplier/case_withdraw.html", context)
