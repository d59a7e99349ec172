"""Two people at one contract at once: one act counts, and the other is told in words."""

from datetime import timedelta

import pytest
from django.utils import timezone

from contracts.actions.announcing import announce_with_contracts
from contracts.actions.directing import decide_chain
from contracts.actions.modifying import modify_contract
from contracts.actions.signing import sign_contract
from contracts.actions.subcontracts import state_subcontract
from contracts.models import ChainDecision, Contract, LedgerEntry, Modification
from contracts.states import ChainMove, ContractState, Signer
from contracts.tasks import make_missing_contracts
from framework_portal.audit.models import AuditEvent
from framework_portal.notifications.models import Message
from tests.bids.test_decision_races import refusals
from tests.bids.test_submission_races import together
from tests.contracts.building import approved_award, made_contract, named, person_of

pytestmark = pytest.mark.django_db(transaction=True)


def ready(relied_on=False):
    contract = made_contract([named(relied_on=relied_on)])
    contract.at = contract.award.announced_at + timedelta(days=30)
    contract.day = timezone.localdate(contract.at)
    return contract


def sign(contract, by):
    return sign_contract(
        contract=contract, signed_on=contract.day, no_claim=True, aware=True, by=by, at=contract.at
    )


def test_two_officers_sign_at_once_and_one_has_signed():
    contract = ready()

    results = together(*(lambda by=by: sign(contract, by) for by in contract.officers))

    assert refusals(results) == ["illegal_move"]
    assert AuditEvent.objects.filter(verb="contract.signed").count() == 1


def test_a_double_click_signs_decides_and_modifies_once():
    contract = ready(relied_on=True)
    line, by, at = contract.subcontractors.get(), contract.officers[0], contract.at
    due_on = contract.day + timedelta(days=5)
    decision = {"move": ChainMove.DIRECT, "reasons": "Sign", "due_on": due_on}
    change = {"what": "Rooms", "reasons": "Need", "agreed_on": contract.day, "seen": 0}

    for act in (
        lambda: decide_chain(subcontractor=line, by=by, at=at, **decision),
        lambda: sign(contract, by),
        lambda: modify_contract(contract=contract, by=by, at=at, **change),
    ):
        assert refusals(together(act, act)) == []

    assert (ChainDecision.objects.count(), Modification.objects.count()) == (1, 1)
    assert Message.objects.filter(kind="chain_decision_lead").count() == 1
    assert AuditEvent.objects.filter(verb="contract.signed").count() == 1


def test_refusing_and_signing_at_once_end_in_one_of_the_two():
    contract = ready(relied_on=True)
    line, (first, second) = contract.subcontractors.get(), contract.officers
    due_on = contract.day + timedelta(days=5)
    given = {"subcontractor": line, "reasons": "Sign", "by": first}
    decide_chain(**given, move=ChainMove.DIRECT, due_on=due_on, at=contract.at)
    contract.at += timedelta(days=6)
    contract.day = timezone.localdate(contract.at)
    signed = {"subcontractor": line, "party": Signer.SUBCONTRACTOR, "signed_on": contract.day}
    refuse = {**given, "move": ChainMove.REFUSE, "due_on": None, "at": contract.at}
    small = person_of(line)

    results = together(
        lambda: state_subcontract(**signed, by=small, at=contract.at),
        lambda: decide_chain(**refuse),
        lambda: sign(contract, second),
    )

    contract.refresh_from_db()
    codes = refusals(results)
    if contract.state == ContractState.TERMINATED:
        assert contract.signed_on is None and not {"has_signed", "signed"} & set(codes)
    else:
        assert {"has_signed", "signed"} & set(codes)


def test_the_announcement_and_its_net_make_one_contract():
    award = approved_award(2)
    competition, by = award.lot.competition, award.officers[0]

    results = together(
        lambda: announce_with_contracts(competition=competition, by=by, at=award.at),
        make_missing_contracts,
        make_missing_contracts,
    )

    assert refusals(results) == []
    assert (Contract.objects.count(), LedgerEntry.objects.count()) == (1, 2)
