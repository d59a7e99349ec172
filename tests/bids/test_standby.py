"""Complete but not submitted: which version counts, and that nothing but earlier rows says so."""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from bids.actions.drafting import drop_changes, save_answer, save_price
from bids.actions.left_out import keep_left_out
from bids.actions.opening import approve_opening
from bids.actions.standby import LAST_MINUTES, LEAST_APART
from bids.identity import identity
from bids.models import Arrival, Bid, Receipt, StandbyInstruction, Submission
from bids.selectors.bidding import offer_of, questions_of, submitted_offer
from bids.selectors.receipts import standing
from bids.selectors.standby import counting
from bids.tasks import remove_abandoned_drafts
from bids.timing import GRACE
from framework_portal import clock
from framework_portal.audit.models import AuditEvent
from framework_portal.refusals import Refused
from framework_portal.sealing.models import Purpose, SealedOffer
from lots.models import Competition
from suppliers.vault.opening import VaultLocked
from tests.bids.attacking import Attacker
from tests.bids.bidding import bidder, complete_bid, read_by, stand_by, submit, withdraw
from tests.bids.evaluated import officers, opened
from tests.factories import OPENING_PASSPHRASE, BidFactory
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
MOMENT = timedelta(microseconds=1)


@pytest.fixture
def bid():
    return complete_bid()


def say(bid, is_on=True):
    stand_by(bid, is_on)


def price(bid, pounds):
    save_price(bid=bid, price=Decimal(pounds), by=bid.person, at=clock.now())


def empty_an_answer(bid):
    question = questions_of(bid.lot.competition)[0]
    save_answer(bid=bid, question=question, text="", by=bid.person, at=clock.now())


def open_all(bid):
    first, second = officers(bid.lot.competition)
    opened(bid.lot.competition, first=first, second=second)


def version(bid):
    found = counting(bid)
    return None if found is None else found.sequence


def test_it_is_off_unless_somebody_turns_it_on(bid):
    price(bid, 5)

    assert version(bid) is None
    assert not Submission.objects.exists()


def test_turning_it_on_keeps_what_is_complete_at_once_with_ticket_and_receipt(bid):
    say(bid)

    kept = Submission.objects.get()
    assert kept.is_standby
    assert kept.received_at == kept.arrival.at
    assert kept.receipt.kind == "standby"
    assert kept.receipt.statement["envelope_hash"] == kept.offer.envelope_hash
    assert counting(bid) == kept
    bid.refresh_from_db()
    assert (bid.state, bid.offer_id) == ("draft", None)


def test_each_complete_save_is_kept_and_the_last_counts(bid):
    say(bid)
    price(bid, 5)
    price(bid, 6)

    assert version(bid) == 3
    assert Receipt.objects.filter(kind="standby").count() == 3


def test_an_incomplete_save_leaves_the_last_complete_version_standing(bid):
    say(bid)
    empty_an_answer(bid)

    assert version(bid) == 1


def test_on_while_something_is_missing_nothing_counts_until_a_complete_save():
    bid = BidFactory()
    bid.person = bidder(bid)
    say(bid)
    assert version(bid) is None
    complete_bid(bid, by=bid.person)

    assert version(bid) is not None


def test_turning_it_off_drops_what_stood_by_and_on_again_begins_anew(bid):
    say(bid)
    say(bid, is_on=False)
    assert version(bid) is None
    say(bid)

    assert version(bid) == 2


def test_said_twice_it_is_said_once(bid):
    say(bid)
    say(bid)

    assert StandbyInstruction.objects.count() == 1
    assert Submission.objects.count() == 1


def test_a_submission_counts_before_what_stood_by(bid):
    say(bid)
    submit(bid)

    assert version(bid) == 2
    assert not counting(bid).is_standby


def test_changes_after_submission_stand_by_when_complete(bid):
    submit(bid)
    say(bid)
    assert version(bid) == 1  # nothing was changed yet
    price(bid, 5)
    assert version(bid) == 2
    say(bid, is_on=False)

    assert version(bid) == 1


def test_going_back_to_what_was_submitted_is_a_version_of_its_own(bid):
    submit(bid)
    say(bid)
    price(bid, 5)
    price(bid, 1000)

    assert version(bid) == 3


def test_throwing_the_changes_away_lets_what_was_submitted_count_again(bid):
    submit(bid)
    say(bid)
    price(bid, 5)
    drop_changes(bid=bid, by=bid.person, at=clock.now())
    assert version(bid) == 1
    price(bid, 6)

    assert version(bid) == 3


def test_withdrawing_drops_it(bid):
    say(bid)
    withdraw(bid)

    assert version(bid) is None


def test_pressed_twice_gives_the_submission_and_never_a_version_that_stands_by(bid):
    say(bid)
    key = uuid.uuid4()
    first = submit(bid, key=key)

    assert submit(bid, key=key) == first
    assert submit(bid) == first


