"""Opening: after closing, by two, all at once."""

from datetime import timedelta

import pytest
from django.db import connection

from bids.actions.opening import approve_opening, open_bids
from bids.actions.two_acts import APPROVAL_HOLDS
from bids.models import Bid, Opening
from bids.selectors.evaluation import opened_offer
from bids.states import BidState
from bids.timing import GRACE
from framework_portal import clock
from framework_portal.audit.models import AuditEvent
from framework_portal.refusals import Refused
from framework_portal.sealing.models import SealedOffer
from lots.states import CompetitionState
from tests.bids.evaluated import after_closing, officers, opened, submitted_bid
from tests.factories import OPENING_PASSPHRASE, BidFactory, OpenLotFactory

pytestmark = pytest.mark.django_db


def test_two_officers_open_every_submitted_bid_and_no_draft():
    lot = OpenLotFactory()
    bids = [submitted_bid(lot, price="90000"), submitted_bid(lot, price="80000")]
    draft = BidFactory(lot=lot)
    first, second = officers(lot.competition)

    opening = opened(lot.competition, first=first, second=second)

    assert lot.competition.state == CompetitionState.OPENED
    assert [opened_offer(bid)["price"] for bid in Bid.objects.unsealed().order_by("pk")] == [
        "90000",
        "80000",
    ]
    assert [entry["bid"] for entry in opening.record] == [str(bid.reference) for bid in bids]
    draft.refresh_from_db()
    assert draft.state == BidState.DRAFT


def test_nothing_is_opened_before_closing_and_its_grace():
    lot = OpenLotFactory()
    bid = submitted_bid(lot)
    first, second = officers(lot.competition)
    early = lot.competition.closes_at + GRACE - timedelta(microseconds=1)

    for act in (approve_opening, open_bids):
        with clock.fixed_at(early), pytest.raises(Refused) as refusal:
            act(competition=lot.competition, by=first, at=early, passphrase=OPENING_PASSPHRASE)
        assert refusal.value.code == "not_closed"

    bid.refresh_from_db()
    assert (bid.state, bid.opened_id) == (BidState.SUBMITTED, None)
    verbs = [event.verb for event in AuditEvent.objects.about(lot.competition)]
    assert verbs == ["competition.opening_refused"] * 2


def test_one_officer_alone_or_twice_opens_nothing():
    lot = OpenLotFactory()
    submitted_bid(lot)
    first, _second = officers(lot.competition)
    at = after_closing(lot.competition)

    with clock.fixed_at(at):
        with pytest.raises(Refused) as alone:
            open_bids(competition=lot.competition, by=first, at=at, passphrase=OPENING_PASSPHRASE)
        approve_opening(competition=lot.competition, by=first, at=at, passphrase=OPENING_PASSPHRASE)
        approve_opening(competition=lot.competition, by=first, at=at, passphrase=OPENING_PASSPHRASE)
        with pytest.raises(Refused) as twice:
            open_bids(competition=lot.competition, by=first, at=at, passphrase=OPENING_PASSPHRASE)

    assert (alone.value.code, twice.value.code) == ("no_first_approval", "same_person")
    assert not Opening.objects.exists()


def test_a_first_approval_runs_out_after_fifteen_minutes():
    lot = OpenLotFactory()
    submitted_bid(lot)
    first, second = officers(lot.competition)
    at = after_closing(lot.competition)
    with clock.fixed_at(at):
        approve_opening(competition=lot.competition, by=first, at=at, passphrase=OPENING_PASSPHRASE)

    with clock.fixed_at(at + APPROVAL_HOLDS), pytest.raises(Refused) as refusal:
        open_bids(
            competition=lot.competition,
            by=second,
            at=at + APPROVAL_HOLDS,
            passphrase=OPENING_PASSPHRASE,
        )

    assert refusal.value.code == "no_first_approval"


def test_opening_twice_is_refused_and_changes_nothing():
    lot = OpenLotFactory()
    submitted_bid(lot)
    first, second = officers(lot.competition)
    opened(lot.competition, first=first, second=second)
    rows = SealedOffer.objects.count()
    at = after_closing(lot.competition) + timedelta(minutes=5)

    with pytest.raises(Refused) as refusal:
        open_bids(competition=lot.competition, by=first, at=at, passphrase=OPENING_PASSPHRASE)

    assert refusal.value.code == "illegal_move"
    assert SealedOffer.objects.count() == rows


def test_a_bid_that_cannot_be_read_is_reported_and_stops_nobody():
    lot = OpenLotFactory()
    good, broken = submitted_bid(lot), submitted_bid(lot)
    # An envelope of another bid in its place does not open.
    other = submitted_bid(OpenLotFactory())
    _replace_offer(broken, other.offer)
    first, second = officers(lot.competition)

    opening = opened(lot.competition, first=first, second=second)

    outcomes = {entry["bid"]: entry["outcome"] for entry in opening.record}
    assert outcomes == {str(good.reference): "opened", str(broken.reference): "unreadable"}
    broken.refresh_from_db()
    assert (broken.state, opened_offer(broken)) == (BidState.OPENED, None)


def _replace_offer(bid, offer):
    """As the owner of the table could, who need not be a superuser."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE bids_bid DISABLE TRIGGER USER")
        cursor.execute("UPDATE bids_bid SET offer_id = %s WHERE id = %s", [offer.pk, bid.pk])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE bids_bid ENABLE TRIGGER USER")
