"""The register of qualified suppliers."""

from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, render

from framework_portal.freshness import public_page
from framework_portal.reference.selectors import Places, categories
from suppliers.forms.register import RegisterFilter
from suppliers.models import Qualification, Supplier
from suppliers.selectors.register import Listed, for_rows, register, spelled_out


@public_page
def supplier_list(request):
    """Everybody with a qualification in force; every filter is in the address."""
    places, needs = Places(), categories()
    filters = RegisterFilter(request.GET, categories=needs, places=places)
    chosen = filters.chosen()
    found = for_rows(register(chosen, at=request.at, places=places), at=request.at)
    page = Paginator(found, int(chosen.get("per_page", 25))).get_page(request.GET.get("page"))
    context = {
        "filters": filters,
        "page": page,
        "rows": [Listed(supplier, categories=needs, places=places) for supplier in page],
        "narrowed": bool(set(chosen) - {"per_page"}),
    }
    return render(request, "suppliers/public/supplier_list.html", context)


@public_page
def supplier(request, reference):
    """One supplier: what it is qualified in and where. It is public while it is qualified."""
    found = get_object_or_404(Supplier.objects.qualified(at=request.at), reference=reference)
    places = Places()
    context = {
        "supplier": found,
        "identifiers": found.identifiers.all(),
        "qualifications": Qualification.objects.in_force(at=request.at)
        .filter(supplier=found)
        .select_related("category")
        .order_by("category__number"),
        "areas": [
            words for words, _ in spelled_out(found.areas.values_list("pk", flat=True), places)
        ],
    }
    return render(request, "suppliers/public/supplier.html", context)
