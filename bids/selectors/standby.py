"""Which version of a bid counts, and why: asked of rows that were all written before closing."""

from django.db.models import BigIntegerField, F, Func

from bids.content import parts
from bids.models import Bid, StandbyInstruction, Submission
from bids.selectors.bidding import is_priced, questions_of
from bids.states import BidState


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


def is_complete(bid, content):
    """Whether nothing is missing from `content`."""
    competition = bid.lot.competition
    asked = parts(content, questions_of(competition), is_priced=is_priced(competition))
    return not any(part.is_missing for part in asked)


_COUNTING = {"function": "bids_counting_submission", "output_field": BigIntegerField()}
