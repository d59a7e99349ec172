"""Withdrawals, instructions and saves under them count from their arrival, like a submission."""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from bids.actions.drafting import drop_changes, save_price
from bids.actions.submission import let_stand_by, take_ticket, withdraw_bid
from bids.models import Arrival, StandbyInstruction, Submission
from bids.saving import NEAR, Saving
from bids.selectors.bidding import unanswered
from bids.selectors.standby import counting
from bids.states import Act
from bids.timing import GRACE
from framework_portal import clock
from framework_portal.refusals import Refused
from tests.bids.bidding import bidder, complete_bid, stand_by, submit
from tests.bids.test_held_presses import given_back, prove, tired
from tests.factories import PASSWORD
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


def ticket(bid, act, *, by=None):
    return take_ticket(bid=bid, by=by or bid.person, key=uuid.uuid4(), act=act)


# --- Withdrawals -------------------------------------------------------------------------------


def withdrawn(bid, arrival):
    return withdraw_bid(bid=bid, by=bid.person, arrival=arrival)


@pytest.mark.parametrize("what", ["submitted", "stands by"])
def test_a_withdrawal_that_waited_over_closing_counts_from_its_arrival(bid, closes_at, what):
    submit(bid) if what == "submitted" else stand_by(bid)
    with clock.fixed_at(closes_at - MICROSECOND):
        arrival = ticket(bid, Act.WITHDRAWAL)

    with clock.fixed_at(closes_at + GRACE - 2 * MICROSECOND):
        withdrawn(bid, arrival)

    bid.refresh_from_db()
    assert (bid.state, bid.withdrawn_at) == ("withdrawn", closes_at - MICROSECOND)
    assert bid.receipts.get(kind="withdrawal").at == closes_at - MICROSECOND
    assert what == "submitted" or not StandbyInstruction.objects.first().is_on


def test_one_that_arrived_at_closing_is_late(bid, closes_at):
    submit(bid)
    with clock.fixed_at(closes_at), pytest.raises(Refused) as refusal:
        withdrawn(bid, ticket(bid, Act.WITHDRAWAL))

    assert refusal.value.code == "closed"


def test_one_older_than_the_grace_is_worth_nothing(bid, closes_at):
    submit(bid)
    with clock.fixed_at(closes_at - MICROSECOND):
        arrival = ticket(bid, Act.WITHDRAWAL)
    with clock.fixed_at(closes_at + GRACE), pytest.raises(Refused):
        withdrawn(bid, arrival)

    bid.refresh_from_db()
    assert bid.state == "submitted"


@pytest.mark.parametrize("other", ["another act", "another person", "another bid"])
def test_no_ticket_but_the_own_one_withdraws_after_closing(bid, closes_at, other):
    submit(bid)
    with clock.fixed_at(closes_at - MICROSECOND):
        arrival = {
            "another act": lambda: ticket(bid, Act.SUBMISSION),
            "another person": lambda: ticket(bid, Act.WITHDRAWAL, by=bidder(bid)),
            "another bid": lambda: ticket(complete_bid(), Act.WITHDRAWAL, by=bid.person),
        }[other]()

    with clock.fixed_at(closes_at), pytest.raises(Refused):
        withdrawn(bid, arrival)

    bid.refresh_from_db()
    assert bid.state == "submitted"


def test_a_ticket_of_a_withdrawal_submits_nothing(bid):
    with pytest.raises(Refused) as refusal:
        submit(bid, arrival=ticket(bid, Act.WITHDRAWAL))

    assert refusal.value.code == "forged"


def test_pressed_with_an_old_sign_in_a_withdrawal_counts_from_its_arrival(client, bid, closes_at):
    submit(bid)
    page = reverse("supplier:bid_withdraw", args=[bid.reference])
    with clock.fixed_at(closes_at - MICROSECOND):
        tired(client, bid.person)
        asked = client.post(page, {"key": uuid.uuid4()})
    with clock.fixed_at(closes_at + timedelta(seconds=30)):
        client.post(page, given_back(prove(client, asked)))

    bid.refresh_from_db()
    assert (bid.state, bid.withdrawn_at) == ("withdrawn", closes_at - MICROSECOND)
    assert unanswered(bid) == []


def test_the_page_of_a_withdrawal_carries_a_key_and_withdraws(client, bid):
    submit(bid)
    sign_in(client, bid.person)
    page = reverse("supplier:bid_withdraw", args=[bid.reference])

    assert 'name="key"' in client.get(page).text
    client.post(page, {"key": uuid.uuid4()})

    bid.refresh_from_db()
    assert bid.withdrawn_at == Arrival.objects.get(act=Act.WITHDRAWAL).at


# --- Instructions ------------------------------------------------------------------------------


def test_an_instruction_that_waited_over_closing_counts_with_its_version(bid, closes_at):
    with clock.fixed_at(closes_at - MICROSECOND):
        arrival = ticket(bid, Act.INSTRUCTION)

    with clock.fixed_at(closes_at + timedelta(seconds=30)):
        let_stand_by(bid=bid, is_on=True, by=bid.person, arrival=arrival)

    assert StandbyInstruction.objects.get().given_at == closes_at - MICROSECOND
    assert counting(bid).received_at == closes_at - MICROSECOND


@pytest.mark.parametrize(("late", "act"), [(timedelta(0), Act.INSTRUCTION), (-MICROSECOND, None)])
def test_one_that_is_late_or_too_old_is_refused(bid, closes_at, late, act):
    with clock.fixed_at(closes_at + late):
        arrival = ticket(bid, Act.INSTRUCTION)
    done = closes_at if act else closes_at + GRACE

    with clock.fixed_at(done), pytest.raises(Refused):
        let_stand_by(bid=bid, is_on=True, by=bid.person, arrival=arrival)

    assert not StandbyInstruction.objects.exists()


