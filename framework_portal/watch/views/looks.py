"""The address that watchers ask: it tries what a submission needs, and says whether it worked."""

import json
import logging
import uuid

from django.http import JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from framework_portal.access import public
from framework_portal.watch.key import is_watcher
from framework_portal.watch.looking import Failed, look
from framework_portal.watch.models import NAME
from framework_portal.watch.states import Trouble

LONGEST = 4000
logger = logging.getLogger(__name__)


@public
@csrf_exempt
@never_cache
@require_POST
def look_now(request):
    """For watchers only, who show their key; everybody else hears that there is nothing."""
    if not is_watcher(request.headers.get("Authorization", "")):
        return JsonResponse({}, status=404)
    asked = asked_for(request.read(LONGEST))
    if asked is None:
        return JsonResponse({}, status=400)
    try:
        probe = look(**asked)
    except Failed as failed:
        logger.error("A bid could not be taken in: %s", failed.what, exc_info=True)
        return JsonResponse({"what": failed.what}, status=503)
    return JsonResponse({"reference": str(probe.reference), "at": probe.at.isoformat()})


def asked_for(body):
    """What a watcher sent, checked; None where it makes no sense."""
    try:
        said = json.loads(body)
        asked = {
            "reference": uuid.UUID(said["reference"]),
            "follows": uuid.UUID(said["follows"]) if said["follows"] else None,
            "seen_by": plain(said["seen_by"], NAME) or "unnamed",
        }
        asked["outage"] = outage_of(said["outage"]) if said["outage"] else None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return asked


def outage_of(said):
    """The outage that a watcher tells of."""
    if said["what"] not in Trouble.values:
        raise ValueError(said["what"])
    return {
        "reference": uuid.UUID(said["reference"]),
        "what": said["what"],
        "detail": plain(said["detail"], 200),
        "tries": min(max(int(said["tries"]), 1), 10**6),
        "seconds": min(max(int(said["seconds"]), 0), 10**8),
    }


def plain(text, most):
    """A line of printable text, cut to what the column holds."""
    return "".join(c for c in str(text) if c.isprintable())[:most]
