"""An end or a cut after a confidential report is flagged to the integrity officer alone."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from contracts.actions.retaliation import find_retaliation
from contracts.models import ChainFinding, IntegrityFinding
from contracts.states import CaseKind
from framework_portal import clock
from framework_portal.notifications.models import Message
from tests.contracts.building import named, signed_contract
from tests.contracts.cases import raised
from tests.contracts.voices import line_of, listener, periods, reported
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def contract():
    periods()
    return signed_contract(2)


@pytest.fixture
def line(contract):
    return line_of(contract)


@pytest.mark.parametrize(
    ("before", "found"),
    [
        (timedelta(0), 1),
        (timedelta(days=184), 1),
        (timedelta(days=184, microseconds=1), 0),
        (-timedelta(microseconds=1), 0),
    ],
)
def test_an_end_within_six_months_of_a_report_is_found_once(contract, line, before, found):
    case = raised(contract, CaseKind.END, line=line)
    report = reported(line, at=case.raised_at - before)

    assert find_retaliation(at=clock.now()) == found
    assert find_retaliation(at=clock.now()) == 0

    assert [finding.report for finding in IntegrityFinding.objects.all()] == [report] * found


@pytest.mark.parametrize(
    ("terms", "found"),
    [
        ({"share_percent": Decimal("5.00")}, 1),
        ({"volume_per_quarter": 8}, 1),
        ({"payment_days": 14}, 0),
        ({"share_percent": Decimal("25.00"), "payment_days": 14}, 0),
    ],
)
def test_a_change_of_terms_that_takes_away_is_found_too(contract, line, terms, found):
    case = raised(contract, CaseKind.CHANGE, line=line, terms=terms)
    reported(line, at=case.raised_at - timedelta(days=1))

    assert find_retaliation(at=clock.now()) == found


def test_a_report_of_another_subcontractor_makes_nothing_of_it(contract, line):
    raised(contract, CaseKind.END, line=line)
    reported(line_of(contract, 2), at=clock.now() - timedelta(days=1))

    assert find_retaliation(at=clock.now()) == 0


def test_the_officer_reads_of_it_and_the_commissioner_does_not(client, contract, line):
    officer = listener(contract)
    case = raised(contract, CaseKind.END, line=line)
    reported(line, at=case.raised_at - timedelta(days=3))
    find_retaliation(at=clock.now())

    sign_in(client, officer)
    finding = IntegrityFinding.objects.get()
    page = client.get(reverse("integrity:finding", args=[finding.reference])).content.decode()
    assert "An end or a cut after a confidential report" in page
    assert "Reported on" in page
    assert not ChainFinding.objects.exists()


def test_the_body_that_took_the_report_is_told_and_not_the_one_that_is_asked(client, contract):
    """Reported to one body, cut at another: the finding is the first one's, with no case in it."""
    line = line_of(contract)
    other = signed_contract([named(line.supplier)], lead=contract.supplier)
    hears, other_hears = listener(contract), listener(other)
    report = reported(line, at=clock.now() - timedelta(days=3))
    case = raised(other, CaseKind.END, line=line_of(other))

    assert find_retaliation(at=clock.now()) == 1
    assert find_retaliation(at=clock.now()) == 0

    finding = IntegrityFinding.objects.get()
    assert (finding.commissioner, finding.report) == (contract.commissioner, report)
    assert str(case.reference) not in str(finding.facts)
    page = reverse("integrity:finding", args=[finding.reference])
    sign_in(client, hears)
    told = client.get(page).content.decode()
    assert other.commissioner.name in told and other.lot.title not in told
    assert client.get(reverse("integrity:report", args=[report.reference])).status_code == 200
    sign_in(client, other_hears)
    assert client.get(page).status_code == 404
    assert "There is no finding" in client.get(reverse("integrity:finding_list")).content.decode()
    letters = Message.objects.filter(kind="confidential_waiting", to=other_hears.email)
    assert not letters.exists()


def test_each_body_that_took_a_report_is_told_once_with_its_own(contract):
    line = line_of(contract)
    other = signed_contract([named(line.supplier)], lead=contract.supplier)
    reported(line, at=clock.now() - timedelta(days=4))
    newest = reported(line, at=clock.now() - timedelta(days=3))
    raised(contract, CaseKind.END, line=line)
    assert find_retaliation(at=clock.now()) == 1
    theirs = reported(line_of(other), at=clock.now() - timedelta(days=9))

    assert find_retaliation(at=clock.now()) == 1
    assert find_retaliation(at=clock.now()) == 0

    found = IntegrityFinding.objects.order_by("pk")
    assert [(each.commissioner, each.report) for each in found] == [
        (contract.commissioner, newest),
        (other.commissioner, theirs),
    ]
