"""Bids brought to a stage of the procedure, for the tests of the stages after it."""

import uuid
from datetime import timedelta
from decimal import Decimal

from django.db import transaction

from bids.actions.opening import approve_opening, open_bids
from bids.actions.receipts import submission_receipt
from bids.actions.scoring import complete_evaluation, record_score
from bids.actions.sealing_offers import fresh_salt, keep_copy, seal_offer, seal_price
from bids.models import Arrival, Bid, Submission
from bids.states import BidState
from bids.timing import GRACE
from framework_portal import clock
from lots.states import CriterionKind
from tests.factories import OPENING_PASSPHRASE, BidFactory, OfficerFactory


def officers(competition, count=2):
    """People who newly act for the buying body: the openers first, then others beside."""
    body = competition.commissioner
    named = [opener.user for opener in competition.openers.select_related("user")]
    users = [user for user in named if not user.offices.filter(commissioner=body).exists()]
    users = users[:count]
    for user in users:
        OfficerFactory(commissioner=body, user=user)
    return users + [OfficerFactory(commissioner=body).user for _ in range(count - len(users))]


def submitted_bid(lot, *, price="100000", subcontractors=(), consents=None, **fields):
    """A bid of a new supplier whose sealed offer holds these contents."""
    bid = BidFactory(lot=lot, **fields)
    question = lot.competition.criteria.exclude(questions=None).first().questions.first()
    contents = {
        "answers": {str(question.reference): {"text": f"The way of bid {bid.pk}"}},
        "price": price,
        "subcontractors": list(subcontractors),
        "consents": consents or {},
        "documents": [],
    }
    with transaction.atomic():
        salt = fresh_salt()
        offer = seal_offer(bid, contents, sequence=1, salt=salt)
        copy = keep_copy(bid, contents, sequence=1, salt=salt)
        key = uuid.uuid4()
        arrival = Arrival.objects.create(bid=bid, account=bid.started_by, key=key)
        submission = Submission.objects.create(
            bid=bid,
            sequence=1,
            arrival=arrival,
            key=key,
            offer=offer,
            price_offer=seal_price(bid, contents, sequence=1, salt=salt),
            copy=copy,
            submitted_by=bid.started_by,
        )
        submission.refresh_from_db()
        submission_receipt(submission, bid, contents, salt)
        Bid.objects.filter(pk=bid.pk).update(
            state=BidState.SUBMITTED,
            offer=offer,
            submitted_at=submission.received_at,
            submitted_by=bid.started_by,
        )
    bid.refresh_from_db()
    return bid


def after_closing(competition):
    """The first instant at which bids can be opened."""
    return competition.closes_at + GRACE


def opened(competition, *, first, second):
    """Open the competition by two officers, one and two minutes after closing."""
    at = after_closing(competition)
    with transaction.atomic(), clock.fixed_at(at):
        approve_opening(competition=competition, by=first, at=at, passphrase=OPENING_PASSPHRASE)
    later = at + timedelta(minutes=1)
    with transaction.atomic(), clock.fixed_at(later):
        opening = open_bids(
            competition=competition, by=second, at=later, passphrase=OPENING_PASSPHRASE
        )
    competition.refresh_from_db()
    return opening


def score_all(competition, *, by, marks):
    """Pass every gate and give each bid its mark of `marks` (bid id -> mark) for quality."""
    at = after_closing(competition) + timedelta(hours=1)
    for criterion in competition.criteria.exclude(kind=CriterionKind.PRICE):
        for bid in Bid.objects.filter(lot__competition=competition, state=BidState.OPENED):
            mark = 1 if criterion.kind == CriterionKind.GATE else marks[bid.pk]
            record_score(
                bid=bid,
                criterion=criterion,
                mark=Decimal(mark),
                reasons="As the answer shows",
                seen=None,
                by=by,
                at=at,
            )


def evaluated(competition, *, by, marks):
    """Score everything and complete the evaluation."""
    score_all(competition, by=by, marks=marks)
    complete_evaluation(
        competition=competition, by=by, at=after_closing(competition) + timedelta(hours=2)
    )
    competition.refresh_from_db()
