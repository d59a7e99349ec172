"""Scores, ranking, and an award that two people make and everybody hears of at once."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from bids.actions.award import announce_awards, approve_award, propose_award, send_award_back
from bids.actions.scoring import complete_evaluation, record_score, reopen_evaluation
from bids.models import Award, Score
from bids.selectors.evaluation import price_points, ranking, rankings
from bids.states import AwardState, BidState
from framework_portal.notifications.models import Message
from framework_portal.refusals import Refused
from lots.actions.abandoning import abandon_competition
from lots.states import CompetitionState, CriterionKind
from suppliers.states import QualificationState
from tests.bids.evaluated import after_closing, evaluated, officers, opened, submitted_bid
from tests.factories import LotFactory, OpenLotFactory, publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def lot():
    return OpenLotFactory()


@pytest.fixture
def people(lot):
    return officers(lot.competition)


def at(lot):
    return after_closing(lot.competition) + timedelta(days=1)


def stage(lot, people, marks, **offers):
    """Two submitted bids, opened and evaluated; `marks` are their quality marks."""
    bids = [
        submitted_bid(lot, price="100000", **offers),
        submitted_bid(lot, price="80000"),
    ]
    opened(lot.competition, first=people[0], second=people[1])
    evaluated(
        lot.competition,
        by=people[0],
        marks=dict(zip([bid.pk for bid in bids], marks, strict=True)),
    )
    for bid in bids:
        bid.refresh_from_db()
    lot.refresh_from_db()
    return bids


def test_the_ranking_adds_quality_by_mark_and_price_by_the_lowest(lot, people):
    dear, cheap = stage(lot, people, [5, 3])

    standings = ranking(lot)

    # 70 x 5/5 + 30 x 80/100; 70 x 3/5 + 30
    assert [(entry.bid, entry.total, entry.rank) for entry in standings] == [
        (dear, Decimal("94.00"), 1),
        (cheap, Decimal("72.00"), 2),
    ]


def test_equal_totals_share_the_first_rank_and_need_reasons(lot, people):
    bids = [submitted_bid(lot, price="50000"), submitted_bid(lot, price="50000")]
    opened(lot.competition, first=people[0], second=people[1])
    evaluated(lot.competition, by=people[0], marks={bid.pk: 4 for bid in bids})
    lot.refresh_from_db()

    assert [(entry.rank, entry.is_tied) for entry in ranking(lot)] == [(1, True), (1, True)]
    with pytest.raises(Refused) as refusal:
        propose_award(lot=lot, bid=bids[1], reasons="", by=people[0], at=at(lot))
    assert refusal.value.code == "tied"


def test_a_bid_that_fails_a_gate_is_out_and_its_price_sets_no_measure(lot, people):
    dear, cheap = (submitted_bid(lot, price=price) for price in ("100000", "1"))
    opened(lot.competition, first=people[0], second=people[1])
    quality = lot.competition.criteria.get(kind=CriterionKind.QUALITY)
    gate = lot.competition.criteria.get(kind=CriterionKind.GATE)
    for bid, criterion, mark in ((dear, gate, 1), (cheap, gate, 0), (dear, quality, 5)):
        record_score(
            bid=bid,
            criterion=criterion,
            mark=Decimal(mark),
            reasons="As shown",
            seen=None,
            by=people[0],
            at=at(lot),
        )

    first, last = ranking(lot)

    assert (first.bid, first.total, first.rank) == (dear, Decimal("100.00"), 1)
    assert (last.bid, last.rank, last.out) == (cheap, None, ["gate"])
    complete_evaluation(competition=lot.competition, by=people[0], at=at(lot))


@pytest.mark.parametrize(
    ("price", "lowest", "points"),
    [("100", "100", "30"), ("300", "100", "10.00"), ("0", "0", "30"), ("100", "0", "0.00")],
)
def test_price_points(price, lowest, points):
    assert price_points(Decimal(price), Decimal(lowest), 30) == Decimal(points)


def test_an_evaluation_is_not_completed_while_a_mark_is_missing(lot, people):
    submitted_bid(lot)
    opened(lot.competition, first=people[0], second=people[1])

    with pytest.raises(Refused) as refusal:
        complete_evaluation(competition=lot.competition, by=people[0], at=at(lot))

    assert refusal.value.code == "unscored"


def test_a_mark_somebody_else_gave_meanwhile_is_not_overwritten(lot, people):
    bid = submitted_bid(lot)
    opened(lot.competition, first=people[0], second=people[1])
    given = {
        "bid": bid,
        "criterion": lot.competition.criteria.get(kind=CriterionKind.QUALITY),
        "seen": None,
        "at": at(lot),
    }
    record_score(mark=Decimal(4), reasons="Good", by=people[0], **given)

    with pytest.raises(Refused) as refusal:
        record_score(mark=Decimal(1), reasons="Poor", by=people[1], **given)

    assert refusal.value.code == "stale"
    assert Score.objects.get().mark == 4


def test_marks_stand_once_the_evaluation_is_completed(lot, people):
    stage(lot, people, [5, 3])

    with pytest.raises(IntegrityError), transaction.atomic():
        Score.objects.update(mark=0)


def test_only_the_first_in_the_ranking_can_be_proposed(lot, people):
    _best, other = stage(lot, people, [5, 3])

    with pytest.raises(Refused) as refusal:
        propose_award(lot=lot, bid=other, reasons="We like it", by=people[0], at=at(lot))

    assert refusal.value.code == "not_first"


def test_one_person_does_not_award_alone(lot, people):
    best, _other = stage(lot, people, [5, 3])
    award = propose_award(lot=lot, bid=best, reasons="", by=people[0], at=at(lot))

    with pytest.raises(Refused) as refusal:
        approve_award(award=award, by=people[0], at=at(lot))
    assert refusal.value.code == "same_person"

    with pytest.raises(IntegrityError), transaction.atomic():
        Award.objects.update(state="approved", approved_by=people[0], approved_at=at(lot))


def test_no_award_without_an_opening(lot, people):
    with pytest.raises(Refused) as refusal:
        propose_award(lot=lot, bid=None, reasons="No bids", by=people[0], at=at(lot))
    assert refusal.value.code == "not_evaluated"

    with pytest.raises(IntegrityError), transaction.atomic():
        Award.objects.create(
            lot=lot, decision="no_award", reasons="x", proposed_at=at(lot), proposed_by=people[0]
        )


def test_nothing_is_approved_once_the_competition_is_abandoned(lot, people):
    best, _other = stage(lot, people, [5, 3])
    award = propose_award(lot=lot, bid=best, reasons="", by=people[0], at=at(lot))
    abandon_competition(
        competition=lot.competition, reason="No money is left", by=people[0], at=at(lot)
    )

    with pytest.raises(Refused) as refusal:
        approve_award(award=award, by=people[1], at=at(lot))

    assert refusal.value.code == "not_evaluated"


def test_everybody_hears_the_outcome_in_one_act(lot, people):
    named = [{"name": "Test Partner", "role": "Mentoring", "share_percent": "20"}]
    best, other = stage(lot, people, [5, 3], subcontractors=named)
    award = propose_award(lot=lot, bid=best, reasons="", by=people[0], at=at(lot))
    with pytest.raises(Refused) as early:
        announce_awards(competition=lot.competition, by=people[0], at=at(lot))
    approve_award(award=award, by=people[1], at=at(lot))
    assert not Message.objects.filter(kind="bid_outcome").exists()

    announce_awards(competition=lot.competition, by=people[0], at=at(lot))

    assert early.value.code == "not_all_approved"
    for thing in (award, best, other, lot.competition):
        thing.refresh_from_db()
    assert (award.state, award.lead_name) == (AwardState.ANNOUNCED, best.supplier.name)
    assert [entry.name for entry in award.subcontractors.all()] == ["Test Partner"]
    assert (best.state, other.state) == (BidState.SUCCESSFUL, BidState.UNSUCCESSFUL)
    assert lot.competition.state == CompetitionState.AWARDED
    told = set(Message.objects.filter(kind="bid_outcome").values_list("to", flat=True))
    assert told == {best.supplier.contact_email, other.supplier.contact_email}


def test_a_supplier_that_was_suspended_meanwhile_is_not_awarded(lot, people):
    best, _other = stage(lot, people, [5, 3])
    best.supplier.qualifications.update(state=QualificationState.SUSPENDED)

    with pytest.raises(Refused) as refusal:
        propose_award(lot=lot, bid=best, reasons="", by=people[0], at=at(lot))

    assert refusal.value.code == "not_qualified"


def test_a_proposal_sent_back_frees_the_lot_and_the_marks(lot, people):
    best, _other = stage(lot, people, [5, 3])
    award = propose_award(lot=lot, bid=best, reasons="", by=people[0], at=at(lot))
    with pytest.raises(Refused) as refusal:
        reopen_evaluation(competition=lot.competition, reasons="A slip", by=people[0], at=at(lot))

    send_award_back(award=award, reasons="A slip in the marks", by=people[1], at=at(lot))
    reopen_evaluation(competition=lot.competition, reasons="A slip", by=people[0], at=at(lot))

    assert refusal.value.code == "awards_stand"
    lot.competition.refresh_from_db()
    assert lot.competition.state == CompetitionState.OPENED


@pytest.mark.parametrize("count", [1, 3])
def test_rankings_cost_the_same_for_one_lot_or_three(count, django_assert_num_queries):
    first = LotFactory()
    lots = [first, *(LotFactory(competition=first.competition) for _ in range(count - 1))]
    publish(first.competition)
    for lot in lots:
        submitted_bid(lot)
    people = officers(first.competition)
    opened(first.competition, first=people[0], second=people[1])

    with django_assert_num_queries(3):  # criteria, bids, scores
        assert len(rankings(first.competition)) == count
