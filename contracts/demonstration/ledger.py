"""The contracts that the announced awards of the demonstration led to, at three stages."""

from contracts.actions.making import make_contracts
from contracts.actions.signing import sign_contract
from contracts.actions.subcontracts import state_subcontract
from contracts.actions.terms import add_option, state_terms
from contracts.actions.unsigned import raise_unsigned
from contracts.models import Contract
from contracts.states import Signer


def make(stage):
    """Made as their awards are announced: one is signed, one is filled in, the rest wait."""
    timeline, cast = stage.timeline, stage.cast
    with timeline.then(timeline.at(-21, 14)) as at:
        made = make_contracts(at=at)
    signed, filled, *_rest = made
    for contract in (signed, filled):
        _fill_in(contract, timeline, cast)
    with timeline.then(timeline.at(-7, 11)) as at:
        sign_contract(
            contract=signed,
            signed_on=timeline.day(-7),
            no_claim=True,
            aware=True,
            by=cast.first,
            at=at,
        )
    _say(signed, stage)
    with timeline.then(timeline.now) as at:
        raise_unsigned(at=at)


def _fill_in(contract, timeline, cast):
    with timeline.then(timeline.at(-9, 10)) as at:
        state_terms(contract=contract, chain_signs_by=timeline.day(-2), by=cast.first, at=at)
        add_option(contract=contract, months=12, notice_days=90, by=cast.first, at=at)


def _say(contract, stage):
    """The lead says that it signed with two; of those, one says the same and one that it has not.

    The one that has not is the one the lead relies on.
    """
    timeline, people = stage.timeline, stage.organisations.people
    contract = Contract.objects.get(pk=contract.pk)
    lines = {line.supplier_id: line for line in contract.subcontractors.all()}
    lines = {
        box: lines[supplier.pk]
        for box, supplier in stage.organisations.suppliers.items()
        if supplier.pk in lines
    }
    for box in ("quietriver", "starling"):
        with timeline.then(timeline.at(-5, 10)) as at:
            state_subcontract(
                subcontractor=lines[box],
                party=Signer.LEAD,
                signed_on=timeline.day(-6),
                by=people["lantern"],
                at=at,
            )
    for box, day in (("starling", -6), ("quietriver", None)):
        with timeline.then(timeline.at(-4, 10)) as at:
            state_subcontract(
                subcontractor=lines[box],
                party=Signer.SUBCONTRACTOR,
                signed_on=None if day is None else timeline.day(day),
                by=people[box],
                at=at,
            )
