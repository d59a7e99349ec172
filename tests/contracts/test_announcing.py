"""The announcement makes the contract: both at once, or neither; and never two of it."""

from datetime import timedelta

import pytest
from django.urls import reverse

from bids.actions.award import announce_awards
from bids.selectors.consents import SIGNED_KIND
from bids.states import AwardState
from contracts.actions import announcing, making
from contracts.actions.announcing import announce_with_contracts
from contracts.models import Contract, LedgerEntry
from contracts.states import ContractKind
from contracts.tasks import make_missing_contracts
from framework_portal.sealing.signing import sign
from tests.contracts.building import approved_award, named
from tests.factories import OpenLotFactory, SupplierFactory
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db


def test_the_press_that_announces_makes_the_contract(client):
    award = approved_award(1)
    sign_in(client, award.officers[0])

    reference = award.lot.competition.reference
    client.post(reverse("commissioner:awards_announce", args=[reference]))

    contract = Contract.objects.get(award=award)
    award.refresh_from_db()
    assert (award.state, contract.made_at) == (AwardState.ANNOUNCED, award.announced_at)
    assert LedgerEntry.objects.get().subcontractor.contract == contract


def test_an_announcement_without_its_contract_is_none(monkeypatch):
    award = approved_award(1)

    def fails(**_known):
        raise RuntimeError

    monkeypatch.setattr(announcing, "make_contracts", fails)
    with pytest.raises(RuntimeError):
        announce_with_contracts(
            competition=award.lot.competition, by=award.officers[0], at=award.at
        )

    award.refresh_from_db()
    assert award.state == AwardState.APPROVED
    assert not Contract.objects.exists()


def test_the_net_catches_what_was_announced_otherwise_and_makes_nothing_twice():
    award = approved_award(1)
    announce_awards(competition=award.lot.competition, by=award.officers[0], at=award.at)

    for _run in range(2):
        make_missing_contracts()

    assert Contract.objects.get().award == award


def test_an_award_without_a_contract_for_a_fault_of_its_own_keeps_no_other_waiting(
    monkeypatch, caplog
):
    awards = [approved_award(1) for _ in range(2)]
    for award in awards:
        announce_awards(competition=award.lot.competition, by=award.officers[0], at=award.at)
    make = making._make

    def fails(award, at):
        if award == awards[0]:
            raise RuntimeError
        return make(award, at)

    monkeypatch.setattr(making, "_make", fails)
    make_missing_contracts()

    assert Contract.objects.get().award == awards[1]
    assert str(awards[0].reference) in caplog.text


def test_the_ledger_names_who_took_up_an_invitation_by_its_signed_consent():
    invited = SupplierFactory()
    entry = named(invited, volume=17) | {"supplier": None}
    said = {"organisation": str(invited.reference), "organisation_name": invited.name}
    signed = sign({"kind": SIGNED_KIND, **said})
    award = approved_award([entry], consents={entry["reference"]: signed})
    at = award.at + timedelta(hours=1)

    announce_with_contracts(competition=award.lot.competition, by=award.officers[0], at=at)

    line = Contract.objects.get().subcontractors.get()
    entry = line.entries.get()
    assert (line.supplier, entry.volume_per_quarter, entry.consent) == (invited, 17, signed)


def test_a_competition_for_a_grant_leads_to_a_grant_under_its_power():
    power = "Offender Management Act 2007 s.6"
    lot = OpenLotFactory(competition__kind="grant", competition__legal_power=power)
    award = approved_award(1, lot=lot)

    announce_with_contracts(competition=lot.competition, by=award.officers[0], at=award.at)

    contract = Contract.objects.get()
    assert (contract.kind, contract.legal_power) == (ContractKind.GRANT, power)
