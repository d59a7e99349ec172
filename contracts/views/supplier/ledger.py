"""What a lead promised, and what a subcontractor was promised."""

from django.core.paginator import Paginator
from django.shortcuts import render
from django.views.decorators.http import require_safe

from bids.selectors.deadlines import soonest
from contracts.models import Contract, KeySubcontractor
from contracts.selectors.due import of_subcontracts
from contracts.selectors.ledger import lines_of
from contracts.selectors.standing import subcontracts, with_current_terms
from contracts.views.finding import led_contract, own_line
from contracts.views.ledger_pages import ledger_file, ledger_page
from framework_portal import clock
from framework_portal.access import allow, require
from suppliers.rules import reads_for


@allow("suppliers.use_supplier_pages")
@require_safe
def contract_list(request):
    """The contracts that the person's organisations lead, and whether it is named in others."""
    contracts = with_current_terms(Contract.objects.led_by(request.user)).for_list()
    page = Paginator(contracts.order_by("-made_at", "-pk"), 50)
    due = sorted(of_subcontracts(request.user, clock.now()), key=soonest)
    context = {
        "page": page.get_page(request.GET.get("page")),
        "named": KeySubcontractor.objects.of(request.user).count(),
        "due": due[:20],
    }
    return render(request, "contracts/supplier/contract_list.html", context)


@allow("suppliers.use_supplier_pages")
@require_safe
def contract(request, reference):
    """The obligation ledger: the contract's first page."""
    found = led_contract(request.user, reference)
    require(request.user, "contracts.read_contract", found)
    return ledger_page(request, found, "contracts/supplier/contract.html")


@allow("suppliers.use_supplier_pages")
@require_safe
def contract_ledger_file(request, reference, kind):
    """The ledger to keep or to send."""
    found = led_contract(request.user, reference)
    require(request.user, "contracts.read_contract", found)
    return ledger_file(found, kind)


@allow("suppliers.use_supplier_pages")
@require_safe
def subcontract_list(request):
    """The contracts in which the person's organisations are named as key subcontractors."""
    found = KeySubcontractor.objects.of(request.user).select_related(
        "supplier", "contract__lot__competition", "contract__commissioner"
    )
    page = Paginator(found.order_by("-added_at", "-pk"), 50).get_page(request.GET.get("page"))
    return render(request, "contracts/supplier/subcontract_list.html", {"page": page})


@allow("suppliers.use_supplier_pages")
@require_safe
def subcontract(request, reference):
    """The subcontractor's own line, and of the contract no more than whose it is and its dates."""
    found = own_line(request.user, reference)
    require(request.user, "contracts.read_own_line", found)
    own = KeySubcontractor.objects.of(request.user).filter(pk=found.pk)
    (line,), (standing,) = lines_of(own), subcontracts(own)
    now = with_current_terms(Contract.objects.filter(pk=found.contract_id))
    context = {
        "subcontractor": found,
        "contract": found.contract,
        "ends_on": now.get().now_ends_on,
        "line": line,
        "standing": standing,
        "may_state": request.user.has_perm("contracts.act_as_subcontractor", found),
        "is_the_leads": reads_for(request.user, found.contract.supplier),
    }
    return render(request, "contracts/supplier/subcontract.html", context)
