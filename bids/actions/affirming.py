"""My bid stands: a bidder's word on what changed after submission. The bid is valid without it."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bids import guards
from bids.actions.drafting import locked
from bids.models import Affirmation
from bids.selectors.affirming import unread_changes
from bids.selectors.standby import counting
from bids.states import BidState
from framework_portal.audit import trail
from framework_portal.refusals import Refused


@trail.keeps_refusals("bid.affirmation_refused", of="bid")
@guards.in_words
@transaction.atomic
def affirm_bid(*, bid, shown, by, at):
    """Keep that the version that counts stands after the changes up to `shown`, the last one's key.

    Said twice it is kept once. Where something more has changed meanwhile, it is read first.
    """
    bid = locked(bid)
    version = counting(bid)
    if version is None or bid.state not in (BidState.DRAFT, BidState.SUBMITTED):
        raise Refused("not_submitted", _("There is no version of this bid that could stand"))
    if not bid.lot.competition.is_open(at=at):
        raise Refused("closed", _("The competition has closed. Your bid stands"))
    changes = list(unread_changes(bid))
    if not changes:
        return bid.affirmations.first()
    if str(changes[-1].reference) != str(shown):
        raise Refused("changed", _("Something more has changed. Read it, then say so again"))
    affirmation = Affirmation.objects.create(
        bid=bid,
        submission=version,
        change=changes[-1],
        affirmed_at=at,
        affirmed_by=by,
    )
    trail.record("bid.affirmed", bid, by=by, change=str(changes[-1].reference))
    return affirmation
