"""Returns and reports: reminded once for each notice, overdue once a week, found once."""

from datetime import date, timedelta

import pytest

from contracts.actions.chain_reminders import remind_leads, report_overdue
from contracts.actions.ending import terminate_contract
from contracts.actions.reporting import unready
from contracts.actions.scheduling import open_quarters
from contracts.models import ChainFinding, QuarterReturn
from contracts.states import FindingKind
from framework_portal.notifications.models import Message
from framework_portal.notifications.rendering import rendered
from tests.contracts.building import signed_contract
from tests.contracts.quarters import (
    YEAR_DONE,
    full_year,
    on,
    periods,
    quarter_of,
    report_of,
    running,
    sent,
    signed,
)

pytestmark = pytest.mark.django_db
BEGUN = on(2027, 4, 2)


def told(kind):
    return Message.objects.filter(kind=kind)


def test_the_lead_is_reminded_sixty_thirty_seven_and_one_day_before_and_each_once():
    contract = running(1, at=BEGUN)
    due = quarter_of(contract).due_on
    noon = on(due.year, due.month, due.day)
    sent_at = {}

    for days in range(62, -2, -1):
        at = noon - timedelta(days=days)
        for _again in range(2):
            sent_at[days] = sent_at.get(days, 0) + remind_leads(at=at)

    assert {days: n for days, n in sent_at.items() if n} == {60: 1, 30: 1, 7: 1, 1: 1}
    assert set(told("quarter_due").values_list("to", flat=True)) == {contract.person.email}


def test_of_several_notices_the_nearest_alone_is_sent_after_an_outage():
    contract = running(1, at=BEGUN)
    due = quarter_of(contract).due_on

    sent = remind_leads(at=on(due.year, due.month, due.day) - timedelta(days=5))

    assert sent == 1
    assert ":7d:" in told("quarter_due").get().key


def test_what_was_sent_or_signed_is_not_reminded_of():
    contract = running(1)
    full_year(contract)
    signed(contract)

    assert remind_leads(at=on(2028, 5, 20)) == 0
    assert report_overdue(at=on(2028, 7, 10)) == 0
    assert not ChainFinding.objects.filter(kind=FindingKind.REPORT_OVERDUE).exists()


def test_the_commissioner_is_told_each_week_and_the_finding_is_raised_once():
    contract = running(1, at=BEGUN)
    quarter = quarter_of(contract)
    due = on(quarter.due_on.year, quarter.due_on.month, quarter.due_on.day)

    on_the_day = report_overdue(at=due)
    counts = [report_overdue(at=due + timedelta(days=days)) for days in range(1, 16)]

    officers = len({user.pk for user in contract.officers})
    assert on_the_day == 0
    assert [day for day, count in enumerate(counts, start=1) if count] == [1, 7, 14]
    assert set(counts) == {0, officers}
    finding = ChainFinding.objects.get(kind=FindingKind.REPORT_OVERDUE)
    assert finding.facts["quarterly"] == str(quarter.reference)


def test_an_overdue_report_is_found_and_told():
    contract = running(1)
    for number in range(1, 5):
        sent(contract, number)
    report = report_of(contract)
    after = on(report.due_on.year, report.due_on.month, report.due_on.day) + timedelta(days=1)

    told_now = report_overdue(at=after)

    assert told_now == 2
    assert told("chain_overdue").first().context["report"] == str(report.reference)
    assert ChainFinding.objects.get(kind=FindingKind.REPORT_OVERDUE).facts["year"] == 1


@pytest.mark.parametrize("count", [1, 3])
def test_reminders_cost_the_same_for_one_contract_or_three(count, django_assert_num_queries):
    periods()
    for _ in range(count):
        signed_contract(1)
    open_quarters(at=BEGUN)
    due = QuarterReturn.objects.first().due_on

    with django_assert_num_queries(4):
        remind_leads(at=on(due.year, due.month, due.day))


def test_every_mail_of_quarters_and_reports_can_be_read():
    contract = running(1)
    reference = str(contract.reference)
    for kind, context in {
        "line_asked": {"line": reference},
        "line_disputed": {"quarter": reference},
        "line_settled": {"quarter": reference},
        "chain_report_signed": {"report": reference},
        "chain_report_decided": {"report": reference, "state": "accepted"},
        "chain_report_reopened": {"report": reference},
        "quarter_due": {"quarter": reference, "due_on": "2027-07-28"},
        "chain_report_due": {"report": reference, "due_on": "2027-07-28"},
        "chain_overdue": {"quarter": reference, "due_on": "2027-07-28"},
    }.items():
        subject, text = rendered(kind, context)
        assert subject and reference in text, kind
        if "due_on" in context:
            assert "28 July 2027" in text, kind


def test_quarters_after_a_last_day_that_was_said_late_are_owed_no_more():
    contract = running(1)
    for number in (1, 2):
        sent(contract, number)
    terminate_contract(
        contract=contract,
        ends_on=date(2027, 9, 30),
        reasons="It ended last year",
        by=contract.officers[0],
        at=YEAR_DONE,
    )
    open_quarters(at=YEAR_DONE)
    third = quarter_of(contract, 3)
    noon = on(third.due_on.year, third.due_on.month, third.due_on.day)

    assert remind_leads(at=noon - timedelta(days=5)) == 0
    report_overdue(at=on(2028, 9, 1))

    facts = [finding.facts for finding in ChainFinding.objects.all()]
    assert not [each for each in facts if each.get("quarterly")]
    assert not [words for words in unready(report_of(contract), at=YEAR_DONE) if "sent" in words]