@pytest.mark.parametrize("other", ["another act", "another person", "another bid"])
def test_no_ticket_but_the_own_one_gives_an_instruction(bid, other):
    arrival = {
        "another act": lambda: ticket(bid, Act.SUBMISSION),
        "another person": lambda: ticket(bid, Act.INSTRUCTION, by=bidder(bid)),
        "another bid": lambda: ticket(complete_bid(), Act.INSTRUCTION, by=bid.person),
    }[other]()

    with pytest.raises(IntegrityError, match="of another act"), transaction.atomic():
        StandbyInstruction.objects.create(bid=bid, is_on=True, given_by=bid.person, arrival=arrival)


# --- Saves under the instruction ---------------------------------------------------------------


def price(bid, pounds, at, arrival):
    bid.saving = Saving(arrival)
    save_price(bid=bid, price=Decimal(pounds), by=bid.person, at=at)
    return bid.saving


def test_a_save_that_waited_over_closing_is_kept_as_of_its_arrival(bid, closes_at):
    stand_by(bid)
    with clock.fixed_at(closes_at - MICROSECOND) as at:
        arrival = ticket(bid, Act.SAVE)
    with clock.fixed_at(closes_at + timedelta(seconds=30)):
        saving = price(bid, 7, at, arrival)

    assert saving.words == ""
    assert counting(bid).received_at == closes_at - MICROSECOND


def test_one_that_arrived_at_closing_is_saved_and_told_that_it_does_not_count(bid, closes_at):
    stand_by(bid)
    before = counting(bid)
    with clock.fixed_at(closes_at):
        # The page was asked for in time; the last byte came at closing.
        saving = price(bid, 7, closes_at - MICROSECOND, ticket(bid, Act.SAVE))

    assert "not the version that counts" in saving.words
    assert "closed before your bid arrived" in saving.words
    assert counting(bid) == before


def test_throwing_changes_away_is_timed_by_its_arrival_too(bid, closes_at):
    submit(bid)
    stand_by(bid)
    with clock.fixed_at(closes_at - timedelta(minutes=1)) as at:
        price(bid, 7, at, None)
    with clock.fixed_at(closes_at - MICROSECOND) as at:
        bid.saving = Saving(ticket(bid, Act.SAVE))
    with clock.fixed_at(closes_at + timedelta(seconds=30)):
        drop_changes(bid=bid, by=bid.person, at=at)

    assert not counting(bid).is_standby


@pytest.fixture
def autosave():
    return lambda bid: reverse("supplier:price_autosave", args=[bid.reference])


def typed(client, bid, pounds):
    page = client.get(reverse("supplier:bid_price", args=[bid.reference]))
    return {"price": pounds, "price_note": "", "shown": page.context["form"]["shown"].value()}


def test_near_closing_a_page_that_saves_takes_its_ticket_first(client, bid, closes_at, autosave):
    stand_by(bid)
    with clock.fixed_at(closes_at - NEAR + MICROSECOND):
        sign_in(client, bid.person)
        told = client.post(autosave(bid), typed(client, bid, "7")).json()

    assert told["outcome"] == "saved" and "standby" not in told
    assert Arrival.objects.filter(act=Act.SAVE).count() == 1


@pytest.mark.parametrize("why", ["long before closing", "without the instruction"])
def test_otherwise_it_takes_none(client, bid, closes_at, autosave, why):
    if why == "long before closing":
        stand_by(bid)
    at = closes_at - (NEAR if why == "long before closing" else MICROSECOND)
    with clock.fixed_at(at):
        sign_in(client, bid.person)
        price = reverse("supplier:bid_presence", args=[bid.reference])
        client.post(price, {"part": "price"})

    assert not Arrival.objects.filter(act=Act.SAVE).exists()


def test_the_page_is_told_in_words_when_what_it_saved_does_not_count(client, bid, autosave):
    stand_by(bid)
    bid.supplier.qualifications.update(state="suspended")
    sign_in(client, bid.person)

    with clock.fixed_at(clock.now() + timedelta(minutes=1)):
        told = client.post(autosave(bid), typed(client, bid, "7")).json()
    home = client.get(reverse("supplier:bid_detail", args=[bid.reference])).text

    assert told["outcome"] == "saved"
    assert "not the version that counts" in told["standby"]
    assert "does not match this lot" in told["standby"]
    assert "What you saved after that does not count yet" in home
    assert Submission.objects.count() == 1


def test_after_closing_the_page_says_that_a_later_save_does_not_count(client, bid, closes_at):
    stand_by(bid)
    with clock.fixed_at(closes_at):
        price(bid, 7, closes_at - MICROSECOND, ticket(bid, Act.SAVE))
    with clock.fixed_at(closes_at + MICROSECOND):
        sign_in(client, bid.person)
        home = client.get(reverse("supplier:bid_detail", args=[bid.reference])).text

    assert "What was saved after that came too late" in home


def test_an_incomplete_save_is_not_promised_to_count(client, bid):
    stand_by(bid)
    sign_in(client, bid.person)
    home = reverse("supplier:bid_detail", args=[bid.reference])
    assert "What you saved after that" not in client.get(home).text
    save_price(bid=bid, price=None, by=bid.person, at=clock.now())

    assert "is not complete, so it does not count" in client.get(home).text
