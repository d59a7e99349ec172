"""Which version of a bid counts, and why: asked of rows that were all written before closing."""

from datetime import timedelta

from django.db.models import BigIntegerField, Exists, F, Func, OuterRef, Q, Subquery

from bids.content import parts
from bids.models import Bid, StandbyInstruction, Submission
from bids.selectors.bidding import is_priced, questions_of
from bids.selectors.consents import is_consented
from bids.states import BidState
from framework_portal.clock import PortalClock
from lots.states import CompetitionState

HOUR = timedelta(hours=1)


def instruction_of(bid):
    """The standing instruction that holds, or None."""
    newest = bid.standby_instructions.order_by("-pk").first()
    return newest if newest is not None and newest.is_on else None


def instructed_among(bids):
    """The keys of those of `bids` that ever had a standing instruction, in one query."""
    rows = StandbyInstruction.objects.filter(bid__in=bids)
    return set(rows.values_list("bid", flat=True))


def counting(bid):
    """The version that counts as things stand, by the database's own judgement, or None."""
    return (
        Submission.objects.filter(bid=bid, pk=Func(bid.pk, **_COUNTING))
        .select_related("offer", "copy")
        .first()
    )


def standing_by(competition):
    """Bids of which a stand-by version counts, with its key as `counts`."""
    kept = Submission.objects.filter(
        bid__lot__competition=competition, instruction__isnull=False
    ).values("pk")
    live = [BidState.DRAFT, BidState.SUBMITTED]
    bids = Bid.objects.filter(lot__competition=competition, state__in=live)
    counting = Func(F("pk"), **_COUNTING)
    return bids.annotate(counts=counting).filter(counts__in=kept).order_by("pk")


def left_out(*, at):
    """Bids whose draft no version under the instruction that holds was kept of; until closing.

    Saved within the last hour, or to be closed within one: a draft that nobody finishes is not
    looked at every minute for weeks.
    """
    soon = Q(saved_at__gte=at - HOUR) | Q(lot__competition__closes_at__lte=at + HOUR)
    return _left_out().filter(
        soon,
        lot__competition__state=CompetitionState.PUBLISHED,
        lot__competition__closes_at__gt=PortalClock(),
    )


def is_left_out(bid):
    """Whether no version was kept of the draft of `bid` as it is written down."""
    return _left_out().filter(pk=bid.pk).exists()


def _left_out():
    # Under the bid's lock a version is sealed after the draft of which it is kept: the keys of
    # the rows tell, where instants of two requests would not.
    newest = StandbyInstruction.objects.filter(bid=OuterRef("pk")).order_by("-pk")
    kept = Submission.objects.filter(
        bid=OuterRef("pk"), instruction=OuterRef("holds"), offer__gt=OuterRef("draft")
    )
    live = [BidState.DRAFT, BidState.SUBMITTED]
    bids = Bid.objects.filter(state__in=live, draft__isnull=False, saved_by__isnull=False)
    said = bids.annotate(
        holds=Subquery(newest.values("pk")[:1]), is_on=Subquery(newest.values("is_on")[:1])
    )
    return said.filter(~Exists(kept), is_on=True)


def is_complete(bid, content):
    """Whether nothing is missing from `content`."""
    competition = bid.lot.competition
    asked = parts(content, questions_of(competition), is_priced=is_priced(competition))
    return not any(part.is_missing for part in asked) and is_consented(bid, content)


_COUNTING = {"function": "bids_counting_submission", "output_field": BigIntegerField()}
