"""What changed after the version of a bid that counts was written, submitted or standing by."""

from bids.models import Bid
from bids.selectors.standby import counting
from bids.states import UNSEALED, BidState
from lots.models import CompetitionChange
from lots.states import SUBSTANCE


def changes_since(bid):
    """What changed after this bid was written, oldest first; nothing, where no version counts."""
    since = _counts_from(bid)
    if since is None:
        return CompetitionChange.objects.none()
    changes = CompetitionChange.objects.filter(
        competition=bid.lot.competition_id, kind__in=SUBSTANCE, made_at__gt=since
    )
    return changes.order_by("made_at", "pk")


def unread_changes(bid):
    """Those of them that the bidder has not answered with "my bid stands"."""
    last = bid.affirmations.order_by("-change").values_list("change", flat=True).first()
    changes = changes_since(bid)
    return changes.filter(pk__gt=last) if last else changes


def last_affirmation(bid):
    """What the bidder said last, of the version that counts, or None."""
    if bid.state in UNSEALED:
        return bid.affirmations.filter(submission__offer=bid.offer_id).first()
    return bid.affirmations.filter(submission=counting(bid)).first()


def _counts_from(bid):
    if bid.state in UNSEALED:
        return bid.submitted_at
    if bid.state == BidState.WITHDRAWN:
        return None
    bids = Bid.objects.filter(pk=bid.pk).with_changes_since()
    return bids.values_list("counts_from", flat=True).first()
