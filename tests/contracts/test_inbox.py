"""What came in across contracts: one list at a time, narrowed and turned over by the address."""

import re
from contextlib import ExitStack

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from contracts.actions.answering import dispute_line
from contracts.forms.inbox import InboxFilter
from contracts.models import QuarterLine
from contracts.selectors.inbox import LISTS
from contracts.views.commissioner import inbox
from framework_portal import clock
from tests.contracts.building import person_of
from tests.contracts.quarters import (
    AFTER,
    YEAR_DONE,
    figures,
    full_year,
    quarter_of,
    running,
    sent,
    signed,
)
from tests.factories import OfficerFactory
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
INBOX = reverse("commissioner:chain_inbox")


@pytest.fixture
def begun():
    """Makes a running contract; from then on it is after the year that all of this is about."""
    with ExitStack() as stack:

        def make(subcontractors):
            contract = running(subcontractors)
            stack.enter_context(clock.fixed_at(YEAR_DONE))
            return contract

        yield make


@pytest.fixture
def disputed(begun):
    """Makes a contract with one quarter sent, so many of its lines disputed, and others overdue."""

    def make(count):
        contract = begun(count)
        sent(contract)
        for line in QuarterLine.objects.filter(quarter=quarter_of(contract)):
            dispute_line(
                line=line,
                number=1,
                figures=figures(1),
                words="No",
                by=person_of(line.subcontractor),
                at=AFTER[1],
            )
        return contract

    return make


def words(answer):
    return re.sub(r"\s+", " ", strip_tags(answer.content.decode()))


def test_it_begins_with_what_waits_and_says_how_many_of_each_there_are(client, disputed):
    contract = disputed(2)
    sign_in(client, contract.officers[0])

    page = words(client.get(INBOX))

    assert "Disputes to settle (2)" in page
    assert "Reports to decide (0)" in page
    assert re.search(r"Overdue quarters \([1-9]\)", page)
    assert "What came in (1)" in page
    assert "2 disputes" in page


@pytest.mark.parametrize("show", LISTS)
def test_each_list_can_be_asked_for(client, disputed, show):
    sign_in(client, disputed(1).officers[0])

    answer = client.get(INBOX, {"show": show})

    assert answer.context["show"] == show
    assert len(answer.context["rows"]) == answer.context["page"].paginator.count
    assert (
        answer.context["page"].paginator.count
        == {each["name"]: each["count"] for each in answer.context["lists"]}[show]
    )


def test_a_report_waits_until_it_is_decided(client, begun):
    contract = begun(1)
    full_year(contract)
    signed(contract)
    sign_in(client, contract.officers[0])

    assert "1 report " in words(client.get(INBOX))
    assert client.get(INBOX).context["show"] == "decide"


def test_long_lists_have_pages_and_keep_their_filters_in_the_address(client, disputed, monkeypatch):
    monkeypatch.setattr(inbox, "PAGE", 2)
    contract = disputed(3)
    sign_in(client, contract.officers[0])
    asked = {"show": "disputes", "lead": contract.lead_name}

    first = client.get(INBOX, asked)
    second = client.get(INBOX, asked | {"page": 2})

    assert (len(first.context["rows"]), len(second.context["rows"])) == (2, 1)
    onward = re.search(r'href="(\?[^"]*page=2[^"]*)"', first.content.decode())[1]
    assert "show=disputes" in onward and "lead=" in onward
    assert client.get(INBOX, {"page": "x"}).status_code == 200


@pytest.mark.parametrize(
    ("asked", "count"), [({"lead": "nobody"}, 0), ({"lot": "nothing"}, 0), ({"show": "x"}, 1)]
)
def test_filters_narrow_every_list_and_its_number(client, disputed, asked, count):
    contract = disputed(1)
    sign_in(client, contract.officers[0])

    answer = client.get(INBOX, asked)

    assert answer.context["lists"][0]["count"] == count
    assert ("Clear all filters" in words(answer)) is (count == 0)


def test_it_holds_nothing_of_contracts_that_others_run(client, disputed):
    disputed(1)
    sign_in(client, OfficerFactory().user)

    answer = client.get(INBOX)

    assert [each["count"] for each in answer.context["lists"]] == [0] * len(LISTS)
    assert "No lead has sent a quarter yet" in words(answer)


@pytest.mark.parametrize("count", [1, 3])
def test_each_list_costs_the_same_for_one_row_or_three(
    client, disputed, count, django_assert_max_num_queries
):
    contract = disputed(count)
    for number in range(2, count + 1):
        sent(contract, number)
    sign_in(client, contract.officers[0])
    client.get(INBOX)
    costs = {}
    for show in ("disputes", "late", "came"):
        with django_assert_max_num_queries(40) as counted:
            assert client.get(INBOX, {"show": show}).context["rows"]
        costs[show] = len(counted)

    assert costs == dict.fromkeys(("disputes", "late", "came"), 11)


def test_the_filter_knows_the_lists():
    assert [key for key, _words in InboxFilter().fields["show"].choices] == ["", *LISTS]
