"""The yearly report is the sum of its confirmed lines, whatever is done in whatever order."""

from contextlib import suppress
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.actions.answering import confirm_line, dispute_line, settle_dispute
from contracts.actions.reporting import (
    accept_report,
    return_report,
    seen_digest,
    sign_report,
    unready,
    write_report,
)
from contracts.actions.stating import correct_income, correct_line
from contracts.forms.figures import MOST_POUNDS
from contracts.models import (
    QuarterLine,
    ReportDecision,
    ReportRow,
    ReportSigning,
    SupplyChainReport,
)
from contracts.selectors.annual import year_of_report
from contracts.states import COUNTED, ReportState, Ruling
from framework_portal.notifications.models import Message
from framework_portal.refusals import Refused
from tests.contracts.building import named, person_of
from tests.contracts.quarters import (
    AFTER,
    NOTHING,
    YEAR_DONE,
    confirm,
    figures,
    full_year,
    line_of,
    on,
    quarter_of,
    report_of,
    running,
    sent,
    signed,
)
from tests.contracts.test_quarters import kept_from, refused
from tests.factories import SupplierFactory
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db


def test_a_report_is_made_of_confirmed_lines_alone_with_the_others_apart():
    contract = running([named(share_percent="20.00"), named(share_percent="10.00")])
    for number in range(1, 5):
        sent(contract, number)
    for number in range(1, 4):
        confirm(line_of(contract, number))
    disputed = line_of(contract, 4)
    own = {"figures": figures(1, "100", 1, 1, "60"), "words": "No"}
    someone = person_of(disputed.subcontractor)
    dispute_line(line=disputed, number=1, by=someone, at=YEAR_DONE, **own)

    year = year_of_report(report_of(contract))

    assert year.totals == {
        "referrals": 90,
        "pounds": Decimal(15000),
        "payments": 6,
        "paid_late": 0,
        "lines": 3,
    }
    assert year.apart == {
        "disputed": {"lines": 1, "pounds": Decimal(5000)},
        "unanswered": {"lines": 4, "pounds": Decimal(20000)},
    }
    first, second = year.rows
    assert (first.promised_share, first.real_share) == (Decimal(20), Decimal(15))
    assert (first.promised_volume, first.referrals, first.unconfirmed_lines) == (120, 90, 1)
    assert (first.prompt_percent, first.days_to_pay) == (Decimal(100), Decimal(20))
    assert (second.referrals, second.real_share, second.days_to_pay) == (0, 0, None)


def test_spend_is_told_by_kind_of_organisation():
    big = SupplierFactory(size="large", is_voluntary=True)
    contract = running([named(big), named(SupplierFactory(size="small", is_voluntary=False))])
    full_year(contract)

    report = signed(contract)

    assert report.signing.voluntary_pounds == report.signing.small_pounds == Decimal(20000)
    assert report.signing.pounds == Decimal(40000)
    assert report.signing.income_pounds == Decimal(100000)
    assert ReportRow.objects.filter(signing=report.signing).count() == 2


def test_the_largest_figures_that_can_be_typed_can_be_signed():
    contract = running(2)
    full_year(contract, lines=[figures(pounds=str(MOST_POUNDS))] * 2, income="0.01")

    report = signed(contract)

    assert report.signing.pounds == MOST_POUNDS * 8
    assert report.signing.rows.first().real_share == MOST_POUNDS * 10000


def test_it_is_signed_when_everything_is_there_and_everybody_could_answer():
    contract = running(1)
    report = report_of(contract)
    given = {"by": contract.person, "at": AFTER[3]}
    for number in range(1, 4):
        sent(contract, number)

    assert unready(report, at=on(2028, 3, 31)) == ["The year ends on 31 March 2028"]
    waiting = unready(report, at=AFTER[3])
    assert waiting == ["1 quarter of the year is not sent", "The lead’s own words are missing"]
    refused("not_ready", sign_report, report=report, seen="x", **given)
    sent(contract, 4)
    assert "can still be answered" in unready(report, at=AFTER[3])[0]
    assert unready(report, at=YEAR_DONE) == ["The lead’s own words are missing"]


def test_what_was_read_is_what_is_signed():
    contract = running(1)
    report = full_year(contract)
    given = {"report": report, "by": contract.person, "at": YEAR_DONE}
    report = write_report(words="One", number=0, **given)
    seen = seen_digest(year_of_report(report), "One")

    refused("stale", write_report, words="Two", number=0, **given)
    write_report(words="Three", number=1, **given)
    refused("changed", sign_report, seen=seen, **given)
    report = signed(contract, words="Three")
    again = sign_report(report=report, seen=report.signing.digest, by=contract.person, at=YEAR_DONE)

    assert again.signings.count() == 1
    assert Message.objects.filter(kind="chain_report_signed").count() == 2


