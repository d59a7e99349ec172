"""What evaluation shows: opened offers, totals, ranks, and the summary each bidder gets."""

from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from bids.identity import identity
from bids.models import Award, Bid, PriceOpening, QualityLock, Score
from bids.states import UNSEALED
from framework_portal.sealing.envelope import read_opened
from lots.states import CompetitionState, CriterionKind

HUNDREDTH = Decimal("0.01")


@dataclass
class Standing:
    """One bid in the ranking of its lot. Points are out of 100, over all criteria."""

    bid: Bid
    price: Decimal | None
    points: dict = field(default_factory=dict)  # criterion id -> points, None while unscored
    scores: dict = field(default_factory=dict)  # criterion id -> Score
    total: Decimal | None = None
    rank: int | None = None
    is_tied: bool = False
    price_is_sealed: bool = False
    # Why it is out, as codes: "unreadable", "gate", "below_lowest_mark", "no_price".
    out: list = field(default_factory=list)

    @property
    def is_complete(self):
        """Whether nothing is left to score."""
        return bool(self.out) or None not in self.points.values()

    @property
    def awaits_price_alone(self):
        """Whether all is scored that officers score, and the price is still sealed."""
        waiting = sum(points is None for points in self.points.values())
        return self.price_is_sealed and waiting == 1 and not self.out


def opened_offer(bid):
    """What the bidder sent, as the opening found it; None where it could not be read."""
    if bid.opened is None:
        return None
    offer = read_opened(bid.opened, bound_to=identity(bid))
    if bid.opened_price is None:
        return offer
    return offer | read_opened(bid.opened_price, bound_to=identity(bid))


def awaits_prices(competition):
    """Whether the prices of an opened competition are still sealed."""
    if not competition.price_after_quality:
        return False
    return not PriceOpening.objects.filter(competition=competition).exists()


def is_scoring(competition):
    """Whether marks can be given still: the bids are open, and no lock is on the scores."""
    if competition.state != CompetitionState.OPENED:
        return False
    apart = competition.price_after_quality
    return not (apart and QualityLock.objects.filter(competition=competition).exists())


def opened_bids(competition):
    """The opened bids of `competition`, with what their pages show."""
    return (
        Bid.objects.filter(lot__competition=competition, state__in=UNSEALED)
        .select_related("lot__competition", "supplier", "opened", "opened_price", "offer")
        .order_by("lot__position", "supplier__name", "pk")
    )


def ranking(lot):
    """The standings of `lot`, best first; those that are out come last, without a rank."""
    return rankings(lot.competition, lots=[lot]).get(lot.pk, [])


def in_turn(lot, standings=None):
    """The standings that can be proposed: those that rank first, several where they are equal.

    The ranking stays as it was assessed. A bid whose contract was refused is passed over.
    """
    standings = ranking(lot) if standings is None else standings
    refused = set(Award.objects.refused().filter(lot=lot).values_list("bid", flat=True))
    left = [each for each in standings if each.rank and each.bid.pk not in refused]
    return [each for each in left if each.rank == left[0].rank]


def rankings(competition, *, lots=None):
    """lot id -> its standings, in a constant number of queries for however many lots."""
    criteria = list(competition.criteria.order_by("position"))
    bids = opened_bids(competition)
    if lots is not None:
        bids = bids.filter(lot__in=lots)
    bids, sealed = list(bids), awaits_prices(competition)
    scores = {}
    for score in Score.objects.filter(bid__in=bids).select_related("scored_by"):
        scores.setdefault(score.bid_id, {})[score.criterion_id] = score
    by_lot = {}
    for bid in bids:
        standing = _standing(bid, criteria, scores.get(bid.pk, {}), sealed)
        by_lot.setdefault(bid.lot_id, []).append(standing)
    return {lot: _ranked(standings, criteria) for lot, standings in by_lot.items()}


def unscored(competition):
    """The (bid, criterion) pairs that nobody has marked and that still matter."""
    criteria = list(competition.criteria.order_by("position"))
    return [
        (standing.bid, criterion)
        for standings in rankings(competition).values()
        for standing in standings
        if not standing.out
        for criterion in criteria
        if standing.points.get(criterion.pk) is None and criterion.kind != CriterionKind.PRICE
    ]


def price_points(price, lowest, weight):
    """The lowest price gets the whole weight, another its share: weight x lowest / price."""
    if price == 0:
        return Decimal(weight)
    return (Decimal(weight) * lowest / price).quantize(HUNDREDTH, ROUND_HALF_UP)


def _standing(bid, criteria, scores, prices_are_sealed):
    highest_mark = bid.lot.competition.highest_mark
    offer = opened_offer(bid)
    price = _price(offer)
    standing = Standing(bid=bid, price=price, scores=scores)
    if offer is None:
        standing.out.append("unreadable")
    for criterion in criteria:
        score = scores.get(criterion.pk)
        if criterion.kind == CriterionKind.PRICE:
            if prices_are_sealed:
                standing.points[criterion.pk], standing.price_is_sealed = None, True
            elif offer is not None and price is None:
                standing.out.append("no_price")
            continue
        if score is None:
            standing.points[criterion.pk] = None
            continue
        if criterion.kind == CriterionKind.GATE:
            standing.points[criterion.pk] = Decimal(0)
            if score.mark < 1:
                standing.out.append("gate")
            continue
        share = score.mark * criterion.weight / highest_mark
        standing.points[criterion.pk] = share.quantize(HUNDREDTH, ROUND_HALF_UP)
        if criterion.lowest_mark is not None and score.mark < criterion.lowest_mark:
            standing.out.append("below_lowest_mark")
    return standing


def _price(offer):
    value = (offer or {}).get("price")
    return None if value in (None, "") else Decimal(str(value))


def _ranked(standings, criteria):
    _score_prices(standings, criteria)
    inside = [standing for standing in standings if not standing.out]
    for standing in inside:
        if standing.is_complete:
            standing.total = sum(standing.points.values(), Decimal(0))
    complete = sorted(
        (standing for standing in inside if standing.total is not None),
        key=lambda standing: -standing.total,
    )
    for place, standing in enumerate(complete, start=1):
        before = complete[place - 2] if place > 1 else None
        if before is not None and before.total == standing.total:
            standing.rank = before.rank
            standing.is_tied = before.is_tied = True
        else:
            standing.rank = place
    waiting = [standing for standing in inside if standing.total is None]
    return [*complete, *waiting, *(standing for standing in standings if standing.out)]


def _score_prices(standings, criteria):
    """Prices are compared among the bids that are in: one that is out sets no measure."""
    price = next((c for c in criteria if c.kind == CriterionKind.PRICE), None)
    inside = [standing for standing in standings if not standing.out]
    if price is None or not inside or any(standing.price is None for standing in inside):
        return
    lowest = min(standing.price for standing in inside)
    for standing in inside:
        standing.points[price.pk] = price_points(standing.price, lowest, price.weight)
