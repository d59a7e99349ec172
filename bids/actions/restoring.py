"""Earlier versions of a part: kept aside where they were not chosen, and taken up again."""

from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bids import guards
from bids.actions.drafting import save_answer, save_price, taken_up
from bids.actions.versions import put_aside
from framework_portal.audit import trail
from framework_portal.refusals import Refused


@trail.keeps_refusals("bid.saving_refused", of="bid")
@guards.in_words
@transaction.atomic
def keep_aside(*, bid, question, value, by, at):
    """Keep what somebody typed and could not save, because another changed the same words."""
    bid, _content = taken_up(bid, at)
    put_aside(bid=bid, question=question, value=value, by=by, at=at)


def restore_version(*, version, value, by, at, shown):
    """Let the part say again what `version` said, which is `value`: a save like any other.

    `shown` is what the part said when the person looked: `Changed` where that is no longer so.
    """
    facts = {"bid": version.bid, "by": by, "at": at, "shown": shown}
    if version.question is not None:
        return save_answer(question=version.question, text=value, **facts)
    if not isinstance(value, dict):
        raise Refused("foreign", _("This version cannot be restored"))
    price = value["price"] and Decimal(value["price"])
    return save_price(price=price, note=value["price_note"], **facts)
