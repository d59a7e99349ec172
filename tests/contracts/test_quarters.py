"""The lead states its quarters; each subcontractor answers for its own line, and no other."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from contracts.actions.answering import confirm_line, dispute_line, settle_dispute
from contracts.actions.case_decisions import decide_case
from contracts.actions.findings import settle_finding
from contracts.actions.scheduling import open_quarters
from contracts.actions.stating import (
    add_line,
    correct_income,
    correct_line,
    save_quarter_draft,
    send_quarter,
)
from contracts.figures import Stated
from contracts.models import (
    ChainFinding,
    LineAnswer,
    LineVersion,
    QuarterLine,
    QuarterReturn,
    SupplyChainReport,
)
from contracts.selectors.findings import in_dispute
from contracts.states import CaseKind, FindingKind, LineState, Ruling
from framework_portal import clock
from framework_portal.notifications.models import Message
from framework_portal.refusals import Refused
from tests.contracts.building import named, person_of, signed_contract
from tests.contracts.cases import heard, raised
from tests.contracts.quarters import (
    AFTER,
    NOTHING,
    YEAR_DONE,
    confirm,
    figures,
    line_of,
    on,
    periods,
    quarter_of,
    running,
    sent,
    stated,
)

pytestmark = pytest.mark.django_db


def refused(code, act, **given):
    with pytest.raises(Refused) as refusal:
        act(**given)
    assert refusal.value.code == code


def kept_from(name, act):
    """The database refuses `act`, at once or when it is committed, by the constraint `name`."""
    with pytest.raises(DatabaseError) as error, transaction.atomic():
        act()
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert name in f"{error.value} {error.value.__cause__.diag.constraint_name}"


def test_each_quarter_and_year_comes_round_once_with_its_due_date():
    contract = running(1, at=on(2028, 4, 1))

    again = open_quarters(at=on(2028, 4, 1))

    quarters = QuarterReturn.objects.filter(contract=contract)
    assert again == 0
    assert [(q.number, q.year, q.starts_on) for q in quarters] == [
        (1, 1, date(2027, 4, 1)),
        (2, 1, date(2027, 7, 1)),
        (3, 1, date(2027, 10, 1)),
        (4, 1, date(2028, 1, 1)),
        (5, 2, date(2028, 4, 1)),
    ]
    assert quarters[0].due_on == date(2027, 7, 28)  # twenty working days after 30 June 2027
    reports = SupplyChainReport.objects.filter(contract=contract)
    assert [(r.year, r.starts_on, r.ends_on) for r in reports] == [
        (1, date(2027, 4, 1), date(2028, 3, 31)),
        (2, date(2028, 4, 1), date(2029, 3, 31)),
    ]


def test_no_quarter_begins_after_the_contract_has_ended():
    contract = running(1, at=on(2031, 1, 1))

    numbers = QuarterReturn.objects.filter(contract=contract).values_list("number", flat=True)

    assert list(numbers) == list(range(1, 13))


@pytest.mark.parametrize("count", [1, 3])
def test_opening_costs_the_same_for_one_contract_or_three(count, django_assert_num_queries):
    periods()
    for _ in range(count):
        signed_contract(1)

    with django_assert_num_queries(11):
        open_quarters(at=on(2027, 5, 1))

    assert QuarterReturn.objects.count() == count


def test_sending_asks_each_subcontractor_for_its_own_line():
    contract = running(2)
    first, second = contract.subcontractors.order_by("position")
    one, other = person_of(first), person_of(second)

    quarter = sent(contract)

    assert {line.state for line in quarter.lines.all()} == {LineState.ASKED}
    assert LineVersion.objects.first().answer_due_on == date(2027, 7, 19)
    asked = Message.objects.filter(kind="line_asked")
    assert {one.email, other.email} <= set(asked.values_list("to", flat=True))
    own = QuarterLine.objects.visible_to(one).get()
    assert own.subcontractor == first
    assert asked.get(to=one.email).context == {"line": str(own.reference)}
    assert not QuarterLine.objects.of(one).filter(subcontractor=second).exists()
    assert not QuarterReturn.objects.visible_to(one).exists()


def test_a_quarter_is_sent_once_after_its_end_and_complete():
    contract = running(2)
    quarter = quarter_of(contract)
    first, second = contract.subcontractors.order_by("position")
    given = {
        "quarter": quarter,
        "income": Decimal(1),
        "lines": [stated(first), stated(second)],
        "number": 0,
        "by": contract.person,
    }

    refused("early", send_quarter, **given, at=on(2027, 6, 30))
    refused("incomplete", send_quarter, **given | {"lines": [stated(first)]}, at=AFTER[0])
    twice = [stated(first), stated(second), stated(first)]
    refused("twice", send_quarter, **given | {"lines": twice}, at=AFTER[0])
    stranger = running(1).subcontractors.get()
    refused(
        "not_in_ledger",
        send_quarter,
        **given | {"lines": [*given["lines"], stated(stranger)]},
        at=AFTER[0],
    )
    refused("stale", send_quarter, **given | {"number": 4}, at=AFTER[0])
    send_quarter(**given, at=AFTER[0])
    again = send_quarter(**given, at=AFTER[0] + timedelta(seconds=1))

    assert again.sent_at == AFTER[0]
    refused("sent", send_quarter, **given | {"by": person_of(first)}, at=AFTER[1])
    kept_from(
        "quarter_sent_after_its_end",
        lambda: QuarterReturn.objects.filter(pk=quarter_of(contract, 2).pk).update(
            sent_at=on(2027, 9, 30), sent_by=contract.person, income_pounds=1
        ),
    )


def test_two_colleagues_do_not_overwrite_each_other():
    contract = running(1)
    quarter = quarter_of(contract)
    given = {"quarter": quarter, "by": contract.person, "at": AFTER[0]}

    save_quarter_draft(typed={"income": "one"}, number=0, **given)
    save_quarter_draft(typed={"income": "one"}, number=0, **given)  # pressed twice
    refused("stale", save_quarter_draft, typed={"income": "two"}, number=0, **given)

    quarter.refresh_from_db()
    assert (quarter.draft, quarter.draft_number) == ({"income": "one"}, 1)


def test_a_dispute_stands_until_the_lead_changes_the_line_and_is_asked_anew():
    contract = running(1)
    sent(contract)
    line = line_of(contract)
    person = person_of(line.subcontractor)
    own = figures(10, "2000", 1, 1, "45")

    dispute_line(line=line, number=1, figures=own, words="We saw ten", by=person, at=AFTER[0])
    refused("answered", confirm_line, line=line, number=1, by=person, at=AFTER[0])
    line = line_of(contract)
    assert (line.state, line.referrals) == (LineState.DISPUTED, 30)
    assert Message.objects.filter(kind="line_disputed", to=contract.person.email).count() == 1
    correct_line(
        line=line, figures=own, words="Ours were wrong", number=1, by=contract.person, at=AFTER[0]
    )

    line = line_of(contract)
    assert (line.state, line.number, line.referrals) == (LineState.ASKED, 2, 10)
    refused("stale", confirm_line, line=line, number=1, by=person, at=AFTER[0])
    confirm_line(line=line, number=2, by=person, at=AFTER[0])
    assert line_of(contract).state == LineState.CONFIRMED
    assert [version.referrals for version in line.versions.all()] == [30, 10]


def test_the_commissioner_settles_a_dispute_in_words_and_that_stands():
    contract = running(2)
    sent(contract)
    line, other = line_of(contract), line_of(contract, position=2)
    own = figures(10, "2000", 1, 1, "45")
    given = {"by": person_of(line.subcontractor), "at": AFTER[0]}
    dispute_line(line=line, number=1, figures=own, words="We saw ten", **given)
    given = {"by": contract.officers[0], "at": AFTER[0], "number": 1}

    refused("no_words", settle_dispute, line=line, ruling=Ruling.LEAD, words=" ", **given)
    settle_dispute(line=line, ruling=Ruling.SUBCONTRACTOR, words="Its invoice says so", **given)

    line = line_of(contract)
    assert (line.state, line.referrals, line.pounds) == (LineState.SETTLED, 10, Decimal(2000))
    refused("settled", settle_dispute, line=line, ruling=Ruling.LEAD, words="No", **given)
    refused(
        "settled",
        correct_line,
        line=line,
        figures=figures(29),
        words="",
        number=1,
        by=contract.person,
        at=AFTER[0],
    )
    refused("illegal_move", settle_dispute, line=other, ruling=Ruling.LEAD, words="No", **given)


def test_figures_that_stand_by_a_ruling_are_looked_at_too():
    contract = running(1)
    sent(contract)
    line = line_of(contract)
    given = {"line": line, "number": 1, "at": AFTER[0]}
    someone = person_of(line.subcontractor)
    dispute_line(figures=NOTHING, words="We saw nobody", by=someone, **given)
    assert not ChainFinding.objects.filter(contract=contract).exists()

    by = contract.officers[0]
    settle_dispute(ruling=Ruling.SUBCONTRACTOR, words="Nothing shows it", by=by, **given)

    (found,) = ChainFinding.objects.filter(contract=contract)
    assert (found.kind, found.subcontractor) == (FindingKind.NOTHING_FLOWING, line.subcontractor)


def test_a_disputed_line_neither_raises_nor_settles_a_finding_nor_counts_in_the_year_so_far():
    contract = running(1)  # 20% of £25,000 are promised, less than 16% is beyond the limit
    waiting = ChainFinding.objects.filter(contract=contract, settled_at=None)
    sent(contract, 1, [NOTHING])
    line = line_of(contract)
    given = {"line": line, "number": 1, "at": AFTER[0]}
    by = person_of(line.subcontractor)
    raised = waiting.get()
    dispute_line(figures=figures(12, "5000"), words="Twelve came", by=by, **given)

    sent(contract, 2, at=AFTER[1])  # by itself it is as promised

    assert waiting.get() == raised  # neither settled by the dispute, nor a drift of the year
    assert in_dispute([raised]) == {raised.pk}

    officer = contract.officers[0]
    settle_dispute(ruling=Ruling.LEAD, words="None came", by=officer, **given)

    # What the lead stated counts again: the year so far is behind in the second quarter.
    assert in_dispute([raised]) == set()
    assert {(each.kind, each.facts["quarter"]) for each in waiting} == {
        (FindingKind.NOTHING_FLOWING, "April to June 2027"),
        (FindingKind.DRIFT, "July to September 2027"),
    }


def test_what_the_figures_show_is_found_once():
    contract = running(3)
    first, _second, _third = contract.subcontractors.order_by("position")
    outside = Stated(None, "Nobody We Know", figures(0, "900", 1, 0, "5"))

    sent(contract, lines=[NOTHING, figures(24, "1000"), figures(24, "5000")], others=[outside])
    sent(contract, 2)

    found = {
        (finding.kind, finding.subcontractor and finding.subcontractor.position)
        for finding in ChainFinding.objects.filter(contract=contract)
    }
    # 20% of 25,000 and 30 people were promised; less than 16%, or 24, is beyond the limit.
    assert found == {
        (FindingKind.NOT_IN_LEDGER, None),
        (FindingKind.NOTHING_FLOWING, first.position),
        (FindingKind.DRIFT, 2),
        (FindingKind.DRIFT, first.position),
        (FindingKind.DRIFT, 2),
    }
    outside = QuarterLine.objects.get(subcontractor=None)
    assert (outside.state, outside.name) == (LineState.NOT_ASKED, "Nobody We Know")


@pytest.mark.parametrize(
    ("number", "held", "is_found"),
    [
        (2, NOTHING, False),
        (2, figures(0, "900"), False),  # the last invoices
        (2, figures(3, "0", 0, 0, None), True),
        (3, figures(0, "900"), True),
        (3, figures(3, "900"), True),
    ],
)
def test_work_passed_to_somebody_who_has_left_the_ledger_is_found(number, held, is_found):
    contract = running(2)
    line = contract.subcontractors.get(position=1)
    case = raised(contract, CaseKind.END, line=line, effective_on=date(2027, 6, 1))
    heard(case)
    given = {"by": contract.officers[0], "at": clock.now()}
    decide_case(case=case, grant=True, reasons="It may end", **given)
    for before in range(1, number):
        sent(contract, before)

    sent(contract, number, [held, figures()])

    found = ChainFinding.objects.filter(subcontractor=line)
    here = str(quarter_of(contract, number).reference)
    found = found.filter(facts__quarterly=here)
    assert [(each.kind, each.facts["name"]) for each in found] == (
        [(FindingKind.NOT_IN_LEDGER, line.name)] if is_found else []
    )


def test_people_who_are_not_referred_are_a_drift_though_the_money_flows():
    contract = running(1)  # 30 people a quarter, and a limit of 20%
    sent(contract, 1, [figures(24, "5000")])
    assert not ChainFinding.objects.filter(contract=contract).exists()

    sent(contract, 2, [figures(23, "5000")])

    found = ChainFinding.objects.get(contract=contract)
    assert found.kind == FindingKind.DRIFT
    assert (found.facts["promised_volume"], found.facts["delivered_volume"]) == (60, 47)
    assert "promised_percent" not in found.facts


def test_what_is_corrected_back_to_nothing_after_it_was_settled_is_found_anew():
    contract = running(1)
    sent(contract, 1, [NOTHING])
    line = line_of(contract)
    given = {"by": contract.person, "at": AFTER[0], "line": line}
    said = {"because": "They begin in May", "by": contract.officers[0], "at": AFTER[0]}

    correct_line(figures=figures(), words="", number=1, **given)
    correct_line(figures=NOTHING, words="", number=2, **given)
    waits = ChainFinding.objects.get(contract=contract)  # not settled: it still says so
    settle_finding(finding=waits, **said)
    correct_line(figures=figures(), words="", number=3, **given)
    correct_line(figures=NOTHING, words="", number=4, **given)

    anew = ChainFinding.objects.filter(contract=contract, settled_at=None)
    assert anew.get().kind == FindingKind.NOTHING_FLOWING
    settle_finding(finding=anew.get(), **said)
    correct_line(figures=figures(), words="", number=5, **given)
    assert not anew.exists()


def test_work_passed_before_the_promise_begins_is_found():
    contract = running([named(share_percent="20", starts_on="2027-07-01")])

    sent(contract, 1, [figures(3, "900")])

    assert ChainFinding.objects.get(contract=contract).kind == FindingKind.NOT_IN_LEDGER


def test_who_joined_within_the_year_is_not_behind_for_the_quarters_before():
    contract = running([named(share_percent="20", starts_on="2027-07-01")])
    sent(contract, 1, [NOTHING])
    sent(contract, 2)  # £5,000 of £25,000

    assert not ChainFinding.objects.filter(contract=contract, kind=FindingKind.DRIFT).exists()


def test_forgotten_lines_and_wrong_incomes_are_put_right_with_their_history():
    contract = running(1)
    quarter = sent(contract)
    given = {"by": contract.person, "at": AFTER[0], "quarter": quarter}
    late = Stated(None, "Forgotten Friends", figures(0, "10", 1, 0, "3"))

    add_line(stated=late, **given)
    refused("twice", add_line, stated=late, **given)
    refused("twice", add_line, stated=stated(contract.subcontractors.get()), **given)
    correct_income(income=Decimal(30000), was=Decimal(25000), **given)
    refused("stale", correct_income, income=Decimal(1), was=Decimal(25000), **given)

    assert [row.pounds for row in quarter.incomes.all()] == [25000, 30000]
    assert ChainFinding.objects.filter(kind=FindingKind.NOT_IN_LEDGER).count() == 1


def test_the_database_keeps_lines_to_what_was_stated_and_answered():
    contract = running(2)
    quarter = sent(contract)
    line, other = line_of(contract), line_of(contract, position=2)
    here = QuarterLine.objects.filter(pk=line.pk)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")

    kept_from("line_is_as_stated", lambda: here.update(referrals=1))
    kept_from("line_is_as_stated", lambda: here.update(state=LineState.CONFIRMED))
    kept_from("line_keeps_its_place", lambda: here.update(name="Another"))
    kept_from("keeps what was written", lambda: here._raw_delete(here.db))
    kept_from("late_among", lambda: here.update(paid_late=9))
    kept_from(
        "one_line_per_subcontractor",
        lambda: QuarterLine.objects.create(
            quarter=quarter,
            subcontractor=line.subcontractor,
            name="x",
            state=LineState.ASKED,
            **NOTHING.values(),
        ),
    )
    stranger = running(1).subcontractors.get()
    kept_from(
        "line_of_the_same_contract",
        lambda: QuarterLine.objects.create(
            quarter=quarter,
            subcontractor=stranger,
            name="x",
            state=LineState.ASKED,
            **NOTHING.values(),
        ),
    )
    unsent = quarter_of(contract, 2)
    kept_from(
        "line_is_as_stated",
        lambda: QuarterLine.objects.create(
            quarter=unsent, name="x", state=LineState.NOT_ASKED, **NOTHING.values()
        ),
    )
    confirm(line)
    answer = {"answered_at": YEAR_DONE, "answered_by": contract.person, "confirms": True}
    kept_from(
        "line_is_as_stated",
        lambda: LineAnswer.objects.create(version=other.versions.get(), **answer),
    )
    days = {"days_to_pay": Decimal("365.1")}
    kept_from("days_within_a_year", lambda: here.update(**days))
    kept_from("quarter_income_is_as_stated", lambda: _income(quarter))


def _income(quarter):
    QuarterReturn.objects.filter(pk=quarter.pk).update(income_pounds=7)
