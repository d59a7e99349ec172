"""Modifications, options, the end and its notice: rows beside what was signed."""

from datetime import date, datetime, time, timedelta

import pytest
from django.utils import timezone

from contracts.actions.ending import (
    record_termination_notice,
    remind_of_notices,
    terminate_contract,
)
from contracts.actions.modifying import modify_contract
from contracts.models import Contract, Modification
from contracts.selectors.agreement import agreement_of
from contracts.selectors.standing import with_current_terms
from contracts.states import ContractState
from framework_portal.notifications.models import Message
from tests.contracts.building import made_contract, signed_contract
from tests.contracts.test_making import refused
from tests.contracts.test_signing import code

pytestmark = pytest.mark.django_db
SIGNED_ON = date(2026, 1, 5)
AGREED_ON = date(2026, 2, 2)


@pytest.fixture
def contract():
    """Signed, of £100,000, until the end of 2028, with an option of a year."""
    contract = made_contract(1)
    contract.extension_options.create(position=1, months=12, notice_days=90)
    now = timezone.now()
    Contract.objects.filter(pk=contract.pk).update(
        starts_on=date(2026, 3, 1),
        ends_on=date(2028, 12, 31),
        state=ContractState.SIGNED,
        signed_on=SIGNED_ON,
        signed_at=now,
        signed_by=contract.officers[0],
    )
    officers, person = contract.officers, contract.person
    contract = Contract.objects.get(pk=contract.pk)
    contract.officers, contract.person, contract.at = officers, person, now
    return contract


def modify(contract, **terms):
    given = {
        "what": "A longer term",
        "reasons": "The need goes on",
        "agreed_on": AGREED_ON,
        "by": contract.officers[0],
        "at": contract.at,
    }
    return modify_contract(contract=contract, **given | terms)


def now_of(contract):
    return with_current_terms(Contract.objects.filter(pk=contract.pk)).get()


def test_what_holds_now_is_the_last_that_says_so():
    contract = signed_contract(1)
    contract.at = timezone.now() + timedelta(days=365)
    day = {"agreed_on": date(2027, 4, 1)}

    modify(contract, ends_on=date(2031, 3, 31), **day)
    modify(contract, value=120000, **day)
    modify(contract, what="Another room", **day)

    now = now_of(contract)
    assert (now.now_ends_on, now.now_value) == (date(2031, 3, 31), 120000)
    assert (now.value, now.ends_on) == (contract.value, contract.ends_on)  # as they were signed


def test_an_option_moves_the_end_once(contract):
    option = contract.extension_options.get()

    modify(contract, option=option, what="The option")

    assert now_of(contract).now_ends_on == date(2029, 12, 31)
    assert code(lambda: modify(contract, option=option, what="Again")) == "taken"
    agreement = agreement_of(contract, today=date(2026, 5, 1))
    assert (agreement.left, agreement.longest_end) == ([], None)


def test_an_option_of_another_contract_is_refused(contract):
    other = made_contract(1)
    option = other.extension_options.create(position=1, months=12)

    assert code(lambda: modify(contract, option=option)) == "option"


def test_reasons_and_days_are_in_order(contract):
    assert code(lambda: modify(contract, what=" ")) == "empty"
    assert code(lambda: modify(contract, reasons="\n")) == "empty"
    early = SIGNED_ON - timedelta(days=1)
    assert code(lambda: modify(contract, agreed_on=early)) == "before"
    tomorrow = timezone.localdate(contract.at) + timedelta(days=1)
    assert code(lambda: modify(contract, agreed_on=tomorrow)) == "future"
    assert code(lambda: modify(contract, ends_on=date(2026, 2, 1))) == "dates"


def test_what_came_between_is_looked_at_first_and_twice_is_once(contract):
    first = modify(contract, seen=0)

    assert modify(contract, seen=0) == first
    assert code(lambda: modify(contract, what="Something else", seen=0)) == "changed"
    refused("keeps what", lambda: Modification.objects.update(value=1))


def test_an_unsigned_contract_is_neither_modified_nor_ended():
    contract = made_contract(1)
    contract.at = timezone.now()

    assert code(lambda: modify(contract)) == "illegal_move"
    assert code(lambda: end(contract, SIGNED_ON)) == "unsigned"


def end(contract, on, reasons="It was not delivered"):
    return terminate_contract(
        contract=contract, ends_on=on, reasons=reasons, by=contract.officers[0], at=contract.at
    )


def test_the_end_stays_and_everybody_is_told_once(contract):
    on = timezone.localdate(contract.at)

    assert code(lambda: end(contract, SIGNED_ON - timedelta(days=1))) == "dates"
    assert code(lambda: end(contract, on + timedelta(days=1))) == "future"
    for _press in range(2):
        end(contract, on)

    kinds = Message.objects.filter(kind__startswith="contract_terminated")
    assert sorted(kinds.values_list("kind", flat=True)) == [
        "contract_terminated_lead",
        "contract_terminated_subcontractor",
    ]
    assert code(lambda: end(contract, SIGNED_ON)) == "illegal_move"
    assert code(lambda: modify(contract)) == "illegal_move"
    here = Contract.objects.filter(pk=contract.pk)
    refused("contract_stays_terminated", lambda: here.update(terminated_because="Otherwise"))
    refused(
        "contract_stays_terminated",
        lambda: here.update(
            state=ContractState.SIGNED,
            terminated_on=None,
            terminated_at=None,
            terminated_by=None,
        ),
    )


def test_the_notice_of_an_end_is_reminded_of_until_it_is_recorded(contract):
    on = timezone.localdate(contract.at)
    given = {"contract": contract, "published_on": on, "by": contract.officers[0]}
    note = given | {"notice_reference": "2026/S 000-000001", "at": contract.at}

    assert code(lambda: record_termination_notice(**note)) == "runs"
    end(contract, on)
    sent = [remind_of_notices(at=contract.at + timedelta(days=days)) for days in (0, 20, 21, 27)]
    assert sent == [0, 1, 0, 1]
    assert [remind_of_notices(at=contract.at + timedelta(days=days)) for days in (31, 32, 38)] == [
        *(1, 0, 1),
    ]
    agreement = agreement_of(contract, today=on)
    assert agreement.notice_due_on == on + timedelta(days=30)

    assert record_termination_notice(**note) == record_termination_notice(**note)
    other = note | {"notice_reference": "Another"}
    assert code(lambda: record_termination_notice(**other)) == "noted"
    assert remind_of_notices(at=contract.at + timedelta(days=60)) == 0


def test_a_contract_that_expired_needs_its_notice_too(contract):
    ends_at = timezone.make_aware(datetime.combine(contract.ends_on, time(9)))
    later = ends_at + timedelta(days=25)

    assert remind_of_notices(at=later) == 1
    modify(contract, option=contract.extension_options.get())
    assert remind_of_notices(at=later + timedelta(days=3)) == 0
