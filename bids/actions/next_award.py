"""After the commissioner refused to enter into a contract: the award falls, and the lot has a next.

Procurement Act 2023 s.72(3)(a). The next bid of the ranking is proposed, or nobody (s.55), by one
officer, approved by another as every award is, and told to everybody who bid at the same moment.
"""

from django.db import transaction
from django.utils.translation import gettext as _

from bids.actions.award import make_public, refuse_unless_qualified
from bids.models import Award, Bid
from bids.states import AWARD, BID, UNSEALED
from framework_portal.audit import trail
from framework_portal.notifications import outbox
from framework_portal.refusals import Refused
from lots.models import Competition
from lots.states import CompetitionState


@transaction.atomic
def refuse_award(*, award, by, at):
    """Let an award fall with its contract; whoever refuses the contract calls this.

    The lead learns it with the decision on its contract, and everybody else who bid from here.
    """
    award = Award.objects.select_for_update(of=("self",)).select_related("bid").get(pk=award.pk)
    award.state, award.refused_at, award.refused_by = AWARD.target("refuse", award.state), at, by
    award.save(update_fields=["state", "refused_at", "refused_by"])
    _move("refuse", award.bid)
    others = _bids_on(award).exclude(pk=award.bid_id)
    _tell("award_refused", award, others)
    trail.record("award.refused", award, by=by)
    return award


@transaction.atomic
def announce_next_award(*, award, by, at):
    """Announce the approved decision that takes the place of a refused one; all who bid are told.

    The standstill runs anew from here: it is another award.
    """
    competition = Competition.objects.select_for_update().get(lots=award.lot_id)
    award = (
        Award.objects.select_for_update(of=("self",))
        .select_related("lot", "bid__supplier", "bid__opened", "bid__opened_price")
        .get(pk=award.pk)
    )
    is_next = Award.objects.refused().filter(lot=award.lot_id).exists()
    if competition.state != CompetitionState.AWARDED or not is_next:
        raise Refused("not_next", _("Announce this award with those of its competition"))
    if award.bid is not None:
        award.bid.lot.competition = competition
        refuse_unless_qualified(award.bid, at)
    make_public(award, by, at)
    if award.bid is not None:
        _move("take_next", award.bid)
    _tell("bid_outcome", award, _bids_on(award))
    trail.record("award.announced", award, by=by)
    return award


def _move(verb, bid):
    bid = Bid.objects.select_for_update().get(pk=bid.pk)
    bid.state = BID.target(verb, bid.state)
    bid.save(update_fields=["state"])


def _bids_on(award):
    """Every bid of the lot that was opened."""
    bids = Bid.objects.filter(lot=award.lot_id, state__in=UNSEALED)
    return bids.select_related("supplier").order_by("pk")


def _tell(kind, award, bids):
    outbox.queue_many(
        kind,
        [
            {
                "to": bid.supplier.contact_email,
                "key": f"{kind}:{bid.reference}:{award.reference}",
                "context": {"bid": str(bid.reference)},
            }
            for bid in bids
        ],
    )
