"""What was promised to whom under the contracts a commissioner runs."""

from django.core.paginator import Paginator
from django.shortcuts import render
from django.views.decorators.http import require_safe

from contracts.models import Contract
from contracts.selectors.ledger import digest_of, ledger_of
from contracts.views.finding import run_contract
from framework_portal.access import allow, require


@allow("lots.use_commissioner_pages")
@require_safe
def contract_list(request):
    """The contracts that this officer runs."""
    contracts = Contract.objects.run_by(request.user).for_list().order_by("-made_at", "-pk")
    page = Paginator(contracts, 50).get_page(request.GET.get("page"))
    return render(request, "contracts/commissioner/contract_list.html", {"page": page})


@allow("lots.use_commissioner_pages")
@require_safe
def contract(request, reference):
    """The obligation ledger: the contract's first page."""
    found = run_contract(request.user, reference)
    require(request.user, "contracts.manage_contract", found)
    lines = ledger_of(found)
    context = {"contract": found, "lines": lines, "digest": digest_of(found, lines)}
    return render(request, "contracts/commissioner/contract.html", context)
