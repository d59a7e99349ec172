"""The pages of quarters and lines: what each may see and do there, and what nobody loses."""

from contextlib import ExitStack

import pytest
from django.urls import reverse

from contracts.actions.answering import dispute_line
from contracts.models import QuarterLine
from contracts.states import LineState
from framework_portal import clock
from tests.contracts.building import person_of
from tests.contracts.quarters import (
    AFTER,
    YEAR_DONE,
    confirm,
    figures,
    full_year,
    line_of,
    quarter_of,
    report_of,
    running,
    sent,
    signed,
)
from tests.factories import MembershipFactory, OfficerFactory, UserFactory
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def begun():
    """Makes a running contract; from then on it is after the year that all of this is about."""
    with ExitStack() as stack:

        def make(subcontractors):
            contract = running(subcontractors)
            stack.enter_context(clock.fixed_at(YEAR_DONE))
            return contract

        yield make


def page(name, thing):
    return reverse(name, args=[thing.reference])


def cards(contract, **more):
    """What the page of a quarter sends for all subcontractors."""
    data = {"income": "£25,000", "number": "0", "save": "1"}
    for number, one in enumerate(contract.subcontractors.order_by("position")):
        typed = {
            "subcontractor": str(one.reference),
            "referrals": "1,030",
            "pounds": "5,000.50",
            "payments": "2",
            "paid_late": "0",
            "days_to_pay": "20.5",
            "words": "",
        }
        data |= {f"line-{number}-{name}": value for name, value in typed.items()}
    return data | more


def test_the_lead_writes_checks_and_sends_a_quarter(client, begun):
    contract = begun(2)
    quarter = quarter_of(contract)
    sign_in(client, contract.person)

    checked = client.post(page("supplier:quarter", quarter), cards(contract), follow=True)
    again = client.post(page("supplier:quarter_send", quarter), {"number": "1"}, follow=True)
    twice = client.post(page("supplier:quarter_send", quarter), {"number": "1"}, follow=True)

    assert "£5,000.50" in checked.content.decode()
    assert "The quarter is sent" in again.content.decode()
    assert twice.status_code == 200
    line = line_of(contract)
    assert (line.referrals, str(line.pounds), line.state) == (1030, "5000.50", LineState.ASKED)
    assert QuarterLine.objects.count() == 2


def test_errors_are_beside_the_field_and_nothing_typed_is_lost(client, begun):
    contract = begun(1)
    quarter = quarter_of(contract)
    sign_in(client, contract.person)
    wrong = {"line-0-referrals": "many", "line-0-paid_late": "3", "line-0-words": "Keep me"}

    answer = client.post(page("supplier:quarter", quarter), cards(contract, **wrong))

    words = answer.content.decode()
    assert "People referred must be a whole number" in words
    assert "More invoices were paid late than were paid" in words
    assert 'value="many"' in words and "Keep me" in words
    quarter.refresh_from_db()
    assert quarter.draft is None


def test_what_is_saved_for_later_stands_there_as_it_was_typed(client, begun):
    contract = begun(1)
    quarter = quarter_of(contract)
    sign_in(client, contract.person)
    half = cards(contract, later="1", **{"line-0-pounds": "about 50"})
    del half["save"]

    client.post(page("supplier:quarter", quarter), half)
    back = client.get(page("supplier:quarter", quarter)).content.decode()
    unsent = client.get(page("supplier:quarter_send", quarter), follow=True).content.decode()

    assert 'value="about 50"' in back
    assert "Something is missing" in unsent


def test_a_stale_page_keeps_what_was_typed_and_says_who_was_first(client, begun):
    contract = begun(1)
    quarter = quarter_of(contract)
    colleague = MembershipFactory(supplier=contract.supplier).user
    sign_in(client, colleague)
    client.post(page("supplier:quarter", quarter), cards(contract))
    sign_in(client, contract.person)

    answer = client.post(page("supplier:quarter", quarter), cards(contract, income="77"))
    words = answer.content.decode()
    number = answer.context["quarter"].draft_number
    saved = client.post(
        page("supplier:quarter", quarter), cards(contract, income="77", number=number)
    )

    assert "A colleague saved this quarter" in words and 'value="77"' in words
    assert colleague.name in words
    assert saved.status_code == 302
    quarter.refresh_from_db()
    assert quarter.draft["income"] == "77"


