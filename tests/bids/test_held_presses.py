"""A press with an old sign-in counts from its arrival, once the person has said who they are."""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from bids.actions.drafting import save_price
from bids.actions.submission import take_ticket
from bids.held import HELD_FOR, KEY
from bids.models import Arrival, Submission
from framework_portal import clock
from framework_portal.audit.models import AuditEvent
from tests.accounts.test_stash import asked_long_ago, given_back
from tests.bids.bidding import bidder, complete_bid
from tests.factories import PASSWORD, MembershipFactory
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
MICROSECOND = timedelta(microseconds=1)


@pytest.fixture
def bid():
    bid = complete_bid()
    bid.person.set_password(PASSWORD)
    bid.person.save()
    return bid


@pytest.fixture
def closes_at(bid):
    return bid.lot.competition.closes_at


def page(bid):
    return reverse("supplier:bid_submit", args=[bid.reference])


def tired(client, user):
    """Somebody whose page has been open for two hours."""
    sign_in(client, user)
    asked_long_ago(client, 2 * 3600)
    return client


def press(client, bid, key=None, **more):
    return client.post(page(bid), {"key": key or uuid.uuid4(), "declared": "on", **more})


def prove(client, asked):
    """Give the password; the page that one lands on has the form that was kept."""
    landed = client.post(asked.url, {"password": PASSWORD})
    return client.get(landed.url)


def send_again(client, bid, kept):
    return client.post(page(bid), given_back(kept))


def held_over(client, bid, *, pressed, sent):
    """Press at one instant with an old sign-in, prove who one is, and send it again at another."""
    with clock.fixed_at(pressed):
        tired(client, bid.person)
        asked = press(client, bid)
    assert asked.url.startswith("/account/reauthenticate/")
    with clock.fixed_at(sent):
        return send_again(client, bid, prove(client, asked))


def test_pressed_a_microsecond_before_closing_it_counts_from_then(client, bid, closes_at):
    answer = held_over(client, bid, pressed=closes_at - MICROSECOND, sent=closes_at + HELD_FOR / 2)

    submission = Submission.objects.get()
    assert submission.received_at == closes_at - MICROSECOND
    assert str(submission.reference) in answer.url
    assert not client.session[KEY]


def test_pressed_at_the_closing_instant_it_is_late_whoever_one_is(client, bid, closes_at):
    answer = held_over(client, bid, pressed=closes_at, sent=closes_at + timedelta(seconds=10))

    assert "The competition closed before your bid arrived" in answer.text
    assert not Submission.objects.exists()


@pytest.mark.parametrize(("over", "counts"), [(timedelta(0), 1), (MICROSECOND, 0)])
def test_the_bound_is_exact(client, bid, closes_at, over, counts):
    pressed = closes_at - timedelta(seconds=10)

    held_over(client, bid, pressed=pressed, sent=pressed + HELD_FOR + over)

    assert Submission.objects.filter(received_at=pressed).count() == counts


def test_later_it_counts_from_the_second_press_where_that_is_in_time(client, bid, closes_at):
    sent = closes_at - timedelta(hours=1)

    held_over(client, bid, pressed=sent - HELD_FOR - MICROSECOND, sent=sent)

    assert Submission.objects.get().received_at == sent


def test_the_attempt_is_on_record_before_the_password_and_the_page_says_so(client, bid):
    tired(client, bid.person)

    asked = press(client, bid)

    arrival = Arrival.objects.get()
    event = AuditEvent.objects.about(bid).last()
    assert (arrival.account, arrival.bid) == (bid.person, bid)
    assert (event.verb, event.outcome) == ("bid.submission_refused", "refused")
    assert event.details["code"] == "asked_again"
    said = client.get(asked.url).text
    assert "within 55 seconds" in said
    assert event.details["message"] in said.replace("&#x27;", "'")


def test_of_two_presses_the_first_counts(client, bid, closes_at):
    key = uuid.uuid4()
    with clock.fixed_at(closes_at - timedelta(seconds=2)) as first:
        tired(client, bid.person)
        press(client, bid, key)
    with clock.fixed_at(closes_at - timedelta(seconds=1)):
        asked = press(client, bid, key)
    with clock.fixed_at(closes_at + timedelta(seconds=30)):
        kept = prove(client, asked)
        one, two = send_again(client, bid, kept), press(client, bid, key)

    assert Submission.objects.get().received_at == first
    assert one.url == two.url


