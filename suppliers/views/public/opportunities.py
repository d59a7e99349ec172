"""The list of lots, for everybody; a supplier's people see which of them match."""

from uuid import UUID

from django.core.paginator import Paginator
from django.shortcuts import render
from django.urls import reverse

from framework_portal.freshness import public_page
from framework_portal.reference.selectors import Places, categories
from lots.models import Lot
from suppliers.forms.opportunities import OpportunityFilter
from suppliers.selectors.holdings import holdings, matching
from suppliers.selectors.opportunities import Rows, for_rows, opportunities

ANY = UUID(int=0)


@public_page
def competition_list(request):
    """Open lots unless another status is asked for; every filter is in the address."""
    at, places, needs = request.at, Places(), categories()
    held = holdings(request.user, at=at)
    filters = OpportunityFilter(request.GET, categories=needs, places=places, may_match=bool(held))
    chosen = filters.chosen()
    lots = opportunities(chosen, at=at, places=places)
    if chosen.get("match"):
        lots = matching(lots, held, places)
    page = Paginator(for_rows(lots), int(chosen.get("per_page", 25))).get_page(
        request.GET.get("page")
    )
    # A hundred addresses of one shape: the pattern is resolved once.
    address = reverse("public:lot", args=[ANY]).replace(str(ANY), "{}")
    rows = Rows(at=at, categories=needs, places=places, holdings=held, address=address)
    return render(
        request,
        "suppliers/public/competition_list.html",
        {
            "filters": filters,
            "page": page,
            "rows": [rows.row(lot) for lot in page],
            "status": chosen.get("status", "open"),
            "narrowed": bool(set(chosen) - {"sort", "per_page", "status"}),
            "may_match": bool(held),
            "nothing_yet": not page.paginator.count and not Lot.objects.public().exists(),
        },
    )
