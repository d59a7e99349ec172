"""Bids brought as far as a bidder can bring them, through the actions."""

import uuid
from decimal import Decimal

from bids.actions.drafting import save_answer, save_price
from bids.actions.subcontracting import declare_subcontracting
from bids.actions.submission import let_stand_by, submit_bid, take_ticket, withdraw_bid
from bids.selectors.bidding import questions_of
from bids.states import Act
from framework_portal import clock
from tests.factories import BidFactory, MembershipFactory
from tests.signing_in import vaults_of


def bidder(bid, **fields):
    """A person of the bid's organisation: an owner, where nothing else is said."""
    return MembershipFactory(supplier=bid.supplier, **fields).user


def complete_bid(bid=None, *, by=None, text="We listen first", price="1000.00"):
    """A draft in which nothing is missing, with `.person` who wrote it."""
    bid = bid or BidFactory()
    person, at = by or bidder(bid), clock.now()
    for question in questions_of(bid.lot.competition):
        save_answer(bid=bid, question=question, text=text, by=person, at=at)
    save_price(bid=bid, price=Decimal(price), by=person, at=at)
    declare_subcontracting(bid=bid, uses=False, by=person, at=at)
    bid.refresh_from_db()
    bid.person, bid.vaults = person, vaults_of(person)
    return bid


def read_by(person, bid):
    """The bid as `person` finds it on their pages: what was submitted is read with their keys."""
    bid.vaults = vaults_of(person)
    return bid


def submit(bid, *, by=None, key=None, arrival=None, declared=True):
    """Press the button."""
    by = by or bid.person
    arrival = arrival or take_ticket(bid=bid, by=by, key=key or uuid.uuid4())
    return submit_bid(bid=bid, by=by, arrival=arrival, declared=declared)


def withdraw(bid, *, by=None):
    """Take it back."""
    by = by or bid.person
    arrival = take_ticket(bid=bid, by=by, key=uuid.uuid4(), act=Act.WITHDRAWAL)
    return withdraw_bid(bid=bid, by=by, arrival=arrival)


def stand_by(bid, is_on=True, *, by=None):
    """Give the standing instruction, or take it back."""
    by = by or bid.person
    arrival = take_ticket(bid=bid, by=by, key=uuid.uuid4(), act=Act.INSTRUCTION)
    return let_stand_by(bid=bid, is_on=is_on, by=by, arrival=arrival)
