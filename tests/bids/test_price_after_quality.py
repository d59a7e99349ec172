"""Price after quality: two keys, two openings, and scores that stand in between."""

import hashlib
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from bids.actions.opening import open_bids
from bids.actions.price_opening import (
    approve_price_opening,
    lock_quality_scores,
    open_prices,
)
from bids.actions.scoring import complete_evaluation, record_score, reopen_evaluation
from bids.content import part_salt, price_alone
from bids.identity import identity
from bids.models import Bid, OpeningApproval, PriceOpening, QualityLock, Score
from bids.selectors.evaluation import opened_offer, ranking
from framework_portal import clock
from framework_portal.audit.models import AuditEvent
from framework_portal.refusals import Refused
from framework_portal.sealing.canonical import canonical
from framework_portal.sealing.envelope import read_opened_salted
from framework_portal.sealing.models import Purpose, SealedOffer
from lots.models import Competition, Part
from lots.states import CompetitionState
from tests.bids.attacking import Attacker
from tests.bids.bidding import complete_bid, submit
from tests.bids.evaluated import after_closing, officers, opened, score_all, submitted_bid
from tests.factories import (
    OPENING_PASSPHRASE,
    BidFactory,
    CompetitionFactory,
    publish,
)
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def competition():
    """Published, with prices apart and two bids: the dearer one of the better quality."""
    made = CompetitionFactory(price_after_quality=True)
    publish(made)
    lot = made.lots.get()
    made.good, made.cheap = submitted_bid(lot, price="200.00"), submitted_bid(lot, price="100.00")
    made.first, made.second = officers(made)
    return made


@pytest.fixture
def quality_opened(competition):
    opened(competition, first=competition.first, second=competition.second)
    return competition


@pytest.fixture
def locked(quality_opened):
    marks = {quality_opened.good.pk: 5, quality_opened.cheap.pk: 2}
    score_all(quality_opened, by=quality_opened.first, marks=marks)
    at = after_closing(quality_opened) + timedelta(hours=2)
    lock_quality_scores(competition=quality_opened, by=quality_opened.first, at=at)
    return quality_opened


def later(competition):
    return after_closing(competition) + timedelta(hours=3)


def prices_opened(competition):
    at = later(competition)
    known = {"competition": competition, "at": at, "passphrase": OPENING_PASSPHRASE}
    with transaction.atomic(), clock.fixed_at(at):
        approve_price_opening(by=competition.first, **known)
        return open_prices(by=competition.second, **known)


def standings(competition):
    return ranking(competition.lots.get())


def test_the_first_opening_shows_quality_and_no_price(quality_opened):
    offers = [opened_offer(bid) for bid in Bid.objects.order_by("pk")]

    assert ["price" in offer for offer in offers] == [False, False]
    assert all(offer["answers"] for offer in offers)
    assert [(each.price, each.out, each.rank) for each in standings(quality_opened)] == [
        (None, [], None)
    ] * 2
    assert quality_opened.state == CompetitionState.OPENED


def test_the_prices_stay_sealed_for_whoever_has_the_quality_key(quality_opened):
    prices = SealedOffer.objects.filter(purpose=Purpose.PRICE)

    # Two passphrases after the first opening, with everything the server holds: that is the limit.
    assert prices.count() == 2
    assert Attacker().reads() == []
    assert not any("100.00" in str(offer) for offer in map(opened_offer, Bid.objects.all()))


def test_prices_wait_until_the_scores_are_locked(quality_opened):
    at = later(quality_opened)
    known = {"competition": quality_opened, "at": at, "passphrase": OPENING_PASSPHRASE}

    with clock.fixed_at(at):
        for act in (approve_price_opening, open_prices):
            with pytest.raises(Refused) as refusal:
                act(by=quality_opened.first, **known)
            assert refusal.value.code == "not_locked"
        with pytest.raises(IntegrityError) as error, transaction.atomic():
            OpeningApproval.objects.create(
                competition=quality_opened,
                part=Part.PRICE,
                approved_at=at,
                approved_by=quality_opened.first,
                expires_at=at + timedelta(minutes=15),
            )

    assert error.value.__cause__.diag.constraint_name == "prices_opened_after_quality"


def test_scores_are_locked_once_all_are_there(quality_opened):
    with pytest.raises(Refused) as refusal:
        lock_quality_scores(
            competition=quality_opened, by=quality_opened.first, at=later(quality_opened)
        )

    assert refusal.value.code == "unscored"
    assert not QualityLock.objects.exists()


def test_a_locked_score_stands_in_the_action_and_in_the_database(locked):
    score = Score.objects.filter(criterion__kind="quality").first()

    with pytest.raises(Refused) as refusal:
        record_score(
            bid=score.bid,
            criterion=score.criterion,
            mark=Decimal(1),
            reasons="Another thought",
            seen=score.scored_at,
            by=locked.first,
            at=later(locked),
        )
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        Score.objects.filter(pk=score.pk).update(mark=0)

    assert refusal.value.code == "locked"
    assert error.value.__cause__.diag.constraint_name == "locked_scores_stand"


