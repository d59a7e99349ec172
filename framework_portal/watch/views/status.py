"""Whether the portal takes bids now, and how it has been: for everybody."""

from datetime import timedelta

from django.shortcuts import render

from framework_portal.freshness import public_page
from framework_portal.watch.days import history, latest_look, latest_outages

# So long after a look the portal does not say any more that it is well.
LOOKED = timedelta(minutes=2)


@public_page
def service_status(request):
    """The last look, the share of the last thirty days, each day, and each outage."""
    days, share = history(at=request.at)
    look = latest_look()
    context = {
        "at": request.at,
        "look": look,
        "is_good": look is not None and request.at - look < LOOKED,
        "days": days,
        "share": share,
        "outages": latest_outages(),
    }
    return render(request, "watch/service_status.html", context)
