"""Contracts as the procedure makes them, for the tests of what comes after the award."""

from datetime import date, timedelta

from django.utils import timezone

from bids.actions.award import approve_award, propose_award
from contracts.actions.announcing import announce_with_contracts
from contracts.models import Contract
from contracts.states import ContractState
from tests.bids.evaluated import after_closing, evaluated, officers, opened, submitted_bid
from tests.factories import MembershipFactory, OpenLotFactory, SupplierFactory, qualify


def named(supplier=None, **terms):
    """One key subcontractor as an offer holds it, of a new supplier unless one is given."""
    supplier = supplier or SupplierFactory()
    return {
        "reference": str(supplier.reference),
        "name": supplier.name,
        "supplier": str(supplier.reference),
        "role": "Peer mentoring",
        "categories": [],
        "areas": [],
        "share_percent": "20.00",
        "volume": 30,
        "payment_days": 30,
        "starts_on": "2027-04-01",
        "relied_on": False,
        **terms,
    }


def approved_award(
    subcontractors=2, *, lot=None, price="100000", consents=None, more=(), lead=None
):
    """An approved award of a competition of one lot, not announced; `.at` is a day after closing.

    `subcontractors` are entries or their number, `consents` theirs by entry, `.officers` two people
    of the commissioner, and `more` are offers (keyword arguments of `submitted_bid`) that lost. The
    `lead` is a new supplier unless one is given.
    """
    lot = lot or OpenLotFactory()
    competition = lot.competition
    people = officers(competition)
    if isinstance(subcontractors, int):
        subcontractors = [named() for _ in range(subcontractors)]
    who = {"supplier": qualify(lead, lot)} if lead else {}
    bid = submitted_bid(lot, price=price, subcontractors=subcontractors, consents=consents, **who)
    others = [submitted_bid(lot, **offer) for offer in more]
    opened(competition, first=people[0], second=people[1])
    marks = {bid.pk: 5} | {other.pk: 1 for other in others}
    evaluated(competition, by=people[0], marks=marks)
    at = after_closing(competition) + timedelta(days=1)
    bid.refresh_from_db()
    award = propose_award(lot=lot, bid=bid, reasons="It is first", by=people[0], at=at)
    award = approve_award(award=award, by=people[1], at=at)
    award.officers, award.at = people, at
    return award


def made_contract(subcontractors=2, **options):
    """An unsigned contract, made by an award: `approved_award` with its options, announced.

    `.officers` are two people of the commissioner, `.person` one of the lead who may edit.
    """
    award = approved_award(subcontractors, **options)
    competition = award.lot.competition
    announce_with_contracts(competition=competition, by=award.officers[0], at=award.at)
    contract = Contract.objects.get(award=award)
    contract.officers = award.officers
    membership = contract.supplier.memberships.first()
    contract.person = (
        membership.user if membership else MembershipFactory(supplier=contract.supplier).user
    )
    return contract


def signed_contract(subcontractors=2, *, signed_on=date(2027, 3, 1), **options):
    """A signed contract that runs from 1 April 2027 to 31 March 2030."""
    return signed(made_contract(subcontractors, **options), signed_on=signed_on)


def signed(contract, *, signed_on=date(2027, 3, 1)):
    """The contract, once its officers have signed it."""
    here = Contract.objects.filter(pk=contract.pk)
    here.update(chain_signs_by=signed_on)  # read by the guard of the signing
    here.update(
        state=ContractState.SIGNED,
        signed_on=signed_on,
        signed_at=timezone.now(),
        signed_by=contract.officers[0],
    )
    people, person = contract.officers, contract.person
    contract = Contract.objects.get(pk=contract.pk)
    contract.officers, contract.person = people, person
    return contract


def person_of(subcontractor):
    """Somebody who may act for this key subcontractor."""
    return MembershipFactory(supplier=subcontractor.supplier).user
