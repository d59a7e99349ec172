import pytest

from bids.actions.award import announce_awards, approve_award, propose_award
from bids.models import Award
from framework_portal import clock
from suppliers.actions.checking import check_all
from suppliers.checks import CHECKS
from suppliers.models import CheckResult
from suppliers.states import Outcome, QualificationState
from tests.bids.evaluated import officers
from tests.bids.test_award import at, stage
from tests.factories import OpenLotFactory, QualificationFactory, SupplierFactory

pytestmark = pytest.mark.django_db
CODE = "subcontractors_standing"


@pytest.fixture
def partner():
    return QualificationFactory(supplier=SupplierFactory(name="Test Partner")).supplier


@pytest.fixture
def lead(partner):
    """A supplier whose winning bid names `partner`; `.announce()` tells everybody."""
    lot = OpenLotFactory()
    people = officers(lot.competition)
    named = {
        "name": partner.name,
        "supplier": str(partner.reference),
        "role": "Housing",
        "share_percent": "10.00",
    }
    best, _other = stage(lot, people, [5, 3], subcontractors=[named])
    award = propose_award(lot=lot, bid=best, reasons="The best", by=people[0], at=at(lot))
    approve_award(award=award, by=people[1], at=at(lot))
    best.supplier.announce = lambda: announce_awards(
        competition=lot.competition, by=people[0], at=at(lot)
    )
    return best.supplier


def found(supplier):
    """What the check says of one supplier, having seen that it says the same of all at once."""
    one = CHECKS[CODE].run(supplier, at=clock.now())
    check_all(check=CHECKS[CODE], at=clock.now())
    kept = CheckResult.objects.get(supplier=supplier, check_code=CODE, is_current=True)
    assert (one.outcome, one.message, one.evidence) == (kept.outcome, kept.message, kept.evidence)
    return one


def suspend(supplier):
    supplier.qualifications.update(state=QualificationState.SUSPENDED, reasons="Insurance ran out")


def test_a_suspended_subcontractor_of_an_announced_award_is_referred(lead, partner):
    lead.announce()
    before = found(lead)
    suspend(partner)

    after = found(lead)

    assert before.outcome == Outcome.PASS
    assert after.outcome == Outcome.REFER
    assert after.evidence == {"subcontractors": [str(partner.reference)]}


def test_before_the_announcement_no_finding_tells_who_is_going_to_win(lead, partner):
    suspend(partner)

    assert Award.objects.get().state == "approved"
    assert found(lead).message == found(SupplierFactory()).message
