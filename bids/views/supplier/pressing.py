"""The password comes after the ticket: who presses with an old sign-in loses no second by it."""

import uuid
from datetime import timedelta

from django.contrib import messages
from django.utils.translation import gettext as _

from bids import held
from bids.actions.pressing import note_asked_again
from framework_portal import wording
from framework_portal.accounts.recent import require_recent_sign_in, signed_in_recently

# Whoever came to the page in time is not stopped on the last step.
LOOKING, PRESSING = timedelta(minutes=15), timedelta(hours=1)


def press_key(request):
    """The press's key, as the page carried it; a page without one is a press of its own."""
    try:
        return uuid.UUID(request.POST.get("key", ""))
    except ValueError:
        return uuid.uuid4()


def require_who_presses(request, bid, arrival, *, verb, whole=True):
    """Ask for password or code where it is needed, and come back. The attempt is on record.

    Where the press said all that it needs to, it is `whole`: its arrival counts for the same
    press sent again soon enough.
    """
    if signed_in_recently(request, PRESSING):
        return
    if whole:
        words = _(
            "This reached the portal on %(moment)s. Prove who you are and press “Send it now”"
            " within %(seconds)d seconds of that: then it counts as having come at that time,"
            " unless the bid was changed in between. Later it counts from when you press again"
        )
        first = held.hold(request.session, bid, arrival)
        said = words % {
            "moment": wording.exact_moment(first.arrival.at),
            "seconds": held.HELD_FOR.total_seconds(),
        }
        messages.warning(request, said)
    else:
        said = _("Prove who you are before you go on. Nothing has been done yet")
    note_asked_again(bid=bid, by=request.user, verb=verb, message=said)
    require_recent_sign_in(request, PRESSING)
