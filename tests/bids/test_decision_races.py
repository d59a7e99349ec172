"""Two officers at the same thing at once: one act counts, the other is refused in words."""

from decimal import Decimal

import pytest
from django.db import connections

from bids.actions.asking import ask_clarification
from bids.actions.award import (
    announce_awards,
    approve_award,
    approve_awards,
    propose_award,
    propose_first_ranked,
    send_award_back,
)
from bids.actions.opening import approve_opening, open_bids
from bids.actions.scoring import record_score
from bids.models import Award, Bid, Opening
from bids.states import AwardState
from framework_portal import clock
from framework_portal.notifications.models import Message
from framework_portal.refusals import Refused
from lots.actions.extending import confirm_extension, propose_extension
from lots.actions.publishing import publish_competition
from lots.models import Clarification, Competition
from lots.states import CompetitionState, CriterionKind
from tests.bids.bidding import complete_bid, submit
from tests.bids.evaluated import after_closing, evaluated, officers, opened, submitted_bid
from tests.bids.test_submission_races import another_connection, running, together
from tests.factories import OPENING_PASSPHRASE, BidFactory, OfficerFactory, OpenLotFactory
from tests.lots.ready import colleagues, midday, ready_draft

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def at():
    """Put the database's clock, for every connection, where a test wants it."""
    original = "SELECT clock_timestamp()"

    def stand(instant):
        body = f"SELECT '{instant.isoformat()}'::timestamptz"
        _set_clock(body)
        return instant

    yield stand
    _set_clock(original)


def _set_clock(body):
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "CREATE OR REPLACE FUNCTION portal_clock() RETURNS timestamptz"
            f" LANGUAGE sql VOLATILE AS $body${body}$body$"
        )


def refusals(results):
    """The codes of those that were refused; any other failure fails the test."""
    wrong = [r for r in results if isinstance(r, Exception) and not isinstance(r, Refused)]
    assert not wrong, wrong
    return [result.code for result in results if isinstance(result, Refused)]


def to_be_awarded(lots=1):
    first_lot = OpenLotFactory()
    bid = submitted_bid(first_lot)
    competition = first_lot.competition
    first, second = officers(competition)
    opened(competition, first=first, second=second)
    evaluated(competition, by=first, marks={bid.pk: 4})
    return competition, bid, first, second


def test_two_officers_open_at_once_and_it_is_one_opening(at):
    lot = OpenLotFactory()
    for _ in range(3):
        submitted_bid(lot)
    competition = lot.competition
    first, second, third = officers(competition, 3)
    now = at(after_closing(competition))
    approve_opening(competition=competition, by=first, at=now, passphrase=OPENING_PASSPHRASE)

    results = together(
        lambda: open_bids(
            competition=competition, by=second, at=now, passphrase=OPENING_PASSPHRASE
        ),
        lambda: open_bids(competition=competition, by=third, at=now, passphrase=OPENING_PASSPHRASE),
    )

    assert refusals(results) == ["illegal_move"]
    assert Opening.objects.count() == 1
    assert Bid.objects.filter(opened=None).count() == 0


def test_the_first_officer_pressing_twice_at_once_opens_nothing(at):
    competition = submitted_bid(OpenLotFactory()).lot.competition
    first = officers(competition, 1)[0]
    now = at(after_closing(competition))
    approve_opening(competition=competition, by=first, at=now, passphrase=OPENING_PASSPHRASE)

    results = together(
        *[
            lambda: open_bids(
                competition=competition, by=first, at=now, passphrase=OPENING_PASSPHRASE
            )
        ]
        * 2,
        lambda: approve_opening(
            competition=competition, by=first, at=now, passphrase=OPENING_PASSPHRASE
        ),
    )

    assert refusals(results) == ["same_person", "same_person"]
    assert not Opening.objects.exists()


def test_approved_and_sent_back_at_once_it_is_one_of_the_two():
    competition, bid, first, second = to_be_awarded()
    now = clock.now()
    award = propose_award(lot=bid.lot, bid=bid, reasons="", by=first, at=now)

    results = together(
        lambda: approve_award(award=award, by=second, at=now),
        lambda: send_award_back(award=award, reasons="Look again", by=second, at=now),
    )

    award.refresh_from_db()
    assert len(refusals(results)) <= 1
    assert award.state == AwardState.SET_ASIDE or award.set_aside_at is None


def test_one_sent_back_meanwhile_does_not_stop_the_approval_of_all():
    competition, bid, first, second = to_be_awarded()
    award = propose_award(lot=bid.lot, bid=bid, reasons="", by=first, at=clock.now())

    with another_connection() as other:
        other.execute(
            "UPDATE bids_award SET state = 'set_aside', set_aside_at = now(), set_aside_by_id = %s,"
            " set_aside_because = 'Look again' WHERE id = %s",
            [second.pk, award.pk],
        )
        with running(
            lambda: approve_awards(competition=competition, by=second, at=clock.now())
        ) as result:
            other.execute("SELECT pg_sleep(0.5)")
            other.connection.commit()
            approved = result()

    assert approved == []


