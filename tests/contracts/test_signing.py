"""Signing: after the standstill, whole, once, and with those whom the lead relies on."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from contracts.actions.directing import decide_chain
from contracts.actions.signing import sign_contract
from contracts.actions.subcontracts import state_subcontract
from contracts.actions.terms import add_option, remove_option, state_terms
from contracts.actions.unsigned import raise_unsigned
from contracts.models import ChainDecision, ChainFinding, Contract, SubcontractStatement
from contracts.selectors.standing import standstill_ends_on
from contracts.states import ChainMove, ContractKind, ContractState, Signer
from framework_portal import wording
from framework_portal.audit.models import AuditEvent
from framework_portal.notifications.models import Message
from framework_portal.reference.models import Period
from framework_portal.refusals import Refused
from tests.contracts.building import made_contract, named, person_of
from tests.contracts.test_making import refused
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def standstill():
    return Period.objects.create(slug="standstill", name="Standstill", working_days=8)


def ready(relied_on=False, **terms):
    """A contract that lacks the signing alone; `.at` is a month after the announcement."""
    contract = made_contract([named(relied_on=relied_on)])
    contract.at = contract.award.announced_at + timedelta(days=30)
    contract.day = timezone.localdate(contract.at)
    if terms:
        state_terms(contract=contract, by=contract.officers[0], at=contract.at, **terms)
        contract.refresh_from_db()
    return contract


def sign(contract, *, on=None, by=None, **options):
    given = {"no_claim": True, "at": contract.at} | options
    by = by or contract.officers[0]
    return sign_contract(contract=contract, signed_on=on or contract.day, by=by, **given)


def code(act):
    with pytest.raises(Refused) as refusal:
        act()
    return refusal.value.code


def decide(contract, move, *, days=10, at=None):
    at = at or contract.at
    return decide_chain(
        subcontractor=contract.subcontractors.get(),
        move=move,
        reasons="It was relied on",
        due_on=timezone.localdate(at) + timedelta(days=days),
        by=contract.officers[0],
        at=at,
    )


def say(contract, party, signed_on, *, at=None):
    line = contract.subcontractors.get()
    return state_subcontract(
        subcontractor=line,
        party=party,
        signed_on=signed_on,
        by=contract.person if party == Signer.LEAD else person_of(line),
        at=at or contract.at,
    )


# --- The standstill and the terms ------------------------------------------------------------


def test_nothing_is_signed_in_the_standstill(standstill):
    contract = ready()
    last = standstill_ends_on(contract.award)

    assert code(lambda: sign(contract, on=last)) == "standstill"
    refused(
        "contract_signed_after_standstill",
        lambda: Contract.objects.filter(pk=contract.pk).update(
            state=ContractState.SIGNED,
            signed_on=last,
            signed_at=contract.at,
            signed_by=contract.officers[0],
        ),
    )
    signed = sign(contract, on=last + timedelta(days=1))

    assert (signed.state, signed.signed_by) == (ContractState.SIGNED, contract.officers[0])
    verbs = AuditEvent.objects.about(contract).values_list("verb", flat=True)
    assert "contract.signed" in verbs


def test_the_day_of_publication_counts_as_the_first(standstill):
    contract = made_contract(1)
    monday = contract.award.announced_on - timedelta(days=contract.award.announced_on.weekday())
    contract.award.announced_on = monday

    assert standstill_ends_on(contract.award) == monday + timedelta(days=9)  # Wednesday week


def test_it_is_signed_whole_by_nobody_who_hides_a_claim_and_not_tomorrow():
    contract = ready()

    assert code(lambda: sign(contract, no_claim=False)) == "claim"
    assert code(lambda: sign(contract, on=contract.day + timedelta(days=1))) == "future"
    Contract.objects.filter(pk=contract.pk).update(ends_on=None)
    assert code(lambda: sign(contract)) == "incomplete"


def test_a_grant_names_its_power():
    contract = ready()
    grant = {"contract": contract, "kind": ContractKind.GRANT, "by": contract.officers[0]}

    assert code(lambda: state_terms(**grant, legal_power=" ", at=contract.at)) == "no_power"
    power = "Offender Management Act 2007 s.6"
    kept = state_terms(**grant, legal_power=power, at=contract.at)

    assert (kept.kind, kept.legal_power) == (ContractKind.GRANT, power)


def test_the_value_stays_the_price_of_the_bid():
    contract = ready()

    state_terms(contract=contract, value=1, by=contract.officers[0], at=contract.at)

    contract.refresh_from_db()
    assert contract.value == 100000
    refused(
        "contract_keeps_the_price",
        lambda: Contract.objects.filter(pk=contract.pk).update(value=99999),
    )


def test_terms_and_options_stand_once_it_is_signed():
    contract = ready()
    by = {"by": contract.officers[0], "at": contract.at}
    add_option(contract=contract, months=12, notice_days=90, **by)
    second = add_option(contract=contract, months=6, notice_days=0, **by)
    remove_option(contract=contract, position=second.position, **by)
    sign(contract)

    assert code(lambda: state_terms(contract=contract, drift_limit_percent=90, **by)) == "signed"
    assert code(lambda: add_option(contract=contract, months=1, notice_days=0, **by)) == "signed"
    assert code(lambda: remove_option(contract=contract, position=1, **by)) == "signed"
    assert [option.months for option in contract.extension_options.all()] == [12]


def test_pressed_twice_it_is_signed_once_and_a_colleague_is_told():
    contract = ready()

    sign(contract)
    sign(contract)

    assert AuditEvent.objects.filter(verb="contract.signed").count() == 1
    assert code(lambda: sign(contract, by=contract.officers[1])) == "illegal_move"


# --- Those relied on (Procurement Act 2023 s.72) ---------------------------------------------


def test_a_subcontractor_relied_on_that_has_not_signed_by_its_day_stops_the_signing():
    contract = ready(relied_on=True)

    assert code(lambda: sign(contract, aware=True)) == "chain"  # no day is set
    by = {"by": contract.officers[0], "at": contract.at}
    late = contract.day - timedelta(days=1)
    state_terms(contract=contract, chain_signs_by=late, **by)
    assert code(lambda: sign(contract, aware=True)) == "chain"
    refused(
        "contract_signed_with_its_chain",
        lambda: Contract.objects.filter(pk=contract.pk).update(
            state=ContractState.SIGNED,
            signed_on=contract.day,
            signed_at=contract.at,
            signed_by=contract.officers[0],
        ),
    )
    state_terms(contract=contract, chain_signs_by=contract.day, **by)
    assert code(lambda: sign(contract)) == "unaware"
    sign(contract, aware=True)


def test_its_own_word_counts_and_not_the_leads():
    late = {"chain_signs_by": timezone.localdate() - timedelta(days=900)}
    contract = ready(relied_on=True, **late)

    say(contract, Signer.LEAD, contract.day)
    assert code(lambda: sign(contract, aware=True)) == "chain"
    say(contract, Signer.SUBCONTRACTOR, contract.day)
    say(contract, Signer.SUBCONTRACTOR, None)
    assert code(lambda: sign(contract, aware=True)) == "chain"
    say(contract, Signer.SUBCONTRACTOR, contract.day)

    sign(contract)
    assert SubcontractStatement.objects.count() == 4


@pytest.mark.parametrize("move", [ChainMove.DIRECT, ChainMove.WITHOUT])
def test_a_decision_lets_the_contract_be_signed(move):
    contract = ready(relied_on=True)

    decide(contract, move)

    assert code(lambda: sign(contract)) == "unaware"
    assert sign(contract, aware=True).state == ContractState.SIGNED
    assert contract.subcontractors.get().entries.get().relied_on  # the ledger is as it was


def test_refusing_and_another_follow_a_direction_that_was_failed():
    contract = ready(relied_on=True)
    later = contract.at + timedelta(days=11)

    for move in (ChainMove.REFUSE, ChainMove.ANOTHER):
        assert code(lambda move=move: decide(contract, move)) == "not_directed"
        row = {"subcontractor": contract.subcontractors.get(), "move": move, "reasons": "Because"}
        row |= {"decided_at": contract.at, "decided_by": contract.officers[0]}
        if move == ChainMove.ANOTHER:
            row["due_on"] = contract.day
        refused(
            "chain_decision_after_a_direction",
            lambda row=row: ChainDecision.objects.create(**row),
        )
    decide(contract, ChainMove.DIRECT)
    assert code(lambda: decide(contract, ChainMove.REFUSE)) == "not_directed"
    decide(contract, ChainMove.ANOTHER, at=later)
    decide(contract, ChainMove.REFUSE, at=later)

    contract.refresh_from_db()
    assert (contract.state, contract.signed_on) == (ContractState.TERMINATED, None)
    contract.at = later
    assert code(lambda: sign(contract)) == "illegal_move"
    refused(
        "contract_stays_terminated",
        lambda: Contract.objects.filter(pk=contract.pk).update(terminated_because="Otherwise"),
    )


def test_lead_and_subcontractor_are_told_once_and_nothing_is_in_the_mail():
    contract = ready(relied_on=True)
    line = contract.subcontractors.get()

    decide(contract, ChainMove.DIRECT)
    decide(contract, ChainMove.DIRECT)

    told = Message.objects.filter(kind__startswith="chain_decision")
    assert set(told.values_list("kind", "to")) == {
        ("chain_decision_lead", contract.supplier.contact_email),
        ("chain_decision_subcontractor", line.supplier.contact_email),
    }
    assert {key for message in told for key in message.context} == {"contract", "subcontract"}
    assert ChainDecision.objects.count() == 1


def test_only_of_who_is_relied_on_and_has_not_signed():
    contract = ready()

    assert code(lambda: decide(contract, ChainMove.DIRECT)) == "not_relied_on"
    refused(
        "chain_decision_of_who_is_relied_on",
        lambda: ChainDecision.objects.create(
            subcontractor=contract.subcontractors.get(),
            move=ChainMove.WITHOUT,
            reasons="Because",
            decided_at=contract.at,
            decided_by=contract.officers[0],
        ),
    )
    relied = ready(relied_on=True)
    say(relied, Signer.SUBCONTRACTOR, relied.day)
    assert code(lambda: decide(relied, ChainMove.DIRECT)) == "has_signed"


def test_a_signed_contract_can_be_directed_and_neither_refused_nor_gone_on_with():
    contract = ready(relied_on=True)
    decide(contract, ChainMove.DIRECT)
    sign(contract, aware=True)
    later = contract.at + timedelta(days=20)

    for move in (ChainMove.REFUSE, ChainMove.WITHOUT):
        assert code(lambda move=move: decide(contract, move, at=later)) == "signed"
    decide(contract, ChainMove.ANOTHER, at=later)


def test_what_is_late_is_found_once_for_each_day_it_was_due():
    contract = ready(relied_on=True)
    day = contract.day - timedelta(days=1)
    state_terms(contract=contract, chain_signs_by=day, by=contract.officers[0], at=contract.at)

    for _run in range(2):
        raise_unsigned(at=contract.at)
    decide(contract, ChainMove.DIRECT)
    raise_unsigned(at=contract.at)
    assert ChainFinding.objects.count() == 1
    for _run in range(2):
        raise_unsigned(at=contract.at + timedelta(days=11))

    assert ChainFinding.objects.count() == 2
    assert set(ChainFinding.objects.values_list("kind", "subcontractor__name")) == {
        ("not_signed", contract.subcontractors.get().name)
    }


def found_late(supplier=True):
    """A contract whose subcontractor is found not to have signed; it has no account without one."""
    entry = named(relied_on=True)
    contract = made_contract([entry if supplier else entry | {"supplier": ""}])
    contract.at = contract.award.announced_at + timedelta(days=30)
    contract.day = timezone.localdate(contract.at)
    day = contract.day - timedelta(days=1)
    state_terms(contract=contract, chain_signs_by=day, by=contract.officers[0], at=contract.at)
    raise_unsigned(at=contract.at)
    return contract


@pytest.mark.parametrize(
    ("has_account", "party"), [(True, Signer.SUBCONTRACTOR), (False, Signer.LEAD)]
)
def test_a_signature_that_arrives_settles_what_was_found(has_account, party, client):
    contract = found_late(supplier=has_account)

    statement = say(contract, party, contract.day)

    finding = ChainFinding.objects.get()
    assert (finding.settled_at, finding.settled_by, finding.settled_by_statement) == (
        *(contract.at, None, statement),
    )
    assert wording.day(contract.day) in finding.settled_because
    event = AuditEvent.objects.about(finding).get(verb="chain.settled")
    assert (event.actor, json.loads(event.detail_text)) == (
        *(None, {"statement": str(statement.reference)}),
    )
    page = sign_in(client, contract.officers[0]).get(
        reverse("commissioner:chain_finding", args=[finding.reference])
    )
    assert b"Settled by the portal when the signature was stated" in page.content
    assert finding.settled_because.encode() in page.content


def test_a_word_that_does_not_count_settles_nothing():
    contract = found_late()

    say(contract, Signer.LEAD, contract.day)
    say(contract, Signer.SUBCONTRACTOR, None)

    assert ChainFinding.objects.get().settled_at is None
    statement = SubcontractStatement.objects.get(party=Signer.LEAD)
    refused(
        "chain_finding_settled_by_its_signature",
        lambda: ChainFinding.objects.update(
            settled_at=contract.at, settled_by_statement=statement, settled_because="Signed"
        ),
    )
    refused(
        "chain_finding_settling_whole",
        lambda: ChainFinding.objects.update(settled_at=contract.at, settled_because="Signed"),
    )


def test_a_signature_that_is_taken_back_is_found_anew_and_once():
    contract = found_late()

    say(contract, Signer.SUBCONTRACTOR, contract.day)
    raise_unsigned(at=contract.at)
    assert ChainFinding.objects.count() == 1
    say(contract, Signer.SUBCONTRACTOR, None)
    for _run in range(2):
        raise_unsigned(at=contract.at)

    assert ChainFinding.objects.filter(settled_at=None).count() == 1
    assert ChainFinding.objects.count() == 2
    say(contract, Signer.SUBCONTRACTOR, contract.day)
    assert not ChainFinding.objects.filter(settled_at=None).exists()


def test_nothing_is_found_of_whom_it_was_decided_to_go_on_without():
    contract = ready(relied_on=True)
    day = contract.day + timedelta(days=1)
    state_terms(contract=contract, chain_signs_by=day, by=contract.officers[0], at=contract.at)
    decide(contract, ChainMove.WITHOUT)

    raise_unsigned(at=contract.at + timedelta(days=2))

    assert not ChainFinding.objects.exists()


def test_a_direction_to_sign_with_another_is_followed_up():
    contract = ready(relied_on=True)
    decide(contract, ChainMove.DIRECT)
    later = contract.at + timedelta(days=11)
    decide(contract, ChainMove.ANOTHER, at=later)

    raise_unsigned(at=later + timedelta(days=10))  # its last day
    assert not ChainFinding.objects.exists()
    for _run in range(2):
        raise_unsigned(at=later + timedelta(days=11))

    assert ChainFinding.objects.get().facts["due_on"] == str(
        timezone.localdate(later) + timedelta(days=10)
    )


def test_the_day_for_the_chain_is_not_moved_in_the_statement_that_signs():
    contract = ready(relied_on=True)
    late = contract.day - timedelta(days=1)
    state_terms(
        contract=contract, chain_signs_by=contract.day, by=contract.officers[0], at=contract.at
    )

    refused(
        "contract_signed_with_its_chain",
        lambda: Contract.objects.filter(pk=contract.pk).update(
            chain_signs_by=late,
            state=ContractState.SIGNED,
            signed_on=contract.day,
            signed_at=contract.at,
            signed_by=contract.officers[0],
        ),
    )


def test_nobody_has_signed_tomorrow_and_nobody_speaks_for_who_has_no_account():
    contract = made_contract([named() | {"supplier": None}])
    contract.at = contract.award.announced_at
    tomorrow = timezone.localdate(contract.at) + timedelta(days=1)

    assert code(lambda: say(contract, Signer.LEAD, tomorrow)) == "future"
    row = {"subcontractor": contract.subcontractors.get(), "said_by": contract.person}
    for wrong in (
        {"party": Signer.SUBCONTRACTOR, "signed_on": None},
        {"party": Signer.LEAD, "signed_on": tomorrow},
    ):
        refused(
            "subcontract_statement_of_who_can_know",
            lambda wrong=wrong: SubcontractStatement.objects.create(
                said_at=contract.at, **row, **wrong
            ),
        )