def test_a_press_too_old_makes_room_for_the_next(client, bid, closes_at):
    key = uuid.uuid4()
    with clock.fixed_at(closes_at - timedelta(minutes=5)):
        tired(client, bid.person)
        press(client, bid, key)
    with clock.fixed_at(closes_at - timedelta(seconds=1)) as second:
        asked = press(client, bid, key)
    with clock.fixed_at(closes_at + timedelta(seconds=30)):
        send_again(client, bid, prove(client, asked))

    assert Submission.objects.get().received_at == second


def late(client, bid, closes_at, *, between=lambda: None, key=None, user=None, **more):
    """Press in time with an old sign-in, let something happen, and press late with a fresh one."""
    key = key or uuid.uuid4()
    with clock.fixed_at(closes_at - timedelta(seconds=5)):
        tired(client, bid.person)
        client.post(page(bid), {"key": key, "declared": "on"} | more)
        between()
    with clock.fixed_at(closes_at + timedelta(seconds=5)):
        kept = client.session.get(KEY, {})
        sign_in(client, user or bid.person)
        session = client.session
        session[KEY] = kept
        session.save()
        return press(client, bid, key)


def test_a_press_without_the_declaration_holds_nothing(client, bid, closes_at):
    key = uuid.uuid4()
    with clock.fixed_at(closes_at - timedelta(seconds=5)):
        tired(client, bid.person)
        client.post(page(bid), {"key": key})
        assert Arrival.objects.count() == 1
    with clock.fixed_at(closes_at + timedelta(seconds=5)):
        sign_in(client, bid.person)
        press(client, bid, key)

    assert not Submission.objects.exists()


def test_a_bid_changed_in_between_is_not_what_was_pressed(client, bid, closes_at):
    def change():
        save_price(bid=bid, price=Decimal(7), by=bid.person, at=clock.now())

    late(client, bid, closes_at, between=change)

    assert not Submission.objects.exists()


def test_unchanged_it_is(client, bid, closes_at):
    late(client, bid, closes_at)

    assert Submission.objects.count() == 1


def test_a_colleague_in_the_same_browser_uses_no_press_of_somebody_else(client, bid, closes_at):
    late(client, bid, closes_at, user=bidder(bid))

    assert not Submission.objects.exists()


def test_another_press_of_the_same_person_is_not_that_press(client, bid, closes_at):
    with clock.fixed_at(closes_at - timedelta(seconds=5)):
        tired(client, bid.person)
        press(client, bid)
    with clock.fixed_at(closes_at + timedelta(seconds=5)):
        asked_long_ago(client, -2 * 3600)
        press(client, bid)

    assert not Submission.objects.exists()


FORGERIES = ["another bid's", "a colleague's", "another key's", "another edition's", "nobody's"]


@pytest.mark.parametrize("forged", FORGERIES)
def test_what_a_session_says_is_held_to_the_rows(client, bid, closes_at, forged):
    other, colleague, key = complete_bid(), bidder(bid), uuid.uuid4()
    sign_in(client, bid.person)
    with clock.fixed_at(closes_at - timedelta(seconds=5)):
        ticket = {
            "another bid's": lambda: take_ticket(bid=other, by=bid.person, key=key),
            "a colleague's": lambda: take_ticket(bid=bid, by=colleague, key=key),
            "another key's": lambda: take_ticket(bid=bid, by=bid.person, key=uuid.uuid4()),
        }.get(forged, lambda: take_ticket(bid=bid, by=bid.person, key=key))()
    held = {"arrival": ticket.pk, "account": bid.person.pk, "edition": bid.edition}
    if forged == "another edition's":
        held["edition"] -= 1
    if forged == "nobody's":
        held["arrival"] += 10**6
    with clock.fixed_at(closes_at + timedelta(seconds=5)):
        sign_in(client, bid.person)
        session = client.session
        session[KEY] = {f"{bid.pk} {key}": held}
        session.save()
        answer = press(client, bid, key)

    assert "The competition closed before your bid arrived" in answer.text
    assert not Submission.objects.exists()


def test_whose_bid_it_is_not_takes_no_ticket(client, bid):
    tired(client, complete_bid().person)

    assert press(client, bid).status_code == 404
    assert not Arrival.objects.exists()


def test_each_lot_keeps_its_own_press(client, bid, closes_at):
    other = complete_bid()
    MembershipFactory(supplier=other.supplier, user=bid.person)
    tired(client, bid.person)

    press(client, bid)
    press(client, other)

    assert len(client.session[KEY]) == 2
