"""The award makes the contract, with the promises of the winning bid, unchanged and uneditable."""

from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from contracts.actions.making import make_contracts
from contracts.models import Contract, ExtensionOption, KeySubcontractor, LedgerEntry, Modification
from contracts.states import Basis, ContractState
from framework_portal.audit.models import AuditEvent
from tests.contracts.building import made_contract, named, person_of, signed_contract
from tests.factories import OfficerFactory, SupplierFactory, UserFactory

pytestmark = pytest.mark.django_db


def refused(name, act):
    """The database refuses `act` by the constraint, or in the words, of this `name`."""
    with pytest.raises(DatabaseError) as error, transaction.atomic():
        act()
    assert name in f"{error.value} {error.value.__cause__.diag.constraint_name}"


def test_the_ledger_says_what_the_bid_said():
    small = SupplierFactory(name="Small Steps")
    terms = named(small, share_percent="12.50", volume=40, payment_days=14)
    consent = {"statement": {"organisation": str(small.reference)}, "signature": "signed"}
    terms |= {"relied_on": True}

    contract = made_contract([terms], consents={terms["reference"]: consent}, price="80000")

    line = contract.subcontractors.get()
    entry = line.entries.get()
    assert (line.name, line.supplier, line.position) == ("Small Steps", small, 1)
    assert (entry.basis, entry.role, entry.relied_on) == (Basis.BID, "Peer mentoring", True)
    assert (entry.share_percent, entry.share_pounds) == (Decimal("12.50"), Decimal("10000.00"))
    assert (entry.volume_per_quarter, entry.payment_days) == (40, 14)
    assert entry.consent == consent
    assert (contract.state, contract.value) == (ContractState.DRAFT, Decimal("80000"))
    assert contract.starts_on == contract.lot.competition.service_starts_on
    assert [event.verb for event in AuditEvent.objects.about(contract)] == ["contract.made"]


def test_a_losing_bid_makes_none_and_twice_is_once():
    contract = made_contract(more=[{"price": "120000"}])

    assert make_contracts(at=timezone.now()) == []
    assert Contract.objects.get() == contract


def test_nobody_changes_the_ledger_or_adds_to_it_without_a_basis():
    contract = signed_contract(1)
    line = contract.subcontractors.get()
    entry = line.entries.get()

    refused("keeps what was written", LedgerEntry.objects.all().delete)
    with connection.cursor() as cursor:
        table = KeySubcontractor._meta.db_table
        refused("keeps what", lambda: cursor.execute(f"DELETE FROM {table}"))
    refused("keeps what", lambda: LedgerEntry.objects.update(share_percent=1))
    refused("keeps what", lambda: KeySubcontractor.objects.update(name="Another"))
    second = {"subcontractor": line, "number": 2, "made_at": timezone.now()}
    for basis in Basis:
        refused(
            "ledger_entry_has_its_basis",
            lambda basis=basis: LedgerEntry.objects.create(basis=basis, **second),
        )
    late = {"contract": contract, "position": 2, "name": "Late", "added_at": timezone.now()}
    refused("subcontractor_comes_from_the_bid", lambda: KeySubcontractor.objects.create(**late))
    assert LedgerEntry.objects.get() == entry


def test_a_contract_follows_an_award_to_its_winner():
    contract = made_contract()
    fields = {
        "award": contract.award,
        "lot": contract.lot,
        "commissioner": contract.commissioner,
        "supplier": SupplierFactory(),
        "lead_name": contract.lead_name,
        "made_at": timezone.now(),
    }
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    refused("contract_follows_an_award", lambda: Contract.objects.create(**fields))
    refused(
        "contract_keeps_its_parties",
        lambda: Contract.objects.filter(pk=contract.pk).update(supplier=SupplierFactory()),
    )


def test_a_signed_contract_keeps_its_terms_and_options():
    contract = signed_contract()
    here = Contract.objects.filter(pk=contract.pk)

    refused("contract_keeps_its_terms", lambda: here.update(value=1))
    refused("contract_keeps_its_terms", lambda: here.update(drift_limit_percent=90))
    refused(
        "contract_keeps_its_options",
        lambda: ExtensionOption.objects.create(contract=contract, position=1, months=12),
    )


def test_only_a_signed_contract_is_modified():
    contract = made_contract()
    row = {
        "contract": contract,
        "number": 1,
        "what": "Longer",
        "reasons": "Need",
        "agreed_on": timezone.localdate(),
        "recorded_at": timezone.now(),
        "recorded_by": UserFactory(),
    }

    refused("modification_of_a_signed", lambda: Modification.objects.create(**row))


def test_whose_contract_it_is_and_whose_line():
    contract = made_contract(2)
    first, second = contract.subcontractors.all()
    lead, officer = contract.person, contract.officers[0]
    small, stranger = person_of(first), UserFactory()
    other_officer = OfficerFactory().user

    seen = {
        "lead": (lead, [contract], [first, second]),
        "officer": (officer, [contract], [first, second]),
        "subcontractor": (small, [], [first]),
        "stranger": (stranger, [], []),
        "other officer": (other_officer, [], []),
    }
    for who, (user, contracts, lines) in seen.items():
        assert list(Contract.objects.visible_to(user)) == contracts, who
        assert list(KeySubcontractor.objects.visible_to(user)) == lines, who
    assert second not in KeySubcontractor.objects.of(small)
