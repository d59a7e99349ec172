"""What the database keeps of bids, whatever the code above it does."""

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from bids.actions.award import approve_award, propose_award
from bids.actions.receipts import submission_receipt, withdrawal_receipt
from bids.models import Arrival, Award, Bid, Opening, OpeningApproval, Submission
from bids.states import BidState
from framework_portal import clock
from framework_portal.sealing.models import Purpose, SealedOffer
from lots.models import Competition
from lots.states import CompetitionState
from suppliers.states import QualificationState
from tests.bids.evaluated import after_closing, evaluated, officers, opened, submitted_bid
from tests.factories import (
    BidFactory,
    CriterionFactory,
    LotFactory,
    PoliceAreaFactory,
    SupplierFactory,
    UserFactory,
    publish,
    qualify,
)

pytestmark = pytest.mark.django_db


def sealed():
    return SealedOffer.objects.create(
        purpose=Purpose.OFFER,
        key_id="test",
        wrapped_key=b"key",
        ciphertext=b"text",
        digest="0" * 64,
        envelope_hash=uuid.uuid4().hex * 2,
    )


def submit(bid, at, *, by=None):
    """The bare rows of a submission that arrives at `at`; refused by the database alone."""
    person, key = by or bid.started_by, uuid.uuid4()
    with transaction.atomic(), clock.fixed_at(at):
        arrival = Arrival.objects.create(bid=bid, account=person, key=key)
        submission = Submission.objects.create(
            bid=bid, sequence=1, arrival=arrival, key=key, offer=sealed(), submitted_by=person
        )
        submission_receipt(submission, bid, {"documents": []})
        return submission


def refused(error):
    return error.value.__cause__.diag.constraint_name


def test_a_submission_a_microsecond_before_closing_is_taken_with_its_arrival_as_its_time():
    bid = BidFactory()
    at = bid.lot.competition.closes_at - timedelta(microseconds=1)

    submission = submit(bid, at)

    submission.refresh_from_db()
    assert submission.received_at == at


def test_a_submission_at_the_closing_instant_is_refused():
    bid = BidFactory()

    with pytest.raises(IntegrityError) as error:
        submit(bid, bid.lot.competition.closes_at)

    assert refused(error) == "submission_arrived_before_closing"


def test_nobody_can_write_the_time_of_an_arrival():
    bid = BidFactory()
    long_ago = timezone.now() - timedelta(days=1)

    arrival = Arrival.objects.create(bid=bid, account=bid.started_by, key=uuid.uuid4(), at=long_ago)

    arrival.refresh_from_db()
    assert arrival.at > timezone.now() - timedelta(minutes=1)


@pytest.mark.parametrize(
    "state", [QualificationState.SUSPENDED, QualificationState.REMOVED, QualificationState.REFUSED]
)
def test_a_supplier_that_lost_its_standing_cannot_submit(state):
    bid = BidFactory()
    bid.supplier.qualifications.update(state=state)

    with pytest.raises(IntegrityError) as error:
        submit(bid, timezone.now())

    assert refused(error) == "submission_by_a_match"


def test_a_supplier_that_does_not_serve_every_area_of_a_region_cannot_submit():
    part = PoliceAreaFactory()
    PoliceAreaFactory(parent=part.parent)
    lot = LotFactory(areas=[part.parent])
    publish(lot.competition)
    supplier = qualify(SupplierFactory(), lot)
    supplier.areas.set([part])
    bid = BidFactory(lot=lot, supplier=supplier)

    with pytest.raises(IntegrityError) as error:
        submit(bid, timezone.now())

    assert refused(error) == "submission_by_a_match"
    assert not supplier.matches(lot, at=timezone.now())


def test_an_arrival_older_than_a_minute_is_no_ticket():
    bid = BidFactory()
    key = uuid.uuid4()
    now = timezone.now()
    with clock.fixed_at(now):
        arrival = Arrival.objects.create(bid=bid, account=bid.started_by, key=key)

    with (
        pytest.raises(IntegrityError) as error,
        transaction.atomic(),
        clock.fixed_at(now + timedelta(seconds=61)),
    ):
        Submission.objects.create(
            bid=bid,
            sequence=1,
            arrival=arrival,
            key=key,
            offer=sealed(),
            submitted_by=bid.started_by,
        )

    assert refused(error) == "submission_follows_its_arrival"