def test_a_save_is_not_lost_where_nothing_can_stand_by(bid):
    say(bid)
    bid.supplier.qualifications.update(state="suspended")
    price(bid, 5)
    bid.refresh_from_db()

    assert bid.edition > 1
    assert version(bid) == 1


# --- Saves that a page makes by itself ---------------------------------------------------------


def quietly(bid, pounds):
    at = clock.now()
    save_price(bid=bid, price=Decimal(pounds), by=bid.person, at=at, quiet=True)


def offered(bid):
    submission = counting(bid)
    return submitted_offer(read_by(bid.person, bid), submission)["price"]


def test_many_quick_saves_of_a_page_make_one_version_and_the_last_is_kept_within_a_minute(bid):
    say(bid)
    for pounds in range(1, 21):
        quietly(bid, pounds)
    assert Submission.objects.count() <= 2

    keep_left_out(at=clock.now())
    keep_left_out(at=clock.now())

    assert Submission.objects.count() <= 3
    assert Decimal(offered(bid)) == 20


def test_a_save_of_a_page_is_kept_where_the_version_before_is_older(bid):
    say(bid)
    with clock.fixed_at(clock.now() + LEAST_APART):
        quietly(bid, 5)

    assert version(bid) == 2


def test_in_the_last_minutes_every_save_of_a_page_is_kept(bid):
    say(bid)
    with clock.fixed_at(bid.lot.competition.closes_at - LAST_MINUTES + MOMENT):
        quietly(bid, 5)
        quietly(bid, 6)

    assert version(bid) == 3


def test_what_a_person_saves_is_kept_at_once_also_after_a_quiet_save(bid):
    say(bid)
    quietly(bid, 5)
    price(bid, 6)
    keep_left_out(at=clock.now())

    assert version(bid) == 2


def test_a_complete_save_that_was_left_out_is_kept_before_an_incomplete_one(bid):
    say(bid)
    quietly(bid, 5)
    assert version(bid) == 1
    empty_an_answer(bid)
    keep_left_out(at=clock.now())

    assert version(bid) == 2
    assert Decimal(offered(bid)) == 5


def test_nothing_that_was_left_out_is_kept_after_closing_or_without_the_instruction(bid):
    say(bid)
    quietly(bid, 5)
    with clock.fixed_at(bid.lot.competition.closes_at) as at:
        keep_left_out(at=at)
        keep_left_out(at=at - MOMENT)
    assert Submission.objects.count() == 1

    say(bid, is_on=False)
    keep_left_out(at=clock.now())
    assert Submission.objects.count() == 1


# --- At closing ------------------------------------------------------------------------------


def test_nothing_is_said_at_or_after_closing(bid):
    say(bid)
    with clock.fixed_at(bid.lot.competition.closes_at):
        with pytest.raises(Refused):
            say(bid, is_on=False)
        with pytest.raises(Refused):
            withdraw(bid)
    assert version(bid) == 1


def test_a_moment_before_closing_is_in_time(bid):
    say(bid)
    with clock.fixed_at(bid.lot.competition.closes_at - MOMENT):
        price(bid, 5)

    assert counting(bid).received_at == bid.lot.competition.closes_at - MOMENT


def test_a_version_that_stands_by_is_opened_like_a_submitted_one(bid):
    say(bid)
    price(bid, 7)
    rival = complete_bid(BidFactory(lot=bid.lot))
    unsaid = complete_bid(BidFactory(lot=bid.lot))
    submit(rival)
    open_all(bid)

    for each, state in ((bid, "opened"), (rival, "opened"), (unsaid, "draft")):
        each.refresh_from_db()
        assert each.state == state
    assert bid.offer.submission.sequence == 2
    assert bid.submitted_at == bid.offer.submission.received_at
    assert {entry["outcome"] for entry in bid.lot.competition.opening.record} == {"opened"}


def test_complete_changes_to_a_submitted_bid_are_what_is_opened(bid):
    submit(bid)
    say(bid)
    price(bid, 7)
    empty_an_answer(bid)
    open_all(bid)
    bid.refresh_from_db()

    assert bid.offer.submission.sequence == 2


def test_what_was_dropped_is_not_opened(bid):
    say(bid)
    say(bid, is_on=False)
    open_all(bid)
    bid.refresh_from_db()

    assert bid.state == "draft"


# --- What the database refuses ---------------------------------------------------------------


def mark(bid, submission):
    Bid.objects.filter(pk=bid.pk).update(
        state="submitted",
        offer=submission.offer,
        submitted_at=submission.received_at,
        submitted_by=submission.submitted_by,
    )


def test_no_version_counts_before_closing_and_its_grace(bid):
    say(bid)
    for at in (clock.now(), bid.lot.competition.closes_at + GRACE - MOMENT):
        with clock.fixed_at(at), pytest.raises(IntegrityError), transaction.atomic():
            mark(bid, Submission.objects.get())


