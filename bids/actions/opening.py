"""Opening: the act that unseals all bids of a competition together. It takes two officers.

The first hands the own share of the key to the other openers, sealed, for a quarter of an hour;
the second puts two shares together, for one request, and everything is opened in it.
"""

from django.db import transaction

from bids import guards
from bids.actions import shares
from bids.actions.incidents import settled_first
from bids.actions.leftovers import put_away_leftovers
from bids.actions.standby import mark_counting
from bids.actions.two_acts import (
    approve,
    bids_in,
    hold_bids,
    holding_approval,
    keep_opened,
    locked,
    resealed,
    second_act,
)
from bids.models import Opening
from bids.states import BID, BidState
from framework_portal.audit import trail
from lots.actions.openers import counted
from lots.models import Part
from lots.states import COMPETITION


@trail.keeps_refusals("competition.opening_refused", of="competition")
@guards.in_words
@counted
@settled_first
@transaction.atomic
def approve_opening(*, competition, by, at, passphrase="", recovery_words=""):
    """The first of two acts. Approving again renews it; only a second officer opens.

    An opener who has lost the passphrase gives the printed recovery words in its place. The second
    officer cannot: what was handed over opens with a passphrase only.
    """
    competition = locked(competition)
    COMPETITION.target("open", competition.state)
    shares.refuse_before_time(competition, at)
    hold_bids(competition)
    approval = approve(competition, first_part(competition), by, at, passphrase, recovery_words)
    put_away_leftovers(competition)
    return approval


@trail.keeps_refusals("competition.opening_refused", of="competition")
@guards.in_words
@counted
@transaction.atomic
def open_bids(*, competition, by, at, passphrase):
    """The second act: unseal every submitted bid at once, and write down what was opened."""
    competition = locked(competition)
    reached = COMPETITION.target("open", competition.state)
    shares.refuse_before_time(competition, at)
    part, opening = first_part(competition), Opening(competition=competition)
    press = {"by": by, "at": at, "passphrase": passphrase}
    opened = second_act(opening, part, envelopes=_offers, **press)
    competition.state = reached
    competition.save(update_fields=["state"])
    for bid, _offer, found in opened:
        bid.state = BID.target("open", bid.state)
        bid.opened = found and resealed(bid, found)
    bids, fields = [bid for bid, *_ in opened], ["state", "opened"]
    return keep_opened(opening, part, "competition.opened", bids, fields, by=by)


def _offers(competition):
    """What counts of each bid, submitted or standing by."""
    hold_bids(competition)
    put_away_leftovers(competition)
    mark_counting(competition)
    return [(bid, bid.offer) for bid in bids_in(competition, BidState.SUBMITTED)]


def first_part(competition):
    """What the first opening opens: everything, or all but the price."""
    return Part.QUALITY if competition.price_after_quality else Part.WHOLE


def waiting_approval(competition, *, at):
    """The newest first act of the first opening that still holds at `at`, or None."""
    return holding_approval(competition, at=at, part=first_part(competition))
