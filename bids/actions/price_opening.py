"""Price after quality: the quality scores are locked, then all prices are opened together.

Only where the competition says so. The prices lie under a key of their own, which again takes two
of the openers; nobody who scores has seen a price.
"""

from django.db import transaction
from django.utils.translation import gettext as _

from bids import guards
from bids.actions import shares
from bids.actions.two_acts import (
    approve,
    bids_in,
    holding_approval,
    keep_opened,
    locked,
    resealed,
    second_act,
)
from bids.models import PriceOpening, QualityLock
from bids.selectors.evaluation import unscored
from bids.states import BidState
from framework_portal.audit import trail
from framework_portal.refusals import Refused
from lots.actions.openers import counted
from lots.models import Part
from lots.states import COMPETITION


@trail.keeps_refusals("competition.quality_lock_refused", of="competition")
@transaction.atomic
def lock_quality_scores(*, competition, by, at):
    """Let the quality scores stand, once every bid has them. It cannot be undone."""
    competition = locked(competition)
    COMPETITION.target("score", competition.state)
    if not competition.price_after_quality:
        raise Refused("not_apart", _("Price and quality of these bids were opened together"))
    lock = QualityLock.objects.filter(competition=competition).first()
    if lock is not None:
        return lock  # pressed twice
    missing = unscored(competition)
    if missing:
        raise Refused(
            "unscored",
            _("Score every bid before you lock the scores. Still missing: %(count)d")
            % {"count": len(missing)},
        )
    lock = QualityLock.objects.create(competition=competition, locked_at=at, locked_by=by)
    trail.record("competition.quality_locked", competition, by=by)
    return lock


@trail.keeps_refusals("competition.price_opening_refused", of="competition")
@guards.in_words
@counted
@transaction.atomic
def approve_price_opening(*, competition, by, at, passphrase="", recovery_words=""):
    """The first of two acts that open the prices; see `approve_opening`."""
    competition = _ready(competition, at)
    return approve(competition, Part.PRICE, by, at, passphrase, recovery_words)


@trail.keeps_refusals("competition.price_opening_refused", of="competition")
@guards.in_words
@counted
@transaction.atomic
def open_prices(*, competition, by, at, passphrase):
    """The second act: unseal every price at once, and write down what was opened."""
    competition = _ready(competition, at)
    opening, press = PriceOpening(competition=competition), {"by": by, "at": at}
    opened = second_act(opening, Part.PRICE, envelopes=_prices, passphrase=passphrase, **press)
    for bid, _price, found in opened:
        bid.opened_price = found and resealed(bid, found)
    bids, fields = [bid for bid, *_ in opened], ["opened_price"]
    return keep_opened(opening, Part.PRICE, "competition.prices_opened", bids, fields, by=by)


def _prices(competition):
    opened = bids_in(competition, BidState.OPENED)
    return [(bid, bid.offer.submission.price_offer) for bid in opened]


def waiting_price_opening(competition, *, at):
    """The newest first act of an opening of the prices that still holds at `at`, or None."""
    return holding_approval(competition, at=at, part=Part.PRICE)


def _ready(competition, at):
    competition = locked(competition)
    COMPETITION.target("score", competition.state)
    shares.refuse_before_time(competition, at)
    if not QualityLock.objects.filter(competition=competition).exists():
        raise Refused("not_locked", _("Prices can be opened once the quality scores are locked"))
    if PriceOpening.objects.filter(competition=competition).exists():
        raise Refused("illegal_move", _("The prices are open already"))
    return competition