def test_an_arrival_of_another_person_is_no_ticket():
    bid = BidFactory()
    key = uuid.uuid4()
    arrival = Arrival.objects.create(bid=bid, account=UserFactory(), key=key)

    with pytest.raises(IntegrityError) as error:
        Submission.objects.create(
            bid=bid,
            sequence=1,
            arrival=arrival,
            key=key,
            offer=sealed(),
            submitted_by=bid.started_by,
        )

    assert refused(error) == "submission_fits_its_arrival"


def test_a_bid_cannot_claim_an_offer_that_was_not_submitted():
    bid = BidFactory()
    bid.state, bid.offer = BidState.SUBMITTED, sealed()
    bid.submitted_at, bid.submitted_by = timezone.now(), bid.started_by

    with pytest.raises(IntegrityError) as error:
        bid.save()

    assert refused(error) == "bid_offer_was_submitted"


def test_one_supplier_has_one_live_bid_for_a_lot():
    bid = BidFactory()

    with pytest.raises(IntegrityError) as error:
        BidFactory(lot=bid.lot, supplier=bid.supplier)

    assert refused(error) == "one_live_bid_per_supplier"


def test_a_bid_is_not_opened_without_an_opening():
    bid = BidFactory()
    submission = submit(bid, timezone.now())
    submission.refresh_from_db()
    Bid.objects.filter(pk=bid.pk).update(
        state=BidState.SUBMITTED,
        offer=submission.offer,
        submitted_at=submission.received_at,
        submitted_by=submission.submitted_by,
    )

    with pytest.raises(IntegrityError) as error:
        Bid.objects.filter(pk=bid.pk).update(state=BidState.OPENED)

    assert refused(error) == "bid_opened_by_an_opening"


def open_it(competition, first, second, at):
    with transaction.atomic(), clock.fixed_at(at):
        approval = OpeningApproval.objects.create(
            competition=competition,
            approved_at=at,
            approved_by=first,
            expires_at=at + timedelta(minutes=15),
        )
        return Opening.objects.create(
            competition=competition,
            approval=approval,
            first_by=first,
            second_by=second,
            opened_at=at,
        )


def test_nobody_opens_before_closing_and_its_grace():
    competition = BidFactory().lot.competition
    at = competition.closes_at + timedelta(seconds=60) - timedelta(microseconds=1)

    with pytest.raises(IntegrityError) as error:
        open_it(competition, *two_openers(competition), at)

    assert refused(error) == "approval_after_closing"


def two_openers(competition):
    return [opener.user for opener in competition.openers.all()[:2]]


def test_nobody_opens_who_was_not_named_before_publication():
    competition = BidFactory().lot.competition
    (first, _second), at = two_openers(competition), competition.closes_at + timedelta(minutes=2)

    with pytest.raises(IntegrityError) as stranger_first:
        open_it(competition, UserFactory(), first, at)
    with pytest.raises(IntegrityError) as stranger_second:
        open_it(competition, first, UserFactory(), at)

    assert refused(stranger_first) == "approval_by_an_opener"
    assert refused(stranger_second) == "opening_by_two_openers"


def test_two_people_open_once_closing_and_its_grace_have_passed():
    competition = BidFactory().lot.competition
    at = competition.closes_at + timedelta(seconds=60)

    open_it(competition, *two_openers(competition), at)

    Competition.objects.filter(pk=competition.pk).update(state=CompetitionState.OPENED)


def test_one_person_does_not_open_alone():
    competition = BidFactory().lot.competition
    person, _other = two_openers(competition)

    with pytest.raises(IntegrityError) as error:
        open_it(competition, person, person, competition.closes_at + timedelta(minutes=2))

    assert refused(error) == "opening_takes_two_people"


def test_a_competition_is_not_opened_without_an_opening():
    competition = BidFactory().lot.competition

    with pytest.raises(IntegrityError) as error:
        Competition.objects.filter(pk=competition.pk).update(state=CompetitionState.OPENED)

    assert refused(error) == "competition_opened_by_an_opening"


