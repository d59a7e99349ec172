"""The lead's own view of the agreement and of its subcontracts; the subcontractor's own word."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from contracts.actions.subcontracts import state_subcontract
from contracts.forms.subcontracts import NO, YES, StatementForm
from contracts.selectors.agreement import agreement_of
from contracts.selectors.standing import subcontracts_of
from contracts.states import Signer
from contracts.views.finding import led_contract, own_line
from framework_portal import clock
from framework_portal.access import allow, require
from lots.forms.base import accepted
from suppliers.rules import reads_for


@allow("suppliers.use_supplier_pages")
@require_safe
def contract_agreement(request, reference):
    """What was agreed and what holds now."""
    contract, at = led_contract(request.user, reference), clock.now()
    require(request.user, "contracts.read_contract", contract)
    agreement = agreement_of(contract, today=timezone.localdate(at))
    context = {"contract": agreement.contract, "agreement": agreement, "at": at}
    return render(request, "contracts/supplier/contract_agreement.html", context)


@allow("suppliers.use_supplier_pages")
@require_safe
def contract_subcontracts(request, reference):
    """What the lead itself said of each subcontract, and what the commissioner decided."""
    contract = led_contract(request.user, reference)
    require(request.user, "contracts.read_contract", contract)
    context = {
        "contract": contract,
        "rows": subcontracts_of(contract),
        "may_state": request.user.has_perm("contracts.act_as_lead", contract),
    }
    return render(request, "contracts/supplier/contract_subcontracts.html", context)


@allow("suppliers.use_supplier_pages")
@require_http_methods(["GET", "HEAD", "POST"])
def lead_statement(request, reference, subcontractor):
    """The lead says when it signed with one of its subcontractors, or that it has not yet."""
    contract = led_contract(request.user, reference)
    require(request.user, "contracts.act_as_lead", contract)
    line = get_object_or_404(
        contract.subcontractors.select_related("contract"), reference=subcontractor
    )
    form = StatementForm(request.POST or None, initial=_said(line, Signer.LEAD))
    if _stated(request, form, line, Signer.LEAD):
        return redirect("supplier:contract_subcontracts", reference=reference)
    context = {"contract": contract, "line": line, "form": form}
    return render(request, "contracts/supplier/lead_statement.html", context)


@allow("suppliers.use_supplier_pages")
@require_http_methods(["GET", "HEAD", "POST"])
def own_statement(request, reference):
    """The subcontractor says in its own account whether it has a signed subcontract."""
    line = own_line(request.user, reference)
    if reads_for(request.user, line.contract.supplier):
        return redirect("supplier:subcontract", reference=reference)  # which says why
    require(request.user, "contracts.act_as_subcontractor", line)
    form = StatementForm(request.POST or None, initial=_said(line, Signer.SUBCONTRACTOR))
    if _stated(request, form, line, Signer.SUBCONTRACTOR):
        return redirect("supplier:subcontract", reference=reference)
    context = {"contract": line.contract, "line": line, "form": form}
    return render(request, "contracts/supplier/own_statement.html", context)


def _stated(request, form, line, party):
    given = {"subcontractor": line, "party": party, "by": request.user, "at": clock.now()}
    if request.method == "POST" and accepted(form, state_subcontract, **given):
        messages.success(request, _("Saved. The commissioner can read it"))
        return True
    return False


def _said(line, party):
    last = line.statements.filter(party=party).order_by("pk").last()
    if last is None:
        return {}
    return {"has_signed": YES if last.signed_on else NO, "signed_on": last.signed_on}
