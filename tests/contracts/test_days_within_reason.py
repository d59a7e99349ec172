"""A mistyped year is refused where it is typed, and by the database."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from contracts.actions.subcontracts import state_subcontract
from contracts.forms.dates import ContractDate
from contracts.forms.subcontracts import StatementForm
from contracts.models import (
    ChainDecision,
    ChangeCase,
    Contract,
    Modification,
    SubcontractStatement,
    TerminationNotice,
)
from contracts.states import Signer
from framework_portal import clock
from framework_portal.refusals import Refused
from tests.contracts.building import made_contract, signed_contract
from tests.contracts.cases import raised

pytestmark = pytest.mark.django_db
TYPED = [
    (ChangeCase, "effective_on", "case_begins_within_reason"),
    (SubcontractStatement, "signed_on", "subcontract_statement_within_reason"),
    (ChainDecision, "due_on", "chain_direction_within_reason"),
    (TerminationNotice, "published_on", "termination_notice_within_reason"),
    (Contract, "chain_signs_by", "contract_signing_within_reason"),
    (Contract, "signed_on", "contract_signing_within_reason"),
    (Modification, "agreed_on", "modification_day_within_reason"),
]


@pytest.mark.parametrize(("model", "name", "constraint"), TYPED)
@pytest.mark.parametrize("year", [203, 9203])
def test_the_database_holds_no_day_of_another_age(model, name, constraint, year):
    held = next(each for each in model._meta.constraints if each.name == constraint)
    days = dict.fromkeys(["chain_signs_by", "signed_on", name], date(2027, 6, 1))

    assert held.condition.check(days)
    assert not held.condition.check(days | {name: date(year, 6, 1)})
    with connection.cursor() as cursor:
        cursor.execute("SELECT convalidated FROM pg_constraint WHERE conname = %s", [constraint])
        assert cursor.fetchall() == [(True,)]


def test_a_case_begins_in_an_age_that_contracts_have():
    case = raised(signed_contract(1))

    with (
        pytest.raises(IntegrityError, match="case_begins_within_reason"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SET LOCAL session_replication_role = replica")  # no triggers
        cursor.execute(
            "UPDATE contracts_changecase SET effective_on = '9203-06-01' WHERE id = %s", [case.pk]
        )


def test_a_party_that_mistypes_the_year_of_its_signature_is_told():
    contract = made_contract(1)
    line = contract.subcontractors.get()

    with pytest.raises(Refused) as refusal:
        state_subcontract(
            subcontractor=line,
            party=Signer.LEAD,
            signed_on=date(203, 4, 1),
            by=contract.person,
            at=clock.now(),
        )

    assert refusal.value.code == "year"
    assert not SubcontractStatement.objects.exists()


def test_the_forms_ask_for_a_day_that_a_contract_may_hold():
    typed = {f"signed_on_{place}": part for place, part in enumerate(("1", "4", "0203"))}
    form = StatementForm({"has_signed": "yes", **typed})

    assert isinstance(form.fields["signed_on"], ContractDate)
    assert "signed_on" in form.errors
