"""Tokens of failed attempts: what the portal can say, signed, of a press that did not succeed.

A token holds no content of the bid. It says when, by which clock, and what was answered. Each says
plainly what it proves: a ticket in the database, a request that reached the server, or only that
somebody came back with a note that a browser had kept.
"""

import base64
import binascii
import json
import re
from datetime import UTC, datetime

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.urls import Resolver404, resolve
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from framework_portal import errors
from framework_portal.sealing.broken import ForgedStatement
from framework_portal.sealing.signing import instant, sign, verify

KIND = "attempt"
LONGEST = 5000
DATABASE, SERVER, NOTE = "database", "server", "note"
PROVES = {
    DATABASE: _(
        "A request to submit this bid reached the portal complete at this instant, by the"
        " database’s clock, and was not taken in. It stands for the deadline as a ticket."
    ),
    SERVER: _(
        "A request to submit this bid reached the portal’s web server at about this time, by that"
        " server’s clock, while the database could not be asked. Who sent it was not checked, and"
        " whether it was complete is not known."
    ),
    NOTE: _(
        "At this instant somebody signed in for this bid showed the portal a note that a browser"
        " had kept. That the attempt was made when the note says is the browser’s word alone: the"
        " portal saw nothing of it."
    ),
}


def token(*, bid, at, timed_by, outcome, key=None, claimed=None):
    """The signed token of one attempt as text that can be copied, printed and pasted."""
    signed = sign(
        {
            "kind": KIND,
            "version": 1,
            "service": settings.PORTAL_ADDRESS,
            "bid": str(bid),
            "press": key and str(key),
            "at": instant(at),
            "timed_by": timed_by,
            "claimed": claimed and instant(claimed),
            "outcome": outcome,
        }
    )
    return base64.urlsafe_b64encode(json.dumps(signed, separators=(",", ":")).encode()).decode()


def read(text):
    """What a pasted token says; ForgedStatement unless the portal has signed every letter of it."""
    packed = re.sub(r"\s", "", text)[:LONGEST]
    try:
        signed = json.loads(base64.b64decode(packed, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, RecursionError):
        raise ForgedStatement("This is no token") from None
    said = verify(signed, kind=KIND)
    return said | {
        "at": parse_datetime(said["at"]),
        "claimed": said["claimed"] and parse_datetime(said["claimed"]),
        "proves": PROVES[said["timed_by"]],
    }


@errors.beside
def of_a_failed_page(request):
    """Beside an error page: the token of a press that ended on it. Asks neither body nor database.

    With the database down nobody knows whose bid it is; the token says so.
    """
    if request.method != "POST":
        return {}
    try:
        match = resolve(request.path_info)
    except Resolver404:
        return {}
    if match.view_name != "supplier:bid_submit":
        return {}
    ticket = getattr(request, "ticket", None)
    try:
        text = token(
            bid=match.kwargs["reference"],
            at=ticket.at if ticket else datetime.now(UTC),
            timed_by=DATABASE if ticket else SERVER,
            outcome="failed",
            key=ticket.key if ticket else None,
        )
    except (ImproperlyConfigured, OSError):
        return {}
    return {"attempt": text, "attempt_bid": match.kwargs["reference"], "attempt_has_ticket": ticket}
