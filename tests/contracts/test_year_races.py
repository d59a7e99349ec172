"""Lines, signatures and decisions of one year at the same time: they come one after the other."""

import pytest

from contracts.actions.answering import confirm_line, dispute_line
from contracts.actions.reporting import accept_report, seen_digest, sign_report, write_report
from contracts.models import LineAnswer, QuarterLine
from contracts.selectors.annual import year_of_report
from contracts.states import COUNTED, ReportState
from framework_portal.refusals import Refused
from tests.bids.test_submission_races import together
from tests.contracts.building import person_of
from tests.contracts.quarters import (
    YEAR_DONE,
    confirm,
    figures,
    line_of,
    report_of,
    running,
    sent,
    signed,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def contract():
    """A year that was sent, with one line that nobody has answered in time."""
    contract = running(1)
    for number in range(1, 5):
        sent(contract, number)
    for number in range(2, 5):
        confirm(line_of(contract, number))
    return contract


def codes(results):
    wrong = [r for r in results if isinstance(r, Exception) and not isinstance(r, Refused)]
    assert not wrong, wrong
    return [result.code for result in results if isinstance(result, Refused)]


def holds(contract):
    """Whether a standing report is the sum of its lines."""
    report = report_of(contract)
    counted = [line for line in QuarterLine.objects.all() if line.state in COUNTED]
    if report.state in (ReportState.SIGNED, ReportState.ACCEPTED):
        return report.signing.lines == len(counted)
    return True


def test_an_answer_and_the_signature_at_once(contract):
    report = report_of(contract)
    report = write_report(report=report, words="Words", number=0, by=contract.person, at=YEAR_DONE)
    seen = seen_digest(year_of_report(report), report.words)
    line = line_of(contract)
    person = person_of(line.subcontractor)

    results = together(
        lambda: sign_report(report=report, seen=seen, by=contract.person, at=YEAR_DONE),
        lambda: confirm_line(line=line, number=1, by=person, at=YEAR_DONE),
    )

    # Either the answer was first and the page out of date, or it took the signed report back.
    assert codes(results) in ([], ["changed"])
    assert report_of(contract).state == ReportState.DRAFT
    assert holds(contract)


def test_an_answer_and_the_acceptance_at_once(contract):
    report = signed(contract)
    line = line_of(contract)
    person = person_of(line.subcontractor)
    officer = contract.officers[0]

    results = together(
        lambda: accept_report(report=report, signing=report.signing_id, by=officer, at=YEAR_DONE),
        lambda: confirm_line(line=line, number=1, by=person, at=YEAR_DONE),
    )

    assert codes(results) in (["reported"], ["illegal_move"])
    assert holds(contract)


def test_two_colleagues_who_do_not_agree_and_one_answer(contract):
    line = line_of(contract)
    first, second = person_of(line.subcontractor), person_of(line.subcontractor)

    results = together(
        lambda: confirm_line(line=line, number=1, by=first, at=YEAR_DONE),
        lambda: dispute_line(
            line=line, number=1, figures=figures(1), words="No", by=second, at=YEAR_DONE
        ),
    )

    assert codes(results) == ["answered"]
    assert LineAnswer.objects.filter(version__line=line).count() == 1
