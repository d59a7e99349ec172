"""What was promised to whom under the contracts a commissioner runs."""

from django.core.paginator import Paginator
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from contracts.forms.lists import ContractFilter
from contracts.models import Contract
from contracts.selectors.lists import counted, narrowed
from contracts.views.finding import run_contract
from contracts.views.ledger_pages import ledger_file, ledger_page
from framework_portal import clock
from framework_portal.access import allow, require
from framework_portal.reference.selectors import Places


@allow("lots.use_commissioner_pages")
@require_safe
def contract_list(request):
    """The contracts that this officer runs, and what there is to do about them."""
    today, places = timezone.localdate(clock.now()), Places()
    mine = Contract.objects.run_by(request.user).filter(is_history=False)
    filters = ContractFilter(request.GET, places=places)
    chosen = filters.chosen()
    found = narrowed(mine, chosen, places=places, today=today)
    page = Paginator(found.for_list().order_by("-made_at", "-pk"), 50)
    context = {
        "page": page.get_page(request.GET.get("page")),
        "filters": filters,
        "narrowed": bool(chosen),
        "to_do": counted(mine, today=today),
    }
    return render(request, "contracts/commissioner/contract_list.html", context)


@allow("lots.use_commissioner_pages")
@require_safe
def contract(request, reference):
    """The obligation ledger: the contract's first page."""
    found = run_contract(request.user, reference)
    require(request.user, "contracts.manage_contract", found)
    return ledger_page(request, found, "contracts/commissioner/contract.html")


@allow("lots.use_commissioner_pages")
@require_safe
def contract_ledger_file(request, reference, kind):
    """The ledger to keep or to send."""
    found = run_contract(request.user, reference)
    require(request.user, "contracts.manage_contract", found)
    return ledger_file(found, kind)