def test_somebody_outside_the_ledger_is_added_and_taken_out_without_saving(client, begun):
    contract = begun(1)
    quarter = quarter_of(contract)
    sign_in(client, contract.person)
    data = cards(contract, add="1")
    del data["save"]

    added = client.post(page("supplier:quarter", quarter), data).content.decode()
    outside = {
        "line-1-name": "Elsewhere Ltd",
        "line-1-referrals": "0",
        "line-1-pounds": "900",
        "line-1-payments": "1",
        "line-1-paid_late": "0",
        "line-1-days_to_pay": "5",
        "line-1-words": "",
        "line-1-subcontractor": "",
    }
    out = cards(contract, **outside, **{"remove-1": "1"})
    removed = client.post(page("supplier:quarter", quarter), out).content.decode()
    client.post(page("supplier:quarter", quarter), cards(contract, **outside))
    client.post(page("supplier:quarter_send", quarter), {"number": "1"})

    assert "Somebody who is not in the ledger" in added
    assert "Elsewhere" not in removed and "1,030" in removed
    assert QuarterLine.objects.get(subcontractor=None).name == "Elsewhere Ltd"


def test_a_subcontractor_confirms_its_own_line_with_one_press(client, begun):
    contract = begun(2)
    sent(contract)
    line, other = line_of(contract), line_of(contract, position=2)
    sign_in(client, person_of(line.subcontractor))

    waiting = client.get(reverse("supplier:line_list")).content.decode()
    shown = client.get(page("supplier:line", line)).content.decode()
    pressed = client.post(page("supplier:line", line), {"number": "1"}, follow=True)

    assert waiting.count("April to June 2027") == 1
    assert "Yes, this is right" in shown and other.name not in shown
    assert "You have confirmed your line" in pressed.content.decode()
    line.refresh_from_db()
    assert line.state == LineState.CONFIRMED
    for name in ("supplier:line", "supplier:line_dispute", "supplier:line_correct"):
        assert client.get(page(name, other)).status_code == 404
    for name in ("supplier:quarter", "supplier:quarter_send", "supplier:quarter_import"):
        assert client.get(page(name, quarter_of(contract))).status_code == 404
    assert client.get(page("supplier:line_file", other.subcontractor)).status_code == 404
    own = client.get(page("supplier:line_file", line.subcontractor)).content.decode()
    assert line.name in own and other.name not in own


def test_a_dispute_goes_from_the_subcontractor_to_the_commissioner(client, begun):
    contract = begun(1)
    sent(contract)
    line = line_of(contract)
    sign_in(client, person_of(line.subcontractor))
    own = {
        "number": "1",
        "referrals": "12",
        "pounds": "2000",
        "payments": "1",
        "paid_late": "1",
        "days_to_pay": "61",
    }

    empty = client.post(page("supplier:line_dispute", line), own | {"words": ""})
    client.post(page("supplier:line_dispute", line), own | {"words": "Twelve people came"})
    sign_in(client, contract.person)
    seen = client.get(page("supplier:quarter", quarter_of(contract))).content.decode()
    sign_in(client, contract.officers[0])
    inbox = client.get(reverse("commissioner:chain_inbox")).content.decode()
    ruling = {"number": "1", "ruling": "subcontractor", "words": "Its register shows it"}
    settled = client.post(page("commissioner:line_settle", line), ruling, follow=True)

    assert "Say what is not right" in empty.content.decode()
    assert "Twelve people came" in seen
    assert "Disputes to settle" in inbox
    assert "Its register shows it" in settled.content.decode()
    assert (line_of(contract).state, line_of(contract).referrals) == (LineState.SETTLED, 12)


def test_a_line_is_corrected_and_a_stale_correction_is_not_taken(client, begun):
    contract = begun(1)
    sent(contract)
    line = line_of(contract)
    sign_in(client, contract.person)
    new = {
        "referrals": "31",
        "pounds": "5100",
        "payments": "2",
        "paid_late": "0",
        "days_to_pay": "19",
        "words": "One more",
        "number": "1",
    }

    client.post(page("supplier:line_correct", line), new)
    stale = client.post(page("supplier:line_correct", line), new | {"referrals": "40"})

    assert line_of(contract).referrals == 31
    assert "A colleague saved this quarter" in stale.content.decode()


def test_reports_are_written_signed_decided_and_published(client, begun):
    contract = begun(1)
    report = full_year(contract)
    sign_in(client, contract.person)
    client.post(page("supplier:chain_report", report), {"words": "We kept to it", "number": "0"})
    shown = client.get(page("supplier:chain_report", report))
    unpublished = client.get(page("public:chain_report", report))
    stale = client.post(page("supplier:chain_report_sign", report), {"seen": "0" * 64})
    client.post(page("supplier:chain_report_sign", report), {"seen": shown.context["seen"]})
    report = report_of(contract)
    sign_in(client, contract.officers[0])
    bare = {"decision": "return", "reasons": "", "signing": report.signing_id}
    unsaid = client.post(page("commissioner:chain_report", report), bare)
    accepted = {"decision": "accept", "reasons": "", "signing": report.signing_id}
    client.post(page("commissioner:chain_report", report), accepted)
    client.logout()
    published = client.get(page("public:chain_report", report))

    assert unpublished.status_code == 404
    assert "Figures or words have changed" in stale.content.decode()
    assert "Say what is to be put right" in unsaid.content.decode()
    assert "We kept to it" in published.content.decode()
    # No figure of a single organisation is public here.
    assert "5,000" not in published.content.decode() and "120" not in published.content.decode()


