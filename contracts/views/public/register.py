"""The register of contracts, as everybody may read it."""

from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render

from bids.models import Award
from bids.selectors.leads import lead_address
from bids.states import Decision
from contracts.forms.register import ContractFilter
from contracts.models import Contract
from contracts.selectors.delivery import reports_of
from contracts.selectors.register import (
    STANDINGS,
    ListedContract,
    as_it_stands,
    chain_of,
    contracts,
    contracts_of,
    for_rows,
    standing,
    years,
)
from contracts.selectors.register_file import HEAD, rows
from contracts.sheets import sheet
from framework_portal.freshness import public_page
from framework_portal.reference.selectors import Places, categories
from lots.models import Lot
from suppliers.models import Supplier


@public_page
def contract_list(request):
    """Contracts with lead and named chain; every filter is in the address."""
    places, needs = Places(), categories()
    filters = ContractFilter(request.GET, categories=needs, places=places, years=years())
    chosen = filters.chosen()
    found = contracts(chosen, places=places, at=request.at)
    page = Paginator(found, int(chosen.get("per_page", 25)))
    page = page.get_page(request.GET.get("page"))
    shown = {"at": request.at, "categories": needs, "places": places}
    context = {
        "filters": filters,
        "page": page,
        "rows": [
            ListedContract(row, **shown) for row in _in_order(page.object_list, at=request.at)
        ],
        "narrowed": bool(set(chosen) - {"per_page"}),
        "query": request.GET.urlencode(),
    }
    return render(request, "contracts/public/contract_list.html", context)


def _in_order(page, *, at):
    """The contracts of a page with what rows show: read for these and not for all."""
    keys = [contract.pk for contract in page]
    found = {each.pk: each for each in for_rows(Contract.objects.filter(pk__in=keys), at=at)}
    return [found[pk] for pk in keys]


@public_page
def contract_list_file(request):
    """The same contracts, all of them, as a file."""
    places, needs = Places(), categories()
    filters = ContractFilter(request.GET, categories=needs, places=places, years=years())
    found = contracts(filters.chosen(), places=places, at=request.at)
    return sheet("contracts.csv", HEAD, rows(found, at=request.at, categories=needs, places=places))


@public_page
def contract(request, reference):
    """One contract: lead, chain, dates, value, options and how it was modified."""
    found = get_object_or_404(
        as_it_stands(Contract.objects.public()).select_related(
            "lot__competition", "commissioner", "supplier"
        ),
        reference=reference,
    )
    chain = chain_of(found, at=request.at)
    colour, words = STANDINGS[standing(found, request.at)]
    context = {
        "at": request.at,
        "contract": found,
        "colour": colour,
        "standing": words,
        "lead_address": lead_address(found.lead_name),
        "chain": [line for line in chain if not line["is_end"]],
        "left": [line for line in chain if line["is_end"]],
        "reports": [] if found.is_history else reports_of(found),
        "options": list(found.extension_options.all()),
        "modifications": list(found.modifications.all()),
    }
    return render(request, "contracts/public/contract.html", context)


@public_page
def lot_contract(request, reference):
    """From a lot to its contract, or that none is in the register yet."""
    lot = get_object_or_404(Lot.objects.public(), reference=reference)
    found = Contract.objects.public().filter(lot=lot).first()
    if found:
        return redirect("public:contract", found.reference)
    if not Award.objects.public().filter(lot=lot, decision=Decision.AWARD).exists():
        raise Http404
    return render(request, "contracts/public/no_contract.html", {"lot": lot})


@public_page
def supplier_contracts(request, reference):
    """The contracts that an organisation leads or is named in."""
    supplier = get_object_or_404(Supplier, reference=reference)
    found = contracts_of(supplier)
    page = Paginator(found, 50).get_page(request.GET.get("page"))
    is_listed = Supplier.objects.qualified(at=request.at).filter(pk=supplier.pk).exists()
    if not is_listed and not page.object_list:
        raise Http404
    shown = {"at": request.at, "categories": categories(), "places": Places()}
    context = {
        "supplier": supplier,
        "is_listed": is_listed,
        "page": page,
        "rows": [
            ListedContract(row, **shown) for row in _in_order(page.object_list, at=request.at)
        ],
    }
    return render(request, "contracts/public/supplier_contracts.html", context)
