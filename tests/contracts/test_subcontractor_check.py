"""A lead hears of a key subcontractor that fell, as its ledger says who that is now."""

from datetime import UTC, datetime, time, timedelta

import pytest

from contracts import tasks
from contracts.actions.case_decisions import decide_case
from contracts.actions.rechecking import recheck_leads
from contracts.checks import CODE, VERDICTS
from contracts.states import CaseKind
from framework_portal import clock
from suppliers.actions.checking import check_all
from suppliers.actions.standing import reinstate_qualification, suspend_qualification
from suppliers.checks import CHECKS
from suppliers.models import CheckResult, Qualification
from suppliers.states import Outcome, QualificationState
from tests.contracts.building import approved_award, made_contract, named, signed
from tests.contracts.cases import agreed, heard, raised
from tests.factories import AssessorFactory, QualificationFactory, SupplierFactory, qualify

pytestmark = pytest.mark.django_db
# After the day from which the case below holds.
LATER = datetime(2027, 7, 1, 9, tzinfo=UTC)


@pytest.fixture
def partner():
    return QualificationFactory(supplier=SupplierFactory(name="Test Partner")).supplier


@pytest.fixture
def contract(partner):
    """An unsigned contract under which `partner` is promised work."""
    return made_contract([named(partner), named()])


def found(supplier, at=None):
    """What the check says of one supplier, having seen that it says the same of all at once."""
    at = at or clock.now()
    one = CHECKS[CODE].run(supplier, at=at)
    check_all(check=CHECKS[CODE], at=at)
    kept = kept_of(supplier)
    assert (one.outcome, one.message, one.evidence) == (kept.outcome, kept.message, kept.evidence)
    return one


def kept_of(supplier):
    return CheckResult.objects.get(supplier=supplier, check_code=CODE, is_current=True)


def suspend(supplier):
    supplier.qualifications.update(state=QualificationState.SUSPENDED, reasons="Insurance ran out")


def test_a_suspended_subcontractor_of_a_contract_is_referred(contract, partner):
    before = found(contract.supplier)
    suspend(partner)

    after = found(contract.supplier)

    assert before.message == VERDICTS["standing"].message
    assert after.outcome == Outcome.REFER
    assert after.evidence == {"subcontractors": [str(partner.reference)]}


def test_before_the_announcement_no_finding_tells_who_is_going_to_win(partner):
    award = approved_award([named(partner)])
    suspend(partner)

    assert award.state == "approved"
    assert found(award.bid.supplier).message == found(SupplierFactory()).message


def test_a_contract_that_has_ended_is_looked_at_no_more(contract, partner):
    contract = signed(contract)
    suspend(partner)
    last = datetime.combine(contract.ends_on, time(12), tzinfo=UTC)

    assert found(contract.supplier, last).outcome == Outcome.REFER
    after = found(contract.supplier, last + timedelta(days=1))
    assert after.message == VERDICTS["none"].message


def test_whoever_was_replaced_counts_no_more_and_whoever_came_in_does(contract, partner):
    contract, newcomer = signed(contract), qualify(SupplierFactory(), contract.lot)
    line = contract.subcontractors.get(supplier=partner)
    case = raised(contract, CaseKind.SWITCH, line=line, replacement=newcomer)
    agreed(case)
    heard(case)
    decide_case(case=case, grant=True, reasons="Yes", by=contract.officers[0], at=clock.now())
    suspend(partner)
    # Until the day of the change the former one still does the work.
    assert found(contract.supplier).evidence == {"subcontractors": [str(partner.reference)]}
    assert found(contract.supplier, LATER).outcome == Outcome.PASS

    suspend(newcomer)

    seen = found(contract.supplier, LATER)
    assert seen.evidence == {"subcontractors": [str(newcomer.reference)]}


def test_the_lead_is_looked_at_again_soon_after_a_decision_on_its_subcontractor(contract, partner):
    found(contract.supplier)
    assessor = AssessorFactory().user
    qualification = Qualification.objects.get(supplier=partner)

    def decide(action):
        action(qualification=qualification, reasons="Because", by=assessor, at=clock.now())
        tasks.recheck_leads()
        return kept_of(contract.supplier).outcome

    assert decide(suspend_qualification) == Outcome.REFER
    assert recheck_leads(at=clock.now()) == 0
    assert decide(reinstate_qualification) == Outcome.PASS


def test_a_run_after_which_nothing_happened_finds_nobody(contract, django_assert_num_queries):
    found(contract.supplier, LATER)

    with django_assert_num_queries(1):
        recheck_leads(at=LATER)