def test_others_see_none_of_it(client, begun):
    contract = begun(1)
    sent(contract)
    line, quarter, report = line_of(contract), quarter_of(contract), report_of(contract)
    names = {
        "supplier:quarter_list": contract,
        "supplier:quarter_file": contract,
        "supplier:quarter": quarter,
        "supplier:quarter_send": quarter,
        "supplier:quarter_import": quarter,
        "supplier:quarter_template": quarter,
        "supplier:line_add": quarter,
        "supplier:quarter_income": quarter,
        "supplier:line_correct": line,
        "supplier:line": line,
        "supplier:line_dispute": line,
        "supplier:line_file": line.subcontractor,
        "supplier:chain_report_list": contract,
        "supplier:chain_report": report,
        "supplier:chain_report_file": report,
        "commissioner:quarter_list": contract,
        "commissioner:quarter_file": contract,
        "commissioner:quarter": quarter,
        "commissioner:line_settle": line,
        "commissioner:chain_report_list": contract,
        "commissioner:chain_report": report,
        "commissioner:chain_report_file": report,
    }
    people = {"supplier": UserFactory(), "commissioner": OfficerFactory().user}
    for name, thing in names.items():
        sign_in(client, people[name.partition(":")[0]])
        assert client.get(page(name, thing)).status_code == 404, name


@pytest.mark.parametrize("count", [1, 3])
def test_pages_cost_the_same_for_one_line_or_three(
    client, begun, count, django_assert_max_num_queries
):
    contract = begun(count)
    for number in (1, 2):
        sent(contract, number)
    line = line_of(contract)
    for one in QuarterLine.objects.filter(quarter__number=2):
        someone = person_of(one.subcontractor)
        dispute_line(line=one, number=1, figures=figures(1), words="No", by=someone, at=AFTER[1])
    confirm(line)
    quarter, report = quarter_of(contract), report_of(contract)
    costs = {}
    for who, names in {
        contract.person: {
            "supplier:quarter_list": contract,
            "supplier:quarter": quarter,
            "supplier:chain_report": report,
            "supplier:quarter_file": contract,
        },
        contract.officers[0]: {
            "commissioner:quarter": quarter,
            "commissioner:chain_report_list": contract,
            "commissioner:quarter_list": contract,
        },
    }.items():
        sign_in(client, who)
        client.get(page(*next(iter(names.items()))))
        for name, thing in names.items():
            with django_assert_max_num_queries(40) as counted:
                assert client.get(page(name, thing)).status_code == 200
            costs[name] = len(counted)

    assert costs == COSTS


COSTS = {
    "supplier:quarter_list": 7,
    "supplier:quarter": 9,
    "supplier:chain_report": 12,
    "supplier:quarter_file": 8,
    "commissioner:quarter": 8,
    "commissioner:chain_report_list": 7,
    "commissioner:quarter_list": 7,
}


def test_a_signed_report_shows_what_was_signed(client, begun):
    contract = begun(1)
    full_year(contract)
    report = signed(contract)
    sign_in(client, contract.officers[0])

    shown = client.get(page("commissioner:chain_report", report)).content.decode()
    file = client.get(page("commissioner:chain_report_file", report)).content.decode()

    assert report.signing.digest in shown
    assert "120" in file


def test_what_the_database_cannot_hold_is_left_out_of_what_is_saved_for_later(client, begun):
    contract = begun(1)
    quarter = quarter_of(contract)
    sign_in(client, contract.person)
    typed = {"income": "1\x00", "line-0-words": "one\x00two", "line-0-name": "\x1bX"}
    half = cards(contract, later="1", **typed)
    del half["save"]

    saved = client.post(page("supplier:quarter", quarter), half)
    carried = r'[{"subcontractor": "", "name": "Half \ud800 a pair\u0000", "referrals": "1"}]'
    taken = client.post(page("supplier:quarter_import", quarter), {"rows": carried, "number": "1"})

    assert (saved.status_code, taken.status_code) == (302, 302)
    quarter.refresh_from_db()
    assert (quarter.draft["income"], quarter.draft["rows"][0]["words"]) == ("1", "onetwo")
    assert "Half  a pair" in {row["name"] for row in quarter.draft["rows"]}


def test_rows_that_are_nested_without_end_are_no_rows(client, begun):
    quarter = quarter_of(begun(1))
    sign_in(client, quarter.contract.supplier.memberships.first().user)

    answer = client.post(
        page("supplier:quarter_import", quarter), {"rows": "[" * 200_000, "number": "0"}
    )

    assert answer.status_code == 302