def test_a_dropped_version_never_counts(bid):
    say(bid)
    say(bid, is_on=False)
    after = bid.lot.competition.closes_at + GRACE
    with clock.fixed_at(after), pytest.raises(IntegrityError), transaction.atomic():
        mark(bid, Submission.objects.get())


def test_an_instruction_is_written_by_no_clock_but_the_databases(bid):
    closes_at = bid.lot.competition.closes_at
    with clock.fixed_at(closes_at), pytest.raises(IntegrityError), transaction.atomic():
        StandbyInstruction.objects.create(
            bid=bid, is_on=True, given_by=bid.person, given_at=closes_at - timedelta(days=1)
        )


def test_nothing_stands_by_without_an_instruction_that_holds(bid):
    say(bid)
    former = StandbyInstruction.objects.get()
    say(bid, is_on=False)
    one = Submission.objects.get()
    arrival = Arrival.objects.create(bid=bid, account=bid.person, key=uuid.uuid4())
    with pytest.raises(IntegrityError, match="no instruction holds"), transaction.atomic():
        Submission.objects.create(
            bid=bid,
            sequence=2,
            arrival=arrival,
            key=arrival.key,
            offer=one.offer,
            instruction=former,
            submitted_by=bid.person,
        )


# --- The pages -------------------------------------------------------------------------------


def test_the_page_always_says_which_version_counts(client, bid):
    sign_in(client, bid.person)
    home = reverse("supplier:bid_detail", args=[bid.reference])
    page = reverse("supplier:bid_standby", args=[bid.reference])
    assert "Unless you submit, nothing counts at closing." in client.get(home).text

    assert "the last complete version counts at closing" in client.get(page).text
    on = client.post(page, {"standby": "on"}, follow=True).text
    assert "Your standing instruction is on: if you do not press submit" in on
    record = client.get(reverse("supplier:bid_record", args=[bid.reference])).text
    assert "stand-by version" in record and "(counts)" in record
    kept = Submission.objects.get()
    receipt = client.get(reverse("supplier:bid_receipt", args=[bid.reference, kept.reference]))
    assert "Stand-by version kept" in receipt.text

    off = client.post(page, {"standby": "off"}, follow=True).text
    assert "Unless you submit, nothing counts at closing." in off


def test_after_closing_the_page_says_that_it_counts(client, bid):
    say(bid)
    with clock.fixed_at(bid.lot.competition.closes_at + MOMENT):
        sign_in(client, bid.person)
        home = client.get(reverse("supplier:bid_detail", args=[bid.reference])).text

    assert "Stand-by version counts" in home
    assert "cannot be submitted any more" not in home


def approve_first(bid):
    competition = Competition.objects.get(pk=bid.lot.competition_id)
    at = competition.closes_at + GRACE
    with clock.fixed_at(at):
        first = officers(competition)[0]
        approve_opening(competition=competition, by=first, at=at, passphrase=OPENING_PASSPHRASE)


def drafts():
    return SealedOffer.objects.filter(purpose=Purpose.DRAFT)


def test_after_the_first_approval_the_key_file_reads_nothing_of_what_stands_by(bid):
    say(bid)
    price(bid, 5)
    versions = bid.versions.count()
    assert Attacker()._with_the_key_file(drafts().get(), identity(bid))

    approve_first(bid)

    assert not drafts().exists()
    assert Attacker().reads_with_the_key_file() == []
    found = Bid.objects.get()
    assert (found.draft_id, found.state, found.has_changes) == (None, "draft", False)
    assert offer_of(read_by(bid.person, found))["price"] == "5.00"
    assert found.versions.count() == versions  # each save was kept already
    with pytest.raises(VaultLocked):
        offer_of(Bid.objects.get())


def test_unsent_changes_of_a_submitted_bid_go_into_the_history(bid):
    submit(bid)
    bid = read_by(bid.person, bid)
    price(bid, 7)
    bid.versions.filter(question=None).delete()  # as if it had come another way

    approve_first(bid)

    assert not drafts().exists()
    assert Bid.objects.get().has_changes is False
    assert Bid.objects.get().versions.filter(question=None).count() == 1
    assert version(bid) == 1


def test_a_draft_of_which_nothing_counts_waits_for_its_retention(bid):
    say(bid)
    say(bid, is_on=False)
    approve_first(bid)
    assert drafts().exists()

    with clock.fixed_at(bid.lot.competition.closes_at + timedelta(days=90)):
        remove_abandoned_drafts()
        remove_abandoned_drafts()

    assert not drafts().exists()
    assert AuditEvent.objects.filter(verb="bid.draft_put_away").count() == 1


def test_a_receipt_whose_instruction_was_taken_back_says_so(client, bid):
    say(bid)
    price(bid, 5)
    older, newer = Receipt.objects.order_by("pk")
    assert (standing(older), standing(newer)) == ("replaced", "current")
    say(bid, is_on=False)

    assert standing(newer) == "dropped"
