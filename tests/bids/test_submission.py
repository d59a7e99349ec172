import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from bids.actions.drafting import save_answer
from bids.actions.reminders import remind_bidders
from bids.actions.submission import submit_bid, take_ticket
from bids.models import Arrival, Bid, Submission
from bids.selectors.bidding import counting_offer, questions_of
from framework_portal import clock
from framework_portal.audit.models import AuditEvent
from framework_portal.notifications.models import Message
from framework_portal.refusals import Refused
from framework_portal.sealing.models import Purpose, SealedOffer
from lots.models import Competition
from lots.states import CompetitionState
from suppliers.actions.vaults import vault_to_fill
from suppliers.states import QualificationState
from tests.bids.bidding import bidder, complete_bid, submit, withdraw
from tests.factories import BidFactory, UserFactory, confirmed_extension

pytestmark = pytest.mark.django_db
MICROSECOND = timedelta(microseconds=1)


def refused(bid, **how):
    with pytest.raises(Refused) as refusal:
        submit(bid, **how)
    return refusal.value


def last_event(bid):
    return AuditEvent.objects.about(bid).last()


def test_a_submitted_bid_is_sealed_with_a_receipt_a_message_and_a_trail():
    bid = complete_bid()
    draft = bid.draft

    submission = submit(bid)

    bid.refresh_from_db()
    assert (bid.state, bid.offer, bid.draft) == ("submitted", submission.offer, None)
    assert (bid.submitted_at, bid.submitted_by) == (submission.received_at, bid.person)
    assert submission.received_at == submission.arrival.at
    assert submission.offer.purpose == Purpose.OFFER
    assert not SealedOffer.objects.filter(pk=draft.pk).exists()
    assert set(Message.objects.values_list("kind", "to")) == {
        ("bid_received", bid.supplier.contact_email),
        ("bid_received", bid.person.email),
    }
    assert last_event(bid).verb == "bid.submitted"
    assert last_event(bid).details["digest"] == submission.offer.digest


def test_it_arrives_a_microsecond_before_closing_and_not_at_the_closing_instant():
    bid, other = complete_bid(), complete_bid()
    closes_at = bid.lot.competition.closes_at

    with clock.fixed_at(closes_at - MICROSECOND):
        submission = submit(bid)
    with clock.fixed_at(other.lot.competition.closes_at):
        refusal = refused(other)

    assert submission.received_at == closes_at - MICROSECOND
    assert refusal.code == "closed"
    assert last_event(other).details == {"code": "closed", "message": str(refusal.message)}
    other.refresh_from_db()
    assert other.state == "draft"
    assert other.arrivals.count() == 1


def test_the_instant_of_arrival_counts_and_not_how_long_the_work_took():
    bid = complete_bid()
    closes_at = bid.lot.competition.closes_at
    with clock.fixed_at(closes_at - MICROSECOND):
        arrival = take_ticket(bid=bid, by=bid.person, key=uuid.uuid4())

    with clock.fixed_at(closes_at + timedelta(seconds=59)):
        submission = submit(bid, arrival=arrival)

    assert submission.received_at == closes_at - MICROSECOND


def test_a_ticket_older_than_the_grace_is_worth_nothing():
    bid = complete_bid()
    closes_at = bid.lot.competition.closes_at
    with clock.fixed_at(closes_at - MICROSECOND):
        arrival = take_ticket(bid=bid, by=bid.person, key=uuid.uuid4())

    with clock.fixed_at(closes_at + timedelta(seconds=61)):
        refusal = refused(bid, arrival=arrival)

    assert refusal.code == "busy"
    assert not Submission.objects.exists()


def test_nobody_can_write_the_time_of_arrival():
    bid = complete_bid()

    arrival = Arrival.objects.create(
        bid=bid, account=bid.person, key=uuid.uuid4(), at=clock.now() - timedelta(days=30)
    )

    stamped = Arrival.objects.get(pk=arrival.pk).at
    assert stamped > clock.now() - timedelta(minutes=1)


