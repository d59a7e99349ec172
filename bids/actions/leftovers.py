"""Drafts beside a version that counts: put away once no deadline moves any more.

The first approval of an opening ends every move, so that is when the drafts go. Until then a moved
deadline may open the competition again, and whoever goes on writing needs them.
"""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import BigIntegerField, Exists, F, Func, OuterRef, Q

from bids.actions.consents import forget_terms
from bids.actions.drafting import locked
from bids.actions.unsaved_entries import forget_with
from bids.actions.versions import keep_unkept
from bids.identity import identity
from bids.models import Bid, ConsentRequest
from framework_portal.audit import trail
from framework_portal.sealing.broken import InvalidSeal
from framework_portal.sealing.envelope import discard, read_own


def put_away_leftovers(competition):
    """Drafts beside versions that count, or stand by; the caller holds the competition's lock.

    What was typed and not saved goes with all bids.
    """
    forget_with(competition)
    counting = Func(F("pk"), function="bids_counting_submission", output_field=BigIntegerField())
    found = Bid.objects.filter(_holds_something(), lot__competition=competition)
    return _put_away(found.annotate(counts=counting).filter(counts__isnull=False))


def forgotten_leftovers(*, at):
    """Drafts of bids with a version, long after a competition that nobody opened, or abandoned."""
    before = at - timedelta(days=settings.DRAFTS_KEPT_DAYS)
    return Bid.objects.filter(
        Q(lot__competition__closes_at__lte=before) | Q(lot__competition__abandoned_at__lte=before),
        _holds_something(),
        submissions__isnull=False,
    ).distinct()


def put_away_forgotten(*, at):
    """The same for these; twice is once. Answers how many."""
    return _put_away(forgotten_leftovers(at=at))


def _holds_something():
    """A draft, or terms that were put to a subcontractor."""
    asked = ConsentRequest.objects.held().filter(bid=OuterRef("pk"))
    return Q(draft__isnull=False) | Exists(asked)


def _put_away(bids):
    return sum(_put_one_away(bid) for bid in bids.select_related("supplier").order_by("pk"))


@transaction.atomic
def _put_one_away(bid):
    """What was typed goes into the history, which the organisation's vault alone opens."""
    bid = locked(bid)
    if bid.draft is None:
        forget_terms(bid)  # asked for changes that were dropped again
        return False
    try:
        content = read_own(bid.draft, bound_to=identity(bid))
    except InvalidSeal:
        content = None  # nobody reads it, we neither; it stops no opening
    if content is not None:
        keep_unkept(bid, content)
    former, bid.draft, bid.has_changes = bid.draft, None, False
    bid.save(update_fields=["draft", "has_changes"])
    discard(former)
    forget_terms(bid)
    trail.record("bid.draft_put_away", bid, was_read=content is not None)
    return True
