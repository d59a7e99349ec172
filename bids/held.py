"""A press whose person had to prove who they are first: its arrival is kept for their next one.

What is kept lies in the session, on the server, and says whose press it was, of which bid, with
which key and at which edition. It counts for the very same press, sent again after the password:
the same person, bid, key and content, so soon afterwards that the database still takes the ticket.
"""

from datetime import timedelta
from typing import NamedTuple

from bids.models import Arrival
from bids.timing import GRACE

# The database takes no ticket that is older than the grace; of that, this is left for the work.
WORK = timedelta(seconds=5)
HELD_FOR = GRACE - WORK
MOST_HELD = 20
KEY = "bids.held_presses"


class HeldPress(NamedTuple):
    """An arrival, and the edition of the bid that the person had when it came."""

    arrival: Arrival
    edition: int

    def counts_for(self, arrival, bid):
        """Whether `arrival` is this press again; `bid` is under its lock, as it is now."""
        return arrival.at - self.arrival.at <= HELD_FOR and bid.edition == self.edition


def hold(session, bid, arrival):
    """Keep `arrival`, of `bid` as it was read before. The first of several presses stays."""
    held = session.get(KEY, {})
    first = _find(held, bid, arrival)
    if first is not None and first.counts_for(arrival, bid):
        return first
    held[_place(bid, arrival)] = {
        "arrival": arrival.pk,
        "account": arrival.account_id,
        "edition": bid.edition,
    }
    session[KEY] = dict(list(held.items())[-MOST_HELD:])
    return HeldPress(arrival, bid.edition)


def held_for(session, bid, arrival):
    """The earlier press that `arrival` repeats, or None."""
    return _find(session.get(KEY, {}), bid, arrival)


def let_go(session, bid, arrival):
    """What was pressed is done: nothing is kept of it any more."""
    held = session.get(KEY, {})
    if held.pop(_place(bid, arrival), None):
        session[KEY] = held


def _place(bid, arrival):
    return f"{bid.pk} {arrival.key}"


def _find(held, bid, arrival):
    """What the session says is held to the rows: it must be this person's press of this bid."""
    said = held.get(_place(bid, arrival))
    if said is None or said["account"] != arrival.account_id:
        return None
    found = Arrival.objects.filter(
        pk=said["arrival"],
        bid=bid,
        account=arrival.account_id,
        key=arrival.key,
        act=arrival.act,
        at__lte=arrival.at,
        submission=None,
    ).first()
    return found and HeldPress(found, said["edition"])