@pytest.mark.parametrize("whose", ["another bid's", "another person's"])
def test_a_ticket_of_another_bid_or_person_is_refused(whose):
    bid, other = complete_bid(), complete_bid()
    arrival = (
        take_ticket(bid=other, by=bid.person, key=uuid.uuid4())
        if whose == "another bid's"
        else take_ticket(bid=bid, by=other.person, key=uuid.uuid4())
    )

    assert refused(bid, arrival=arrival).code == "forged"
    assert not Submission.objects.exists()


def test_a_ticket_is_spent_once():
    bid = complete_bid()
    first = submit(bid)
    question = questions_of(bid.lot.competition)[0]
    save_answer(bid=bid, question=question, text="New", by=bid.person, at=clock.now())

    again = submit(bid, arrival=first.arrival)

    assert again == first
    bid.refresh_from_db()
    assert bid.has_changes


def test_pressed_twice_with_one_key_it_is_one_submission_also_after_closing():
    bid, key = complete_bid(), uuid.uuid4()

    first = submit(bid, key=key)
    again = submit(bid, key=key)
    with clock.fixed_at(bid.lot.competition.closes_at + timedelta(days=2)):
        late = submit(bid, key=key)

    assert first == again == late
    assert Submission.objects.count() == 1
    assert Message.objects.count() == 2  # two people, once each
    assert [e.verb for e in AuditEvent.objects.about(bid)].count("bid.submitted") == 1


def test_pressed_in_another_tab_or_by_a_colleague_it_is_the_same_receipt():
    bid = complete_bid()
    first = submit(bid)

    from_another_tab = submit(bid)
    from_a_colleague = submit(bid, by=bidder(bid))
    with clock.fixed_at(bid.lot.competition.closes_at + timedelta(minutes=5)):
        late = submit(bid)

    assert {from_another_tab, from_a_colleague, late} == {first}


def test_a_changed_bid_is_submitted_again_and_the_new_version_counts():
    bid = complete_bid()
    first = submit(bid)
    question = questions_of(bid.lot.competition)[0]
    save_answer(bid=bid, question=question, text="Better", by=bid.person, at=clock.now())

    second = submit(bid)

    bid.refresh_from_db()
    assert (first.sequence, second.sequence) == (1, 2)
    assert (bid.offer, bid.has_changes) == (second.offer, False)
    assert counting_offer(bid)["answers"][str(question.reference)]["text"] == "Better"
    assert SealedOffer.objects.filter(pk=first.offer_id).exists()


def test_the_first_version_counts_when_the_second_comes_too_late():
    bid = complete_bid()
    first = submit(bid)
    question = questions_of(bid.lot.competition)[0]
    save_answer(bid=bid, question=question, text="Late", by=bid.person, at=clock.now())

    with clock.fixed_at(bid.lot.competition.closes_at):
        refusal = refused(bid)

    bid.refresh_from_db()
    assert refusal.code == "closed"
    assert (bid.state, bid.offer) == ("submitted", first.offer)


def test_what_is_incomplete_or_not_declared_is_refused_and_kept_as_an_attempt():
    empty, undeclared = BidFactory(), complete_bid()
    empty.person = bidder(empty)

    assert refused(empty).code == "incomplete"
    assert refused(undeclared, declared=False).code == "not_declared"
    assert last_event(empty).verb == last_event(undeclared).verb == "bid.submission_refused"


def test_a_supplier_suspended_meanwhile_is_refused_by_the_database():
    bid = complete_bid()
    arrival = take_ticket(bid=bid, by=bid.person, key=uuid.uuid4())
    bid.supplier.qualifications.update(state=QualificationState.SUSPENDED)

    refusal = refused(bid, arrival=arrival)

    assert refusal.code == "no_match"
    assert "qualified in all of the lot’s categories" in refusal.message
    assert not Submission.objects.exists()


def extend(competition, until):
    confirmed_extension(competition, until)
    Competition.objects.filter(pk=competition.pk).update(closes_at=until)


