"""The outcome of a bid: the assessment summary that every bidder gets."""

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from bids.models import Award, Bid
from bids.selectors.evaluation import ranking
from bids.selectors.sameness import opened_as_sent
from bids.states import AwardState
from framework_portal.access import allow, require
from lots.states import CompetitionState


@allow("suppliers.use_supplier_pages")
@require_safe
def bid_outcome(request, reference):
    """Own scores with reasons, and the same of the winner (Procurement Act 2023 s.50(3))."""
    bid = get_object_or_404(
        Bid.objects.of(request.user).select_related(
            "lot__competition", "supplier", "opened", "offer__submission__copy"
        ),
        reference=reference,
    )
    require(request.user, "bids.read_own_bid", bid)
    bid.vaults = request.vaults
    competition = bid.lot.competition
    told = list(
        Award.objects.told().filter(lot=bid.lot).select_related("bid").order_by("announced_at")
    )
    refused = [each for each in told if each.state == AwardState.REFUSED]
    # Until the next decision is announced, what was announced last is told as it was.
    award = told[-1] if told else None
    if competition.state != CompetitionState.AWARDED or award is None:
        raise Http404
    standings = {entry.bid.pk: entry for entry in ranking(bid.lot)}
    own, winner = standings.get(bid.pk), standings.get(award.bid_id)
    if own is None:
        raise Http404
    criteria = competition.criteria.order_by("position")
    context = {
        "bid": bid,
        "award": award,
        "own": own,
        "winner": winner,
        "has_won": award.bid_id == bid.pk,
        "refused": refused,
        "is_open_again": award.state == AwardState.REFUSED,
        "as_sent": opened_as_sent(bid),
        "rows": [
            (
                criterion,
                own.points.get(criterion.pk),
                own.scores.get(criterion.pk),
                winner and winner.points.get(criterion.pk),
                winner and winner.scores.get(criterion.pk),
            )
            for criterion in criteria
        ],
    }
    return render(request, "bids/supplier/bid_outcome.html", context)