def test_it_is_returned_with_reasons_put_right_signed_again_and_accepted():
    contract = running(1)
    full_year(contract)
    report = signed(contract)
    given = {"report": report, "by": contract.officers[0], "at": YEAR_DONE}
    first = report.signing_id
    change = {"figures": figures(31), "words": "", "by": contract.person, "at": YEAR_DONE}

    refused("signed", correct_line, line=line_of(contract), number=1, **change)
    refused("no_reasons", return_report, signing=first, reasons=" ", **given)
    return_report(signing=first, reasons="Check the first quarter", **given)
    correct_line(line=line_of(contract), number=1, **change)
    refused("illegal_move", accept_report, signing=first, **given)
    confirm(line_of(contract))
    report = signed(contract)
    refused("stale", accept_report, signing=first, **given)
    accept_report(signing=report.signing_id, **given)
    again = accept_report(signing=report.signing_id, **given)

    assert again.state == ReportState.ACCEPTED
    assert list(SupplyChainReport.objects.published()) == [report]
    assert [signing.referrals for signing in report.signings.all()] == [120, 121]
    told = Message.objects.filter(kind="chain_report_decided", to=contract.person.email)
    assert told.count() == 2


def test_an_answer_after_the_signing_takes_the_report_back_to_the_lead():
    contract = running(1)
    for number in range(1, 5):
        sent(contract, number)
    report = signed(contract)
    assert report.signing.lines == 0

    confirm(line_of(contract))

    report.refresh_from_db()
    assert report.state == ReportState.DRAFT
    assert Message.objects.filter(kind="chain_report_reopened").count() == 1
    given = {"by": contract.officers[0], "at": YEAR_DONE}
    refused("illegal_move", accept_report, report=report, signing=report.signing_id, **given)


def test_a_report_is_not_accepted_over_an_open_dispute(client):
    """The inbox shows the dispute; to accept, it is settled, or the report is returned."""
    contract = running(1)
    for number in range(1, 5):
        sent(contract, number)
    for number in (1, 2):
        confirm(line_of(contract, number))
    line = line_of(contract, 3)
    own = {"figures": figures(1, "100"), "words": "No"}
    person = person_of(line.subcontractor)
    dispute_line(line=line, number=1, by=person, at=YEAR_DONE, **own)
    report = signed(contract)
    officer = contract.officers[0]
    given = {"signing": report.signing_id, "by": officer, "at": YEAR_DONE}

    refused("disputed", accept_report, report=report, **given)
    with pytest.raises(DatabaseError) as error, transaction.atomic():
        ReportDecision.objects.create(
            signing=report.signing, accepted=True, decided_at=YEAR_DONE, decided_by=officer
        )
        SupplyChainReport.objects.filter(pk=report.pk).update(
            state="accepted", decided_at=YEAR_DONE, decided_by=officer
        )
    assert error.value.__cause__.diag.constraint_name == "accepted_without_open_disputes"
    sign_in(client, officer)
    page = client.get(reverse("commissioner:chain_report", args=[report.reference]))
    body = page.content.decode()
    assert "Settle it or return the report" in body
    assert reverse("commissioner:line_settle", args=[line.reference]) in body
    assert "2 lines of the year are confirmed by nobody" in body

    line.refresh_from_db()
    settle_dispute(line=line, number=1, ruling="lead", words="So", by=officer, at=YEAR_DONE)
    report = signed(contract, report=report_of(contract))
    given["signing"] = report.signing_id
    assert accept_report(report=report, **given).state == ReportState.ACCEPTED


def test_after_acceptance_nothing_of_the_year_changes():
    contract = running(1)
    for number in range(1, 5):
        sent(contract, number)
    report = signed(contract)
    given = {"by": contract.officers[0], "at": YEAR_DONE}
    accept_report(report=report, signing=report.signing_id, **given)
    line = line_of(contract)
    person = person_of(line.subcontractor)
    own = {"figures": figures(1), "words": "Late"}

    lead = {"by": contract.person, "at": YEAR_DONE}
    refused("reported", confirm_line, line=line, number=1, by=person, at=YEAR_DONE)
    refused("reported", dispute_line, line=line, number=1, by=person, at=YEAR_DONE, **own)
    refused("reported", correct_line, line=line, number=1, **own, **lead)
    refused(
        "reported",
        correct_income,
        quarter=quarter_of(contract),
        income=Decimal(1),
        was=Decimal(25000),
        **lead,
    )
    here = QuarterLine.objects.filter(pk=line.pk)
    kept_from("line_of_a_reported_year", lambda: here.update(state="confirmed"))
    report_here = SupplyChainReport.objects.filter(pk=report.pk)
    kept_from("report_keeps_its_place", lambda: report_here.update(state="draft"))