def test_a_deadline_moved_between_page_and_lock_counts():
    bid = complete_bid()
    before = bid.lot.competition.closes_at
    extend(bid.lot.competition, before + timedelta(days=1))

    with clock.fixed_at(before + timedelta(hours=1)):
        submission = submit(bid)  # `bid` still holds the old deadline

    assert submission.received_at == before + timedelta(hours=1)


def test_an_abandoned_competition_takes_nothing_in():
    bid = complete_bid()
    Competition.objects.filter(pk=bid.lot.competition_id).update(
        state=CompetitionState.ABANDONED,
        abandoned_at=clock.now(),
        abandoned_by=UserFactory(),
        abandoned_because="No money",
    )

    assert refused(bid).code == "abandoned"


def test_a_withdrawn_bid_is_not_submitted_and_a_new_one_may_begin():
    bid = complete_bid()
    submit(bid)
    withdraw(bid)

    refusal = refused(bid)
    again = complete_bid(BidFactory(lot=bid.lot, supplier=bid.supplier), by=bid.person)
    submission = submit(again)

    assert refusal.code == "illegal_move"
    assert submission.bid == again
    assert Bid.objects.live().get() == again


def test_a_withdrawal_is_recorded_once_and_keeps_the_sealed_offer():
    bid = complete_bid()
    submission = submit(bid)

    for _ in range(2):
        withdraw(bid)

    bid.refresh_from_db()
    assert (bid.state, bid.offer) == ("withdrawn", submission.offer)
    assert [e.verb for e in AuditEvent.objects.about(bid)].count("bid.withdrawn") == 1


def test_a_draft_leaves_nothing_sealed_behind_when_it_is_withdrawn():
    bid = complete_bid()

    withdraw(bid)

    # What the organisation keeps for itself is its own.
    assert not SealedOffer.objects.exclude(purpose__in=[Purpose.DUMMY, Purpose.KEPT]).exists()


def test_from_closing_on_a_submitted_bid_stands():
    bid = complete_bid()
    submit(bid)
    closes_at = bid.lot.competition.closes_at

    with clock.fixed_at(closes_at), pytest.raises(Refused) as refusal:
        withdraw(bid)
    with clock.fixed_at(closes_at), pytest.raises(IntegrityError), transaction.atomic():
        # Past the action, by whoever says that it was an hour ago.
        Bid.objects.filter(pk=bid.pk).update(
            state="withdrawn", withdrawn_at=closes_at - timedelta(hours=1), withdrawn_by=bid.person
        )

    bid.refresh_from_db()
    assert refusal.value.code == "closed"
    assert bid.state == "submitted"


def test_what_was_due_to_remind_of_is_cancelled_by_the_submission():
    bid = complete_bid()
    remind_bidders(at=bid.lot.competition.closes_at - timedelta(hours=1))
    waiting = Message.objects.get(kind="bid_deadline")

    submit(bid)

    waiting.refresh_from_db()
    assert waiting.cancelled_at is not None


def test_the_path_of_a_submission_costs_few_statements(django_assert_max_num_queries):
    bid = complete_bid()
    vault_to_fill(bid.supplier)  # as registering the organisation leaves it

    with django_assert_max_num_queries(26):
        submit(bid)


def test_it_waits_seconds_and_not_longer_for_a_lock():
    bid = complete_bid()

    with transaction.atomic():
        submit(bid)
        with connection.cursor() as cursor:
            cursor.execute("SHOW lock_timeout")
            assert cursor.fetchone() == ("3s",)


def test_a_message_and_the_trail_hold_no_content():
    bid = complete_bid(text="Marker-Method-5512", price="123456.78")

    submit(bid)

    rows = [*Message.objects.values_list("context", flat=True)]
    rows += [*AuditEvent.objects.values_list("detail_text", flat=True)]
    assert not any("Marker-Method" in str(row) or "123456" in str(row) for row in rows)


def test_submitting_asks_nothing_of_whoever_is_not_there(settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"  # nobody listens
    bid = complete_bid()

    submission = submit_bid(
        bid=bid,
        by=bid.person,
        arrival=take_ticket(bid=bid, by=bid.person, key=uuid.uuid4()),
        declared=True,
    )

    assert submission.sequence == 1
