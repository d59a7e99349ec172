"""Real connections against each other, each held where it hurts most."""

import threading
import uuid
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, connections, transaction

from bids.actions.drafting import Changed, save_answer, save_price, start_bid
from bids.actions.submission import submit_bid, take_ticket
from bids.content import fingerprint
from bids.models import Arrival, Bid, Submission
from bids.selectors.bidding import offer_of, questions_of
from framework_portal import clock
from framework_portal.audit.models import AuditEvent
from framework_portal.notifications.models import Message
from framework_portal.refusals import Refused
from framework_portal.sealing.models import Purpose, SealedOffer
from lots.models import Competition
from suppliers.states import QualificationState
from tests.bids.bidding import bidder, complete_bid, submit, withdraw
from tests.factories import (
    BidFactory,
    OpenLotFactory,
    SupplierFactory,
    UserFactory,
    confirmed_extension,
    qualify,
)

pytestmark = pytest.mark.django_db(transaction=True)


def together(*works):
    """Run each in a thread with a connection of its own; answer what each returned or raised."""
    start, results = threading.Barrier(len(works)), [None] * len(works)

    def run(place, work):
        try:
            start.wait(10)
            results[place] = work()
        except Exception as error:  # the test looks at it
            results[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


@contextmanager
def another_connection():
    """A second connection in a transaction that the test holds open as long as it likes."""
    other = connections.create_connection("default")
    other.set_autocommit(False)
    try:
        with other.cursor() as cursor:
            yield cursor
    finally:
        other.rollback()
        other.close()


@contextmanager
def running(work):
    """Let `work` run in a thread; `.result()` waits for it."""
    results = []

    def run():
        try:
            results.append(work())
        except Exception as error:
            results.append(error)
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()

    def result():
        thread.join(30)
        return results[0]

    yield result
    thread.join(30)


def test_pressed_by_eight_at_once_with_one_key_it_is_one_submission():
    bid, key = complete_bid(), uuid.uuid4()

    results = together(*[lambda: submit(bid, by=bid.person, key=key)] * 8)

    assert len(set(results)) == 1
    assert Submission.objects.count() == 1
    assert Arrival.objects.count() == 8
    assert AuditEvent.objects.filter(verb="bid.submitted").count() == 1
    assert Message.objects.filter(kind="bid_received").count() == 2


def test_pressed_in_two_tabs_and_by_a_colleague_at_once_it_is_one_submission():
    bid = complete_bid()
    colleague = bidder(bid)

    results = together(
        *[lambda: submit(bid, by=bid.person)] * 3, *[lambda: submit(bid, by=colleague)] * 3
    )

    assert len(set(results)) == 1
    assert Submission.objects.count() == 1


def test_started_by_two_colleagues_at_once_it_is_one_bid():
    lot = OpenLotFactory()
    supplier = qualify(SupplierFactory(), lot)
    one, other, at = UserFactory(), UserFactory(), clock.now()

    results = together(
        *[lambda by=by: start_bid(lot=lot, supplier=supplier, by=by, at=at) for by in (one, other)]
    )

    refused = [each for each in results if isinstance(each, Refused)]
    assert Bid.objects.count() == 1
    assert [each.code for each in refused] == ["already_started"]


def test_two_parts_saved_at_once_are_both_kept():
    bid, one, other = BidFactory(), UserFactory(), UserFactory()
    question, at = questions_of(bid.lot.competition)[0], clock.now()

    together(
        lambda: save_answer(bid=bid, question=question, text="Words", by=one, at=at),
        lambda: save_price(bid=bid, price=5, by=other, at=at),
    )

    bid.refresh_from_db()
    content = offer_of(bid)
    assert content["price"] == "5.00"
    assert content["answers"][str(question.reference)]["text"] == "Words"
    assert SealedOffer.objects.filter(purpose=Purpose.DRAFT).count() == 1


def test_the_same_answer_saved_at_once_from_two_pages_loses_neither_text():
    bid = BidFactory()
    question, at = questions_of(bid.lot.competition)[0], clock.now()
    people = {"His": UserFactory(), "Hers": UserFactory()}

    results = together(
        *[
            lambda text=text, by=by: save_answer(
                bid=bid, question=question, text=text, shown=fingerprint(""), by=by, at=at
            )
            for text, by in people.items()
        ]
    )

    bid.refresh_from_db()
    kept = offer_of(bid)["answers"][str(question.reference)]["text"]
    (told,) = [each for each in results if isinstance(each, Changed)]
    assert told.theirs == kept


def test_a_submission_and_a_withdrawal_at_once_end_in_one_of_the_two():
    bid = complete_bid()

    together(
        lambda: submit(bid, by=bid.person),
        lambda: withdraw(bid),
    )

    bid.refresh_from_db()
    assert bid.state == "withdrawn"
    assert Submission.objects.count() == (1 if bid.offer_id else 0)


def closing_in(bid, seconds):
    """Move the closing time, as only the owner of a test database can."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE lots_competition DISABLE TRIGGER USER")
        cursor.execute(
            "UPDATE lots_competition SET clarifications_close_at = NULL,"
            " closes_at = portal_clock() + %s WHERE id = %s RETURNING closes_at",
            [timedelta(seconds=seconds), bid.lot.competition_id],
        )
        closes_at = cursor.fetchone()[0]
        cursor.execute("ALTER TABLE lots_competition ENABLE TRIGGER USER")
    return closes_at


def test_held_at_its_lock_over_the_deadline_it_counts_from_its_arrival():
    bid = complete_bid()
    closes_at = closing_in(bid, 1)
    arrival = take_ticket(bid=bid, by=bid.person, key=uuid.uuid4())

    with another_connection() as other:
        other.execute("SELECT 1 FROM bids_bid WHERE id = %s FOR UPDATE", [bid.pk])
        with running(lambda: submit(bid, by=bid.person, arrival=arrival)) as result:
            while clock.now() <= closes_at:
                other.execute("SELECT pg_sleep(0.1)")
            other.connection.rollback()
            submission = result()

    assert arrival.at < closes_at < clock.now()
    assert submission.received_at == arrival.at


def test_the_ticket_of_the_next_press_is_not_kept_waiting_by_a_submission_at_work():
    bid = complete_bid()

    with another_connection() as other:
        other.execute("SELECT 1 FROM bids_bid WHERE id = %s FOR NO KEY UPDATE", [bid.pk])
        before = clock.now()
        arrival = take_ticket(bid=bid, by=bid.person, key=uuid.uuid4())

    assert arrival.at - before < timedelta(seconds=1)


def test_a_ticket_taken_after_the_deadline_is_late_whoever_holds_what():
    bid = complete_bid()
    closing_in(bid, 0)

    with pytest.raises(Refused) as refusal:
        submit(bid)

    assert refusal.value.code == "closed"
    assert Arrival.objects.count() == 1
    assert AuditEvent.objects.about(bid).last().outcome == "refused"


def test_a_deadline_moved_while_the_submission_waits_for_its_lock_counts():
    bid = complete_bid()
    closes_at = closing_in(bid, 1)

    with another_connection() as other:
        other.execute("SELECT 1 FROM bids_bid WHERE id = %s FOR UPDATE", [bid.pk])
        confirmed_extension(bid.lot.competition, closes_at + timedelta(hours=1))
        Competition.objects.filter(pk=bid.lot.competition_id).update(
            closes_at=closes_at + timedelta(hours=1)
        )
        while clock.now() <= closes_at:
            other.execute("SELECT pg_sleep(0.1)")
        # Arrived after the old deadline and before the new one.
        with running(lambda: submit(bid, by=bid.person)) as result:
            other.execute("SELECT pg_sleep(0.3)")
            other.connection.rollback()
            submission = result()

    assert submission.received_at > closes_at


def test_a_supplier_suspended_while_the_submission_waits_is_refused():
    bid = complete_bid()

    with another_connection() as other:
        other.execute("SELECT 1 FROM bids_bid WHERE id = %s FOR UPDATE", [bid.pk])
        with running(lambda: submit(bid, by=bid.person)) as result:
            other.execute("SELECT pg_sleep(0.3)")
            bid.supplier.qualifications.update(state=QualificationState.SUSPENDED)
            other.connection.rollback()
            refusal = result()

    assert isinstance(refusal, Refused) and refusal.code == "no_match"
    assert not Submission.objects.exists()


def test_a_bid_withdrawn_while_the_submission_waits_stays_withdrawn():
    bid = complete_bid()
    arrival = take_ticket(bid=bid, by=bid.person, key=uuid.uuid4())
    withdraw(bid)

    with pytest.raises(Refused) as refusal:
        submit_bid(bid=bid, by=bid.person, arrival=arrival, declared=True)

    assert refusal.value.code == "illegal_move"


def test_a_lock_that_is_never_given_ends_in_a_sentence_and_the_same_press_works_later():
    bid, key = complete_bid(), uuid.uuid4()

    with another_connection() as other:
        other.execute("SELECT 1 FROM bids_bid WHERE id = %s FOR UPDATE", [bid.pk])
        before = clock.now()
        with pytest.raises(Refused) as refusal:
            submit_bid(
                bid=bid,
                by=bid.person,
                arrival=_ticket_without_the_bid_lock(other, bid, key),
                declared=True,
            )
        took = clock.now() - before
    submission = submit(bid, key=key)

    assert refusal.value.code == "busy"
    assert took < timedelta(seconds=10)
    assert submission.key == key


def _ticket_without_the_bid_lock(other, bid, key):
    other.connection.rollback()
    arrival = take_ticket(bid=bid, by=bid.person, key=key)
    other.execute("SELECT 1 FROM bids_bid WHERE id = %s FOR UPDATE", [bid.pk])
    return arrival


def test_the_opening_waits_for_a_submission_that_is_on_its_way():
    bid = complete_bid()

    with transaction.atomic():
        submit(bid)
        with another_connection() as other:
            other.execute("SET lock_timeout = '200ms'")
            with pytest.raises(Exception, match="lock timeout"):
                other.execute(
                    "SELECT 1 FROM lots_competition WHERE id = %s FOR UPDATE",
                    [bid.lot.competition_id],
                )


def test_a_dozen_bidders_in_the_same_instant_all_get_in():
    lot = OpenLotFactory()
    bids = [complete_bid(BidFactory(lot=lot)) for _ in range(12)]

    results = together(*[lambda bid=bid: submit(bid, by=bid.person) for bid in bids])

    assert not [each for each in results if isinstance(each, Exception)]
    assert Submission.objects.count() == len(bids)


def test_a_submission_written_past_the_actions_is_refused_by_the_database():
    bid = complete_bid()
    closing_in(bid, 0)
    arrival = Arrival.objects.create(bid=bid, account=bid.person, key=uuid.uuid4())

    with pytest.raises(IntegrityError, match="at or after closing"):
        Submission.objects.create(
            bid=bid,
            sequence=1,
            arrival=arrival,
            key=arrival.key,
            offer=bid.draft,
            submitted_by=bid.person,
        )
