"""Who won what, and with whom: awards, and the lots of each lead."""

from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import render

from bids.forms.public import AwardFilter
from bids.selectors.awards import ListedAward, awards, for_rows
from bids.selectors.leads import find_lead, team_pattern
from bids.selectors.published import public_awards
from bids.states import Decision
from framework_portal.freshness import public_page
from framework_portal.reference.selectors import Places, categories


@public_page
def award_list(request):
    """Announced awards, newest first; every filter is in the address."""
    places, needs = Places(), categories()
    filters = AwardFilter(request.GET, categories=needs, places=places)
    chosen = filters.chosen()
    found = for_rows(awards(chosen, places=places))
    page = Paginator(found, int(chosen.get("per_page", 25))).get_page(request.GET.get("page"))
    rows = [ListedAward(award, categories=needs, places=places) for award in page]
    context = {
        "filters": filters,
        "page": page,
        "rows": rows,
        "narrowed": bool(set(chosen) - {"per_page"}),
    }
    return render(request, "bids/public/award_list.html", context)


@public_page
def lead(request, slug):
    """The lots of one lead, and whether it names the same team in lot after lot."""
    name = find_lead(slug)
    if name is None:
        raise Http404
    places, needs = Places(), categories()
    won = public_awards().filter(lead_name=name, decision=Decision.AWARD)
    found = for_rows(won.order_by("lot__title", "pk"))
    rows = [ListedAward(award, categories=needs, places=places) for award in found]
    standing = [row for row in rows if not row.refused]
    context = {"name": name, "rows": rows, "pattern": team_pattern(standing)}
    return render(request, "bids/public/lead.html", context)