def test_the_database_refuses_a_report_that_is_not_the_sum_of_its_lines():
    contract = running(1)
    full_year(contract)
    report = write_report(
        report=report_of(contract), words="x", number=0, by=contract.person, at=YEAR_DONE
    )

    def sign_with(**wrong):
        totals = {"referrals": 120, "pounds": 20000, "payments": 8, "paid_late": 0, "lines": 4}
        values = totals | wrong
        signing = ReportSigning.objects.create(
            report=report,
            number=1,
            income_pounds=values.pop("income", 100000),
            voluntary_pounds=0,
            small_pounds=0,
            disputed_lines=0,
            disputed_pounds=0,
            unanswered_lines=0,
            unanswered_pounds=0,
            outside_lines=0,
            outside_pounds=0,
            words="x",
            digest="0" * 64,
            signed_at=YEAR_DONE,
            signed_by=contract.person,
            **values,
        )
        if wrong.get("lines") != 0:
            ReportRow.objects.create(
                signing=signing,
                subcontractor=contract.subcontractors.get(),
                name="x",
                is_voluntary=True,
                unconfirmed_lines=0,
                **values,
            )
        SupplyChainReport.objects.filter(pk=report.pk).update(
            state="signed", signing=signing, signed_at=YEAR_DONE, signed_by=contract.person
        )

    for wrong in ({"referrals": 121}, {"pounds": 1}, {"lines": 0}, {"income": 5}):
        kept_from("report_is_the_sum", lambda wrong=wrong: sign_with(**wrong))
    sign_with()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    kept_from(
        "report_moves_by_its_states",
        lambda: SupplyChainReport.objects.filter(pk=report.pk).update(
            state="accepted", decided_at=YEAR_DONE, decided_by=contract.officers[0]
        ),
    )
    quarters = contract.quarters.filter(number=1)
    kept_from("income_of_a_reported_year", lambda: quarters.update(income_pounds=1))


# --- Whatever is done in whatever order --------------------------------------------------------

MOVES = ["confirm", "dispute", "correct", "settle", "income", "write", "sign", "accept", "return"]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(MOVES),
        st.integers(1, 4),
        st.integers(1, 2),
        st.integers(0, 40),
        st.booleans(),
    ),
    max_size=25,
)


class Undone(Exception):
    """Takes back what one example did."""


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_no_sequence_ends_with_a_report_that_differs_from_its_lines(chain, steps):
    with pytest.raises(Undone), transaction.atomic():
        for step in steps:
            with suppress(Refused):
                take(chain, *step)
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                cursor.execute("SET CONSTRAINTS ALL DEFERRED")
            holds(chain)
        raise Undone


@pytest.fixture
def chain():
    contract = running(2)
    for number in range(1, 5):
        sent(contract, number)
    for line in QuarterLine.objects.filter(quarter__number__lte=3):
        confirm(line)
    contract.small = {
        one.position: person_of(one) for one in contract.subcontractors.select_related("supplier")
    }
    return contract


def take(contract, move, number, position, amount, flag):
    """One move, of whoever may make it, with what the page showed right or (`flag`) out of date."""
    line, report = line_of(contract, number, position), report_of(contract)
    seen = line.number - (1 if flag and line.number > 1 else 0)
    lead = {"by": contract.person, "at": YEAR_DONE}
    small = {"by": contract.small[position], "at": YEAR_DONE, "line": line, "number": seen}
    officer = {"by": contract.officers[0], "at": YEAR_DONE}
    said = figures(amount, str(amount * 100 + 1), 1, amount % 2, "9") if amount else NOTHING
    if move == "confirm":
        confirm_line(**small)
    elif move == "dispute":
        dispute_line(figures=said, words="Not so", **small)
    elif move == "correct":
        correct_line(line=line, figures=said, words="", number=seen, **lead)
    elif move == "settle":
        ruling = Ruling.LEAD if flag else Ruling.SUBCONTRACTOR
        settle_dispute(line=line, number=line.number, ruling=ruling, words="So", **officer)
    elif move == "income":
        quarter = quarter_of(contract, number)
        was = quarter.income_pounds
        correct_income(quarter=quarter, income=Decimal(amount), was=was, **lead)
    elif move == "write":
        write_report(report=report, words=f"Words {amount}", number=report.words_number, **lead)
    elif move == "sign":
        year = year_of_report(report)
        sign_report(report=report, seen=seen_digest(year, report.words), **lead)
    elif move == "accept":
        accept_report(report=report, signing=report.signing_id, **officer)
    else:
        return_report(report=report, signing=report.signing_id, reasons="Again", **officer)


def holds(contract):
    report = report_of(contract)
    if report.state not in (ReportState.SIGNED, ReportState.ACCEPTED):
        return
    counted = [line for line in QuarterLine.objects.of_year(contract, 1) if line.state in COUNTED]
    signing, rows = report.signing, list(report.signing.rows.all())
    for name in ("referrals", "pounds", "payments", "paid_late"):
        of_lines = sum(getattr(line, name) for line in counted)
        assert getattr(signing, name) == of_lines == sum(getattr(row, name) for row in rows)
    assert signing.lines == len(counted)
