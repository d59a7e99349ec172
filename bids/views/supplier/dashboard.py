"""Where a bidder begins: every deadline of the organisation in one place."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from bids.selectors.bidding import open_lots_matching
from bids.selectors.deadlines import dashboard as dashboard_of
from framework_portal import clock
from framework_portal.access import allow


@allow("suppliers.use_supplier_pages")
@require_safe
def dashboard(request):
    """What is to do, what is waited for, and where the organisation stands."""
    at = clock.now()
    context = {
        "at": at,
        "board": dashboard_of(request.user, at=at),
        "matching": open_lots_matching(request.user, at=at).count(),
    }
    return render(request, "bids/supplier/dashboard.html", context)
