"""The front page: what the portal is, and what closes soon."""

from django.shortcuts import render

from bids.selectors.home import figures
from framework_portal.freshness import public_page
from lots.models import Lot


@public_page
def home(request):
    """Three steps, the lots that close soonest, the protections, and figures."""
    soon = (
        Lot.objects.standing_at("open", at=request.at)
        .select_related("competition__commissioner")
        .order_by("competition__closes_at", "pk")[:5]
    )
    context = {"at": request.at, "soon": soon, "figures": figures(request.at)}
    return render(request, "bids/public/home.html", context)
