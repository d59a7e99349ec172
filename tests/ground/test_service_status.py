"""Whether the portal is up and how it has been, and a way to report a fault in time."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.urls import reverse

from framework_portal import clock
from framework_portal.notifications.models import Message
from framework_portal.watch.days import add_up, history
from framework_portal.watch.looking import look
from framework_portal.watch.models import FaultReport, Probe, WatchedDay
from tests.factories import MembershipFactory, OfficerFactory, UserFactory
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
NOON = datetime(2027, 1, 20, 12, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def watched(*instants, failing=()):
    """Looks at these instants, each following the one before; `failing`: an outage ends there."""
    last = None
    for at in instants:
        told = {
            "reference": uuid.uuid4(),
            "what": "database",
            "detail": "",
            "tries": 1,
            "seconds": 1,
        }
        with clock.fixed_at(at):
            outage = told if at in failing else None
            last = look(reference=uuid.uuid4(), seen_by="t", follows=last, outage=outage).reference


def test_a_day_is_added_up_from_the_looks_and_these_are_tidied_away():
    back = NOON + 11 * MINUTE
    watched(NOON, NOON + MINUTE, back, back + MINUTE, failing=[back])
    with clock.fixed_at(NOON + DAY) as at:
        assert add_up(at=at) == 1
        assert add_up(at=at) == 0
    day = WatchedDay.objects.get()
    assert (day.watched_seconds, day.failed_seconds) == (12 * 60, 10 * 60)

    with clock.fixed_at(NOON + 16 * DAY) as at:
        add_up(at=at)
    assert not Probe.objects.exists()
    assert WatchedDay.objects.count() == 1


def test_time_that_nobody_watched_counts_neither_way():
    watched(NOON, NOON + MINUTE, NOON + 60 * MINUTE, NOON + 61 * MINUTE)
    with clock.fixed_at(NOON + 62 * MINUTE) as at:
        rows, share = history(at=at)

    assert [row.watched_seconds for row in rows] == [120]
    assert share == 100


def test_the_share_is_rounded_down():
    day = WatchedDay(on=NOON, watched_seconds=86400, failed_seconds=1)
    from framework_portal.watch.days import share

    assert share([day]) == 99.998


def test_the_page_says_how_it_stands(client):
    address = reverse("public:service_status")
    assert "Nobody has watched the portal yet" in client.get(address).text
    watched(NOON, NOON + 10 * MINUTE, failing=[NOON + 10 * MINUTE])
    with clock.fixed_at(NOON + 11 * MINUTE):
        now = client.get(address).text
    assert "Bids can be submitted" in now
    assert "The database did not take anything in" in now
    with clock.fixed_at(NOON + 15 * MINUTE):
        assert "has not said so since" in client.get(address).text


def test_a_fault_is_reported_read_by_staff_and_answered(client, settings):
    settings.CONTACT_ADDRESS = "help@portal.example"
    person, staff = MembershipFactory().user, UserFactory(is_staff=True)
    sign_in(client, person)
    sent = client.post(
        reverse("public:fault_report"), {"trying": "To submit", "happened": "Nothing"}, follow=True
    )
    report = FaultReport.objects.get()
    assert report.number in sent.text
    assert Message.objects.get(kind="fault_reported").to == "help@portal.example"

    client.logout()
    sign_in(client, staff)
    assert report.number in client.get(reverse("public:fault_list")).text
    client.post(reverse("public:fault_answer", args=[report.reference]), {"answer": "Mended"})
    assert Message.objects.get(kind="fault_answered").to == person.email
    again = client.post(
        reverse("public:fault_answer", args=[report.reference]), {"answer": "Otherwise"}
    )
    assert "answered this report already" in again.text
    assert mail.outbox == []


def test_buyers_and_evaluators_see_nothing_of_it(client):
    person, officer = MembershipFactory().user, OfficerFactory().user
    report = FaultReport.objects.create(reported_by=person, trying="a", happened="b")
    sign_in(client, officer)
    for name, arguments, status in (
        ("public:fault_list", [], 403),
        ("public:fault_answer", [report.reference], 403),
        ("public:fault", [report.reference], 404),
    ):
        assert client.get(reverse(name, args=arguments)).status_code == status


def test_too_many_reports_are_refused_and_what_was_typed_stays(client):
    sign_in(client, MembershipFactory().user)
    for _ in range(11):
        answer = client.post(
            reverse("public:fault_report"), {"trying": "To submit", "happened": "Nothing"}
        )
    assert "reports of the last hour" in answer.text
    assert FaultReport.objects.count() == 10
