"""Complete saves that no stand-by version was kept of at once: kept within a minute."""

from bids.actions.drafting import locked
from bids.actions.standby import keep_now
from bids.models import Bid
from bids.selectors.standby import left_out
from framework_portal.each import for_each


def keep_left_out(*, at):
    """Keep the drafts that were left out, each under its bid's lock. Repeating changes nothing."""

    def keep_standby_version(bid):
        bid = locked(bid)
        if left_out(at=at).filter(pk=bid.pk).exists():
            # What is refused is tried again each minute: the trail heard of it at the save.
            keep_now(bid, told=False)

    bids = Bid.objects.select_related("supplier").filter(pk__in=left_out(at=at).values("pk"))
    for_each(bids, keep_standby_version)
