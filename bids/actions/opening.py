"""Opening: the act that unseals all bids of a competition together. It takes two officers."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from bids import guards
from bids.actions.logs import publish_log_head, receipted_offers
from bids.identity import identity
from bids.models import Bid, Opening, OpeningApproval
from bids.states import BID, BidState
from bids.timing import GRACE
from framework_portal.audit import trail
from framework_portal.refusals import Refused
from framework_portal.sealing.broken import InvalidSeal
from framework_portal.sealing.envelope import seal, unseal
from framework_portal.sealing.models import Purpose
from lots.models import Competition
from lots.states import COMPETITION

# The first officer's act holds this long for the second's.
APPROVAL_HOLDS = timedelta(minutes=15)


@trail.keeps_refusals("competition.opening_refused", of="competition")
@guards.in_words
@transaction.atomic
def approve_opening(*, competition, by, at):
    """The first of two acts. Approving again renews it; only a second officer opens."""
    competition = _lock(competition)
    _refuse_before_time(competition, at)
    publish_log_head(competition=competition, at=at)
    approval = OpeningApproval.objects.create(
        competition=competition, approved_at=at, approved_by=by, expires_at=at + APPROVAL_HOLDS
    )
    trail.record("competition.opening_approved", competition, by=by)
    return approval


@trail.keeps_refusals("competition.opening_refused", of="competition")
@guards.in_words
@transaction.atomic
def open_bids(*, competition, by, at):
    """The second act: unseal every submitted bid at once, and write down what was opened.

    A bid that cannot be read is kept, is named in the record by its hash and stops nobody else's.
    """
    competition = _lock(competition)
    reached = _refuse_before_time(competition, at)
    approval = waiting_approval(competition, at=at)
    if approval is None:
        raise Refused(
            "no_first_approval",
            _("Another officer must approve the opening first, within 15 minutes"),
        )
    if approval.approved_by_id == by.pk:
        raise Refused("same_person", _("A second officer must open the bids: you approved already"))
    receipted = receipted_offers(competition=competition)

    submitted = list(
        Bid.objects.select_for_update(of=("self",))
        .filter(lot__competition=competition, state=BidState.SUBMITTED)
        .select_related("lot__competition", "supplier", "offer")
        .order_by("pk")
    )
    opened = [(bid, _unsealed(bid, receipted)) for bid in submitted]
    opening = Opening.objects.create(
        competition=competition,
        approval=approval,
        first_by=approval.approved_by,
        second_by=by,
        opened_at=at,
        record=[
            {
                "bid": str(bid.reference),
                "digest": bid.offer.digest,
                "envelope_hash": bid.offer.envelope_hash,
                "outcome": "unreadable" if contents is None else "opened",
            }
            for bid, contents in opened
        ],
    )
    competition.state = reached
    competition.save(update_fields=["state"])
    for bid, contents in opened:
        bid.state = BID.target("open", bid.state)
        if contents is not None:
            bid.opened = seal(contents, purpose=Purpose.OPENED, bound_to=identity(bid))
    Bid.objects.bulk_update(submitted, ["state", "opened"], batch_size=500)
    trail.record(
        "competition.opened",
        competition,
        by=by,
        opening=str(opening.reference),
        first=str(approval.approved_by.reference),
        envelopes=[entry["envelope_hash"] for entry in opening.record],
        unreadable=sum(contents is None for _bid, contents in opened),
    )
    return opening


def waiting_approval(competition, *, at):
    """The newest first act that still holds at `at`, or None."""
    return (
        OpeningApproval.objects.filter(
            competition=competition,
            expires_at__gt=at,
            approved_at__gte=competition.closes_at + GRACE,
        )
        .order_by("-approved_at")
        .select_related("approved_by")
        .first()
    )


def _lock(competition):
    # Submissions hold this row FOR SHARE: once it is ours, none is still on its way.
    return Competition.objects.select_for_update().get(pk=competition.pk)


def _refuse_before_time(competition, at):
    reached = COMPETITION.target("open", competition.state)
    if at < competition.closes_at + GRACE:
        raise Refused("not_closed", _("Bids can be opened one minute after closing, not before"))
    return reached


def _unsealed(bid, receipted):
    if (bid.pk, bid.offer.envelope_hash, bid.offer.digest) not in receipted:
        return None  # it is not what the bidder's receipt says
    try:
        return unseal(bid.offer, bound_to=identity(bid))
    except InvalidSeal:
        return None