def test_weights_that_do_not_sum_to_100_are_not_published():
    lot = LotFactory()
    CriterionFactory(competition=lot.competition, weight=99)

    with pytest.raises(IntegrityError) as error:
        publish(lot.competition)

    assert refused(error) == "competition_weights_sum_to_100"


def submitted():
    bid = submitted_bid(BidFactory().lot)
    return Bid.objects.filter(pk=bid.pk)


def withdraw(rows):
    bid = rows.get()
    rows.update(state="withdrawn", withdrawn_at=timezone.now(), withdrawn_by=bid.started_by)
    withdrawal_receipt(rows.get(), bid.submissions.get())


@pytest.mark.parametrize("state", ["submitted", "draft"])
def test_a_withdrawn_bid_does_not_come_back(state):
    """Else an offer taken back in time would count again after closing."""
    rows = submitted()
    withdraw(rows)

    with pytest.raises(IntegrityError) as error, transaction.atomic():
        rows.update(state=state)

    assert refused(error) == "bid_stays_withdrawn"


def test_a_submitted_bid_is_no_draft_again():
    rows = submitted()

    with pytest.raises(IntegrityError) as error, transaction.atomic():
        rows.update(state="draft")

    assert refused(error) == "bid_stays_submitted"


def test_what_an_opening_found_is_not_exchanged():
    competition = (rows := submitted()).get().lot.competition
    first, second = officers(competition)
    opened(competition, first=first, second=second)

    for other in (None, sealed()):
        with pytest.raises(IntegrityError) as error, transaction.atomic():
            rows.update(opened=other)
        assert refused(error) == "bid_contents_stay"


def approval(competition, *, approved=timedelta(0), holds=timedelta(minutes=15)):
    at = competition.closes_at + timedelta(minutes=5)
    with transaction.atomic(), clock.fixed_at(at):
        return OpeningApproval.objects.create(
            competition=competition,
            approved_at=at + approved,
            approved_by=competition.openers.first().user,
            expires_at=at + approved + holds,
        )


@pytest.mark.parametrize(
    "forged",
    [
        {"holds": timedelta(minutes=15, microseconds=1)},
        {"approved": timedelta(hours=1)},
        {"approved": -timedelta(minutes=2)},
    ],
)
def test_the_first_act_of_an_opening_is_of_now_and_holds_15_minutes(forged):
    competition = BidFactory().lot.competition
    approval(competition)

    with pytest.raises(IntegrityError) as error:
        approval(competition, **forged)

    assert refused(error) == "opening_approved_now_and_briefly"


@pytest.fixture
def award():
    bid = submitted_bid(BidFactory().lot)
    competition = bid.lot.competition
    first, second = officers(competition)
    opened(competition, first=first, second=second)
    evaluated(competition, by=first, marks={bid.pk: 4})
    at = after_closing(competition) + timedelta(days=1)
    return propose_award(lot=bid.lot, bid=bid, reasons="It is first", by=first, at=at)


def test_marks_stand_under_an_award(award):
    competition = Competition.objects.filter(pk=award.lot.competition_id)

    with pytest.raises(IntegrityError) as error:
        competition.update(state=CompetitionState.OPENED)

    assert refused(error) == "marks_stand_under_awards"


@pytest.mark.parametrize("changes", [{"reasons": "Another"}, None])
def test_a_proposed_award_is_not_rewritten(award, changes):
    rows = Award.objects.filter(pk=award.pk)

    with pytest.raises(IntegrityError) as error:
        rows.update(**changes) if changes else rows.delete()

    assert refused(error) == "award_is_not_rewritten"


@pytest.mark.parametrize("state", ["proposed", "approved", "set_aside"])
def test_an_approved_award_goes_back_to_nothing_but_aside(award, state):
    at = after_closing(award.lot.competition) + timedelta(days=2)
    approve_award(award=award, by=UserFactory(), at=at)
    rows = Award.objects.filter(pk=award.pk)

    if state == "proposed":
        with pytest.raises(IntegrityError) as error:
            rows.update(state=state)
        assert refused(error) == "award_is_not_rewritten"
    else:
        assert rows.update(state=state) == 1
