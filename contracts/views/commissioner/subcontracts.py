"""How the subcontracts of a contract stand, and what is decided where one is not signed."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from contracts.actions.directing import decide_chain
from contracts.forms.subcontracts import DecisionForm
from contracts.models import KeySubcontractor
from contracts.selectors.standing import subcontracts, subcontracts_of
from contracts.states import ChainMove, ContractState
from contracts.views.finding import run_contract
from framework_portal import clock
from framework_portal.access import allow, require
from framework_portal.accounts.recent import recent_sign_in
from lots.forms.base import accepted


@allow("lots.use_commissioner_pages")
@require_safe
def contract_subcontracts(request, reference):
    """What lead and subcontractor say of each subcontract, and every decision."""
    contract = run_contract(request.user, reference)
    require(request.user, "contracts.manage_contract", contract)
    today = timezone.localdate(clock.now())
    rows = [(each, each.is_late(today)) for each in subcontracts_of(contract)]
    may_decide = request.user.has_perm("contracts.decide_contract", contract)
    context = {"contract": contract, "rows": rows, "may_decide": may_decide}
    return render(request, "contracts/commissioner/contract_subcontracts.html", context)


@allow("lots.use_commissioner_pages")
@recent_sign_in
@require_http_methods(["GET", "HEAD", "POST"])
def chain_decide(request, reference, subcontractor):
    """Direct the lead, refuse the contract or go on (Procurement Act 2023 s.72)."""
    contract = run_contract(request.user, reference)
    line = get_object_or_404(
        KeySubcontractor.objects.filter(contract=contract).select_related(
            "contract__supplier", "supplier"
        ),
        reference=subcontractor,
    )
    require(request.user, "contracts.decide_line", line)
    (standing,) = subcontracts(KeySubcontractor.objects.filter(pk=line.pk))
    at = clock.now()
    form = DecisionForm(
        request.POST or None,
        is_draft=contract.state == ContractState.DRAFT,
        has_failed=standing.direction_failed(timezone.localdate(at)),
    )
    given = {"subcontractor": line, "by": request.user, "at": at}
    if request.method == "POST" and accepted(form, decide_chain, **given):
        if form.cleaned_data["move"] == ChainMove.REFUSE:
            messages.success(request, _("Recorded, and everybody who bid is told. Decide the lot"))
            return redirect("commissioner:award_propose", reference=contract.lot.reference)
        messages.success(request, _("Recorded. The lead and the subcontractor are told"))
        return redirect("commissioner:contract_subcontracts", reference=reference)
    context = {"contract": contract, "standing": standing, "form": form}
    return render(request, "contracts/commissioner/chain_decide.html", context)