def test_two_officers_open_all_prices_and_the_ranking_follows(locked):
    opening = prices_opened(locked)

    good, cheap = locked.good, locked.cheap
    assert [(each.bid, each.price, each.rank) for each in standings(locked)] == [
        (good, Decimal("200.00"), 1),
        (cheap, Decimal("100.00"), 2),
    ]
    assert [line["outcome"] for line in opening.record] == ["opened", "opened"]
    assert opening.statement["part"] == "price"
    opening.check_signature()
    assert opened_offer(Bid.objects.get(pk=good.pk))["price"] == "200.00"
    assert "competition.prices_opened" in [event.verb for event in AuditEvent.objects.about(locked)]


def test_one_officer_alone_opens_no_price(locked):
    at = later(locked)
    known = {"competition": locked, "at": at, "passphrase": OPENING_PASSPHRASE}

    with clock.fixed_at(at):
        approve_price_opening(by=locked.first, **known)
        with pytest.raises(Refused) as refusal:
            open_prices(by=locked.first, **known)
        with pytest.raises(Refused) as bids:
            open_bids(by=locked.second, **known)

    assert (refusal.value.code, bids.value.code) == ("same_person", "illegal_move")
    assert not PriceOpening.objects.exists()


def test_the_evaluation_ends_with_the_prices_and_is_not_taken_up_again(locked):
    at = later(locked)
    with pytest.raises(Refused) as early:
        complete_evaluation(competition=locked, by=locked.first, at=at)
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        Competition.objects.filter(pk=locked.pk).update(state=CompetitionState.EVALUATED)
    prices_opened(locked)

    complete_evaluation(competition=locked, by=locked.first, at=at)
    with pytest.raises(Refused) as again:
        reopen_evaluation(competition=locked, reasons="A slip", by=locked.first, at=at)

    assert (early.value.code, again.value.code) == ("prices_sealed", "locked")
    assert error.value.__cause__.diag.constraint_name == "evaluated_with_prices"


def test_a_bid_is_submitted_in_two_envelopes_that_its_receipt_names():
    made = CompetitionFactory(price_after_quality=True)
    publish(made)
    bid = complete_bid(BidFactory(lot=made.lots.get()), price="77.00")

    submission = submit(bid)

    price = submission.price_offer
    said = submission.receipt.statement
    assert said["price"] == {"envelope_hash": price.envelope_hash, "commitment": price.digest}
    assert said["envelope_hash"] == submission.offer.envelope_hash
    assert price.key_id != submission.offer.key_id


def test_no_bid_leaves_its_price_out_of_the_second_envelope():
    made = CompetitionFactory(price_after_quality=True)
    publish(made)
    bid = submitted_bid(made.lots.get())
    submission = bid.submissions.get()

    with pytest.raises(IntegrityError) as error, transaction.atomic():
        submission.pk, submission.sequence, submission.price_offer = None, 2, None
        submission.save(force_insert=True)

    assert error.value.__cause__.diag.constraint_name in (
        "price_in_its_own_envelope",
        "submission_fits_its_arrival",
    )


def test_the_pages_lead_from_quality_to_price(locked, client):
    sign_in(client, locked.first)
    where = {"reference": locked.reference}
    evaluation = reverse("commissioner:evaluation", kwargs=where)
    prices = reverse("commissioner:opening", kwargs=where)
    at = later(locked)

    with clock.fixed_at(at):
        before = client.get(evaluation).content.decode()
        bid_page = client.get(
            reverse("commissioner:opened_bid", kwargs={"reference": locked.good.reference})
        ).content.decode()
        sent = {"act": "approve", "passphrase": OPENING_PASSPHRASE}
        client.post(prices, sent)
        sign_in(client, locked.second)
        client.post(prices, {"act": "open", "passphrase": OPENING_PASSPHRASE})
        after = client.get(evaluation).content.decode()

    assert before.count("Scored, price still sealed") == 2
    assert "Open the prices" in before and "200" not in bid_page
    assert "£200" in after and "Open the prices" not in after


def test_who_has_opened_the_quality_cannot_try_prices_against_what_is_still_sealed(quality_opened):
    """A price is soon guessed: what the first opening shows must not tell a salt of the second."""
    bid = Bid.objects.select_related("opened", "offer__submission__copy").get(
        pk=quality_opened.good.pk
    )
    quality, salt = read_opened_salted(bid.opened, bound_to=identity(bid))
    version = bid.offer.submission
    sealed = {version.price_offer.digest, version.copy.digest}

    salts = {salt, *(part_salt(salt, part) for part in Part.values)}
    guesses = [price_alone({"price": "200.00"}), {"price": "200.00", **quality}]
    tried = {hashlib.sha256(s + canonical(guess)).hexdigest() for s in salts for guess in guesses}

    assert bid.opened.digest == version.receipt.statement["commitment"]
    assert tried.isdisjoint(sealed)


def test_a_receipt_that_leaves_the_price_out_is_not_committed(monkeypatch):
    made = CompetitionFactory(price_after_quality=True)
    publish(made)
    bid = complete_bid(BidFactory(lot=made.lots.get()))
    monkeypatch.setattr("bids.actions.receipts._of_price", lambda price: {})

    with pytest.raises(IntegrityError, match="a submission has a receipt"), transaction.atomic():
        submit(bid)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
