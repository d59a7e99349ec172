"""Complete saves that no stand-by version was kept of at once: kept within a minute."""

import logging

from django.db import transaction

from bids.actions.drafting import locked
from bids.actions.standby import keep_now
from bids.models import Bid
from bids.selectors.standby import left_out

logger = logging.getLogger(__name__)


def keep_left_out(*, at):
    """Keep the drafts that were left out, each under its bid's lock. Repeating changes nothing."""
    for bid in Bid.objects.select_related("supplier").filter(pk__in=left_out(at=at).values("pk")):
        try:
            _keep_one(bid, at)
        except Exception:  # one bid must not keep the rest from being kept
            logger.exception("No stand-by version of bid %s", bid.pk)


@transaction.atomic
def _keep_one(bid, at):
    bid = locked(bid)
    if left_out(at=at).filter(pk=bid.pk).exists():
        # What is refused is tried again each minute: the trail heard of it at the save.
        keep_now(bid, told=False)
