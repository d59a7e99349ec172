"""A note that a browser kept of an attempt, brought back to be signed."""

import uuid

from django.http import JsonResponse
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_POST

from bids.attempts import DATABASE, NOTE, token
from bids.models import Arrival
from bids.views.supplier.desk import own_bid
from framework_portal import clock
from framework_portal.access import allow


@allow("suppliers.use_supplier_pages")
@require_POST
def attempt_note(request, reference):
    """What became of a press: it is in, it arrived and was refused, or nothing is known of it."""
    bid = own_bid(request, reference, "bids.submit_bid")
    try:
        key = uuid.UUID(request.POST.get("press", ""))
        claimed = parse_datetime(request.POST.get("claimed", ""))
    except ValueError:
        return JsonResponse({}, status=400)
    if claimed is None or claimed.tzinfo is None:
        return JsonResponse({}, status=400)
    if bid.submissions.filter(key=key).exists():
        return JsonResponse({"became": "in"})
    arrived = Arrival.objects.filter(bid=bid, key=key).order_by("at").first()
    if arrived is not None:
        text = token(
            bid=bid.reference, at=arrived.at, timed_by=DATABASE, outcome="refused", key=key
        )
        return JsonResponse({"became": "ticket", "token": text})
    text = token(
        bid=bid.reference,
        at=clock.now(),
        timed_by=NOTE,
        outcome="unreached",
        key=key,
        claimed=claimed,
    )
    return JsonResponse({"became": "note", "token": text})
