"""An opening and what is still on its way wait for each other in one order, and never in a ring."""

import threading
import uuid
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection, connections, transaction

from bids.actions import submission
from bids.actions.drafting import locked, save_price
from bids.actions.opening import approve_opening
from bids.actions.submission import submit_bid, take_ticket
from bids.models import OpeningApproval, Submission
from framework_portal import clock
from framework_portal.audit import trail
from framework_portal.refusals import Refused
from tests.bids.bidding import complete_bid, read_by, stand_by, submit
from tests.bids.evaluated import officers
from tests.bids.test_submission_races import closing_in, running
from tests.factories import OPENING_PASSPHRASE

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def later(by):
    """The clock of all connections goes ahead by so much, at once."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'portal_clock'")
        before = cursor.fetchone()[0]
    ahead = f"SELECT clock_timestamp() + interval '{by.total_seconds()} seconds'"
    make = "CREATE OR REPLACE FUNCTION portal_clock() RETURNS timestamptz LANGUAGE sql VOLATILE AS"
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"{make} $body${ahead}$body$")
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"{make} $body${before}$body$")


def first_approval(competition, officer):
    return approve_opening(
        competition=competition, by=officer, at=clock.now(), passphrase=OPENING_PASSPHRASE
    )


def waits_for_a_lock():
    """Whether some connection waits for a lock now; asked until one does."""
    for _turn in range(100):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                " AND datname = current_database()"
            )
            if cursor.fetchone()[0]:
                return True
            cursor.execute("SELECT pg_sleep(0.05)")
    return False


def test_a_submission_held_up_over_the_grace_and_a_first_approval_do_not_ring(monkeypatch):
    bid = complete_bid()
    stand_by(bid)  # there is a draft for the approval to put away
    competition, officer = bid.lot.competition, officers(bid.lot.competition)[0]
    closing_in(bid, 60)
    arrival = take_ticket(bid=bid, by=bid.person, key=uuid.uuid4())
    at_work, go_on, take_in = threading.Event(), threading.Event(), submission.take_in

    def held_up(*args, **kwargs):
        at_work.set()
        go_on.wait(20)
        return take_in(*args, **kwargs)

    monkeypatch.setattr(submission, "take_in", held_up)
    press = {"bid": bid, "by": bid.person, "arrival": arrival, "declared": True}
    with running(lambda: submit_bid(**press)) as submitted:
        assert at_work.wait(10)
        with (
            later(timedelta(seconds=125)),
            running(lambda: first_approval(competition, officer)) as approved,
        ):
            assert waits_for_a_lock(), "the approval does not wait for what is on its way"
            go_on.set()
            refusal, approval = submitted(), approved()

    # Its ticket is too old by then; the approval goes on, and nobody was the victim of a deadlock.
    assert isinstance(approval, OpeningApproval)
    assert isinstance(refusal, Refused)
    assert not Submission.objects.filter(instruction=None).exists()


def test_whoever_holds_a_bid_and_then_tells_the_trail_does_not_ring_with_an_approval():
    bid = complete_bid()
    submit(bid)
    save_price(bid=read_by(bid.person, bid), price=Decimal(7), by=bid.person, at=clock.now())
    competition, officer = bid.lot.competition, officers(bid.lot.competition)[0]
    closing_in(bid, -61)
    at_work, go_on = threading.Event(), threading.Event()

    def task():
        with transaction.atomic():
            locked(bid)
            at_work.set()
            go_on.wait(20)
            trail.record("bid.saved", bid, by=bid.person)
        return "told"

    with running(task) as told:
        assert at_work.wait(10)
        with running(lambda: first_approval(competition, officer)) as approved:
            assert waits_for_a_lock()
            go_on.set()
            results = told(), approved()

    assert results[0] == "told"
    assert isinstance(results[1], OpeningApproval)
    connections.close_all()
