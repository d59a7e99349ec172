"""Opening: the act that unseals all bids of a competition together. It takes two officers.

The first hands the own share of the key to the other openers, sealed, for a quarter of an hour;
the second puts two shares together, for one request, and everything is opened in it.
"""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from bids import guards
from bids.actions import shares
from bids.actions.incidents import settled_first
from bids.actions.logs import publish_log_head, receipted_offers
from bids.identity import identity
from bids.models import Bid, Opening, OpeningApproval
from bids.states import BID, BidState
from bids.timing import GRACE
from framework_portal.audit import trail
from framework_portal.refusals import Refused
from framework_portal.sealing.broken import InvalidSeal
from framework_portal.sealing.envelope import read_with, seal
from framework_portal.sealing.models import Purpose
from lots.actions.openers import counted
from lots.models import Competition, Part
from lots.states import COMPETITION

# The first officer's act holds this long for the second's.
APPROVAL_HOLDS = timedelta(minutes=15)


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
    competition = _lock(competition)
    COMPETITION.target("open", competition.state)
    shares.refuse_before_time(competition, at)
    opener = shares.opener_of(competition, by)
    key = _key(competition)
    if recovery_words:
        words = shares.recovery_share(key, recovery_words)
    else:
        words, _private = shares.own_share(key, opener, passphrase)
    publish_log_head(competition=competition, at=at)
    approval = OpeningApproval.objects.create(
        competition=competition,
        part=key.part,
        by_recovery=bool(recovery_words),
        approved_at=at,
        approved_by=by,
        expires_at=at + APPROVAL_HOLDS,
    )
    shares.hand_over(approval, key, opener, words)
    trail.record(
        "competition.opening_approved",
        competition,
        by=by,
        part=key.part,
        by_recovery=approval.by_recovery,
    )
    return approval


@trail.keeps_refusals("competition.opening_refused", of="competition")
@guards.in_words
@counted
@transaction.atomic
def open_bids(*, competition, by, at, passphrase):
    """The second act: unseal every submitted bid at once, and write down what was opened.

    A bid that cannot be read is kept, is named in the record by its hash and stops nobody else's.
    """
    competition = _lock(competition)
    reached = COMPETITION.target("open", competition.state)
    shares.refuse_before_time(competition, at)
    opener = shares.opener_of(competition, by)
    key = _key(competition)
    approval = _approval_of_another(competition, by, at)
    private = shares.rebuilt(key, approval, opener, passphrase)
    receipted = receipted_offers(competition=competition)

    submitted = list(
        Bid.objects.select_for_update(of=("self",))
        .filter(lot__competition=competition, state=BidState.SUBMITTED)
        .select_related("lot__competition", "supplier", "offer__submission")
        .order_by("pk")
    )
    opened = [(bid, _unsealed(bid, private, receipted)) for bid in submitted]
    del private
    opening = Opening.objects.create(
        competition=competition,
        approval=approval,
        first_by=approval.approved_by,
        second_by=by,
        opened_at=at,
        record=[_entry(bid, found) for bid, found in opened],
    )
    competition.state = reached
    competition.save(update_fields=["state"])
    for bid, found in opened:
        bid.state = BID.target("open", bid.state)
        if found is not None:
            contents, salt = found
            bound_to = identity(bid)
            bid.opened = seal(contents, purpose=Purpose.OPENED, bound_to=bound_to, salt=salt)
    Bid.objects.bulk_update(submitted, ["state", "opened"], batch_size=500)
    shares.forget_handed(competition, key.part)
    trail.record(
        "competition.opened",
        competition,
        by=by,
        opening=str(opening.reference),
        first=str(approval.approved_by.reference),
        envelopes=[entry["envelope_hash"] for entry in opening.record],
        unreadable=sum(found is None for _bid, found in opened),
    )
    return opening


def waiting_approval(competition, *, at, part=Part.WHOLE):
    """The newest first act that still holds at `at`, or None."""
    return (
        OpeningApproval.objects.filter(
            competition=competition,
            part=part,
            expires_at__gt=at,
            approved_at__gte=competition.closes_at + GRACE,
        )
        .order_by("-approved_at", "-pk")
        .select_related("competition", "approved_by")
        .first()
    )


def _lock(competition):
    # Submissions hold this row FOR SHARE: once it is ours, none is still on its way.
    return Competition.objects.select_for_update().get(pk=competition.pk)


def _key(competition):
    key = competition.sealing_keys.filter(part=Part.WHOLE).first()
    if key is None:
        raise Refused("no_key", _("This competition has no key, so nothing could be sealed to it"))
    return key


def _approval_of_another(competition, by, at):
    approval = waiting_approval(competition, at=at)
    if approval is None:
        raise Refused(
            "no_first_approval",
            _("Another officer must approve the opening first, within 15 minutes"),
        )
    if approval.approved_by_id == by.pk:
        raise Refused("same_person", _("A second officer must open the bids: you approved already"))
    return approval


def _entry(bid, found):
    return {
        "bid": str(bid.reference),
        "sequence": bid.offer.submission.sequence,
        "digest": bid.offer.digest,
        "envelope_hash": bid.offer.envelope_hash,
        "outcome": "unreadable" if found is None else "opened",
    }


def _unsealed(bid, private, receipted):
    """(content, salt) of the offer that counts, or None where it cannot be read."""
    if (bid.pk, bid.offer.envelope_hash, bid.offer.digest) not in receipted:
        return None  # it is not what the bidder's receipt says
    bound_to = identity(bid, bid.offer.submission.sequence)
    try:
        return read_with(private, bid.offer, bound_to=bound_to)
    except InvalidSeal:
        return None