def test_approved_by_two_at_once_it_is_approved_once():
    competition, bid, first, second = to_be_awarded()
    third = officers(competition, 1)[0]
    award = propose_award(lot=bid.lot, bid=bid, reasons="", by=first, at=clock.now())

    results = together(
        *[lambda by=by: approve_award(award=award, by=by, at=clock.now()) for by in (second, third)]
    )

    assert refusals(results) == ["illegal_move"]


def test_proposed_one_by_one_and_all_at_once_nobody_waits_for_ever():
    competition, bid, first, second = to_be_awarded()

    with another_connection() as other:
        # One proposal, caught where it has reached its lot.
        other.execute("SELECT 1 FROM lots_competition WHERE id = %s FOR UPDATE", [competition.pk])
        with running(
            lambda: propose_award(lot=bid.lot, bid=bid, reasons="", by=first, at=clock.now())
        ) as result:
            other.execute("SELECT pg_sleep(0.5)")
            other.execute("SELECT 1 FROM lots_lot WHERE id = %s FOR UPDATE", [bid.lot_id])
            other.connection.rollback()
            proposed = result()
    results = together(
        lambda: propose_first_ranked(competition=competition, by=second, at=clock.now()),
        lambda: propose_award(lot=bid.lot, bid=bid, reasons="", by=second, at=clock.now()),
    )

    assert proposed.state == AwardState.PROPOSED
    assert refusals(results) == ["already_proposed"]
    assert Award.objects.count() == 1


def test_a_mark_given_while_the_awards_are_announced_is_refused_and_stops_nothing():
    competition, bid, first, second = to_be_awarded()
    criterion = competition.criteria.get(kind=CriterionKind.QUALITY)

    def score():
        return record_score(
            bid=bid,
            criterion=criterion,
            mark=Decimal(1),
            reasons="Late",
            seen=None,
            by=first,
            at=clock.now(),
        )

    with another_connection() as other:
        # An announcement, caught between the competition's row and its bids'.
        other.execute("SELECT 1 FROM lots_competition WHERE id = %s FOR UPDATE", [competition.pk])
        with running(score) as result:
            other.execute("SELECT pg_sleep(0.5)")
            other.execute("SELECT 1 FROM bids_bid WHERE id = %s FOR UPDATE", [bid.pk])
            other.connection.rollback()
            late = result()

    assert isinstance(late, Refused) and late.code == "illegal_move"


def test_announced_twice_at_once_everybody_is_told_once():
    competition, bid, first, second = to_be_awarded()
    award = propose_award(lot=bid.lot, bid=bid, reasons="", by=first, at=clock.now())
    approve_award(award=award, by=second, at=clock.now())

    results = together(
        *[
            lambda by=by: announce_awards(competition=competition, by=by, at=clock.now())
            for by in (first, second)
        ]
    )

    assert refusals(results) == ["illegal_move"]
    assert Message.objects.filter(kind="bid_outcome").count() == 1


def test_an_extension_confirmed_while_bids_come_in_stops_none_of_them():
    first_bid = complete_bid()
    competition = first_bid.lot.competition
    bids = [first_bid, *[complete_bid(BidFactory(lot=first_bid.lot)) for _ in range(2)]]
    first, second = [OfficerFactory(commissioner=competition.commissioner).user for _ in range(2)]
    extension = propose_extension(
        competition=competition,
        closes_at=midday(40),
        reason="More time",
        by=first,
        at=clock.now(),
    )

    results = together(
        lambda: confirm_extension(extension=extension, by=second, at=clock.now()),
        *[lambda bid=bid: submit(bid) for bid in bids],
    )

    assert refusals(results) == []
    competition.refresh_from_db()
    assert competition.closes_at == midday(40)


def test_an_extension_is_confirmed_once():
    competition = OpenLotFactory().competition
    first, second, third = [
        OfficerFactory(commissioner=competition.commissioner).user for _ in range(3)
    ]
    now = clock.now()
    extension = propose_extension(
        competition=competition, closes_at=midday(40), reason="More time", by=first, at=now
    )

    results = together(
        *[
            lambda by=by: confirm_extension(extension=extension, by=by, at=now)
            for by in (second, third)
        ]
    )

    assert refusals(results) == ["decided"]
    assert competition.changes.count() == 1


def test_published_by_two_at_once_it_is_published_once():
    first, second = colleagues(2)
    competition = ready_draft(first)
    now = clock.now()

    results = together(
        *[
            lambda by=by: publish_competition(competition=competition, by=by.user, at=now)
            for by in (first, second)
        ]
    )

    assert refusals(results) == ["illegal_move"]
    assert Competition.objects.get().state == CompetitionState.PUBLISHED


def test_a_question_asked_twice_at_once_is_one_question():
    bid = BidFactory()

    def ask():
        return ask_clarification(
            competition=bid.lot.competition,
            supplier=bid.supplier,
            asked="How many people?",
            by=bid.started_by,
            at=clock.now(),
        )

    results = together(*[ask] * 4)

    assert refusals(results) == []
    assert Clarification.objects.count() == 1
