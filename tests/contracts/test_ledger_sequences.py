"""Whatever is done from the award to the end of a contract, its ledger is the opened bid.

What changes a ledger is a granted case, and that has a test of its own (test_case_sequences).
"""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from bids.selectors.evaluation import opened_offer
from contracts.actions.directing import decide_chain
from contracts.actions.ending import terminate_contract
from contracts.actions.making import make_contracts
from contracts.actions.modifying import modify_contract
from contracts.actions.signing import sign_contract
from contracts.actions.subcontracts import state_subcontract
from contracts.actions.terms import state_terms
from contracts.models import ChainDecision, Contract, LedgerEntry
from contracts.selectors.standing import standstill_ends_on, subcontracts_of
from contracts.states import Basis, ChainMove, ContractState, Signer
from framework_portal.reference.models import Period
from framework_portal.refusals import Refused
from tests.contracts.building import made_contract, named
from tests.contracts.test_who_agreed import consent_of
from tests.factories import SupplierFactory

DAYS = st.integers(-3, 30)
PROMISES = st.lists(
    st.fixed_dictionaries(
        {
            "share_percent": st.decimals(0, 30, places=2).map(str),
            "volume": st.integers(0, 900),
            "payment_days": st.integers(0, 30),
            "relied_on": st.booleans(),
            "role": st.text(
                st.characters(blacklist_categories=["Cs", "Cc"]), min_size=1, max_size=30
            ),
        }
    ),
    max_size=3,
)


class Agreement(RuleBasedStateMachine):
    """One contract of a bid with any promises, and everybody who acts on it."""

    def __init__(self):
        super().__init__()
        self.outer = transaction.atomic()
        self.outer.__enter__()

    def teardown(self):
        transaction.set_rollback(True)
        self.outer.__exit__(None, None, None)

    @initialize(promises=PROMISES)
    def an_award(self, promises):
        Period.objects.get_or_create(slug="standstill", defaults={"working_days": 8})
        entries = [named(**promise) for promise in promises]
        # The link of the first went to somebody who is called otherwise.
        consents = {each["reference"]: consent_of(each, SupplierFactory()) for each in entries[:1]}
        self.contract = made_contract(entries, consents=consents)
        self.now = self.contract.award.announced_at
        self.offer = opened_offer(self.contract.award.bid)
        self.lines = list(self.contract.subcontractors.all())
        self.signed_late = False

    def tried(self, act, **given):
        at = {"by": self.contract.officers[0], "at": self.now}
        try:
            return act(**at | given)
        except Refused:
            return None

    @property
    def today(self):
        return timezone.localdate(self.now)

    @rule(days=st.integers(0, 20))
    def time_passes(self, days):
        self.now += timedelta(days=days, hours=1)
        make_contracts(at=self.now)

    @rule(days=DAYS, value=st.integers(0, 10**6))
    def terms_are_stated(self, days, value):
        by = self.today + timedelta(days=days)
        self.tried(state_terms, contract=self.contract, chain_signs_by=by, value=value)

    @rule(days=DAYS, aware=st.booleans())
    def it_is_signed(self, days, aware):
        before = Contract.objects.get(pk=self.contract.pk).state
        late = [each for each in subcontracts_of(self.contract) if each.is_late(self.today)]
        on = self.today - timedelta(days=days)
        given = {"contract": self.contract, "signed_on": on, "no_claim": True, "aware": aware}
        signed = self.tried(sign_contract, **given)
        if signed is not None and before == ContractState.DRAFT:
            self.signed_late = bool(late)
            assert on > standstill_ends_on(self.contract.award)

    @rule(days=DAYS, which=st.integers(0, 2), move=st.sampled_from(list(ChainMove)))
    def it_is_decided(self, days, which, move):
        if self.lines:
            line = self.lines[which % len(self.lines)]
            due_on = self.today + timedelta(days=days)
            self.tried(
                decide_chain, subcontractor=line, move=move, reasons="We looked", due_on=due_on
            )

    @rule(which=st.integers(0, 2), signer=st.sampled_from(list(Signer)), days=st.none() | DAYS)
    def somebody_says(self, which, signer, days):
        if self.lines:
            on = None if days is None else self.today - timedelta(days=days)
            line = self.lines[which % len(self.lines)]
            self.tried(state_subcontract, subcontractor=line, party=signer, signed_on=on)

    @rule(days=DAYS, value=st.none() | st.integers(0, 10**6))
    def it_is_modified(self, days, value):
        change = {"what": "Something", "reasons": "Needed", "value": value}
        agreed_on = self.today - timedelta(days=days)
        self.tried(modify_contract, contract=self.contract, agreed_on=agreed_on, **change)

    @rule(days=DAYS)
    def it_is_ended(self, days):
        on = self.today - timedelta(days=days)
        self.tried(terminate_contract, contract=self.contract, ends_on=on, reasons="It must")

    @invariant()
    def the_ledger_is_the_opened_bid(self):
        entries = LedgerEntry.objects.filter(subcontractor__contract=self.contract)
        found = list(entries.order_by("subcontractor__position").select_related("subcontractor"))
        assert len(found) == len(self.offer["subcontractors"])
        for entry, promised in zip(found, self.offer["subcontractors"], strict=True):
            assert (entry.number, entry.basis, entry.is_end) == (1, Basis.BID, False)
            line = entry.subcontractor
            assert (line.named_as or line.name) == promised["name"]
            assert bool(line.named_as) == bool(entry.consent)
            assert entry.consent == self.offer["consents"].get(promised["reference"])
            for name in ("role", "payment_days", "relied_on"):
                assert getattr(entry, name) == promised[name], name
            assert entry.volume_per_quarter == promised["volume"]
            share = Decimal(promised["share_percent"])
            assert entry.share_percent == share
            pounds = Decimal(self.offer["price"]) * share / 100
            assert abs(entry.share_pounds - pounds) <= Decimal("0.005")
            assert entry.starts_on == date.fromisoformat(promised["starts_on"])

    @invariant()
    def value_and_signing_are_as_they_should_be(self):
        contract = Contract.objects.get(pk=self.contract.pk)
        assert contract.value == Decimal(self.offer["price"])
        assert not self.signed_late
        if contract.state == ContractState.TERMINATED and contract.signed_on is None:
            refusals = ChainDecision.objects.filter(move=ChainMove.REFUSE)
            assert refusals.filter(subcontractor__contract=contract).count() == 1


@pytest.mark.django_db
def test_any_sequence():
    run_state_machine_as_test(
        Agreement,
        settings=settings(
            max_examples=5,
            stateful_step_count=15,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
