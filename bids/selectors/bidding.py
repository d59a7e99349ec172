"""What pages and actions read across the models."""

from django.db.models import BooleanField, F, Func, Value

from bids import content
from bids.identity import identity
from framework_portal.sealing.envelope import read_own
from lots.models import Lot, Question
from lots.states import CompetitionState, CriterionKind


def offer_of(bid):
    """What the bid says now: its draft, or what was submitted, or nothing yet.

    Callers check that it is the asker's own bid.
    """
    sealed = bid.draft or bid.offer
    if sealed is None:
        return content.empty()
    return content.empty() | read_own(sealed, bound_to=identity(bid))


def counting_offer(bid):
    """What was submitted last, for those whose bid it is."""
    return content.empty() | read_own(bid.offer, bound_to=identity(bid))


def questions_of(competition):
    """The questions that a bid answers, in their order, with their criteria."""
    return list(
        Question.objects.filter(criterion__competition=competition)
        .select_related("criterion")
        .order_by("criterion__position", "criterion__pk", "position", "pk")
    )


def is_priced(competition):
    """Whether a bid names a price: whether one of the criteria is the price."""
    return competition.criteria.filter(kind=CriterionKind.PRICE).exists()


def matches(supplier, instant):
    """For a filter over lots: whether `supplier` matches, by the database's own judgement."""
    return Func(
        Value(supplier.pk),
        F("pk"),
        Value(instant),
        function="supplier_matches_lot",
        output_field=BooleanField(),
    )


def open_lots_matching(supplier, *, at):
    """The lots that `supplier` can bid for at `at`, those that close first on top."""
    open_lots = Lot.objects.filter(
        competition__state=CompetitionState.PUBLISHED, competition__closes_at__gt=at
    )
    return open_lots.filter(matches(supplier, at)).order_by("competition__closes_at", "pk")
