"""What changed after a bid was submitted."""

from bids.states import UNSEALED, BidState
from lots.models import CompetitionChange
from lots.states import SUBSTANCE


def changes_since(bid):
    """What changed after this bid was submitted, oldest first; nothing, where it was not."""
    if bid.submitted_at is None or bid.state not in (BidState.SUBMITTED, *UNSEALED):
        return CompetitionChange.objects.none()
    changes = CompetitionChange.objects.filter(
        competition=bid.lot.competition_id, kind__in=SUBSTANCE, made_at__gt=bid.submitted_at
    )
    return changes.order_by("made_at", "pk")


def unread_changes(bid):
    """Those of them that the bidder has not answered with "my bid stands"."""
    last = bid.affirmations.order_by("-change").values_list("change", flat=True).first()
    changes = changes_since(bid)
    return changes.filter(pk__gt=last) if last else changes


def last_affirmation(bid):
    """What the bidder said last, of the version that counts, or None."""
    return bid.affirmations.filter(submission__offer=bid.offer_id).first()
