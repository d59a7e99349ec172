"""What only the integrity officer is told: exclusivity, and ends and cuts after a report."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from contracts.actions.integrity import raise_integrity_finding, settle_integrity_finding
from contracts.actions.voice import report_in_confidence
from contracts.confidence import reason_of
from contracts.models import ConfidentialReport, IntegrityFinding
from contracts.selectors.voice import occasions_of
from framework_portal import clock
from framework_portal.notifications.models import Message
from framework_portal.refusals import Refused
from tests.bids import consenting
from tests.bids.bidding import complete_bid, submit
from tests.bids.evaluated import officers, opened
from tests.contracts.voices import periods
from tests.factories import MembershipFactory, OfficerFactory, SupplierFactory
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def bid():
    periods()
    return complete_bid()


@pytest.fixture
def consent(bid):
    return consenting.named(bid)


@pytest.fixture
def officer(bid):
    body = bid.lot.competition.commissioner
    return OfficerFactory(commissioner=body, role="integrity").user


def open_(bid):
    submit(bid)
    competition = bid.lot.competition
    first, second = officers(competition)
    opened(competition, first=first, second=second)
    bid.refresh_from_db()


def test_a_finding_is_told_without_a_name_and_settled_once_in_sealed_words(
    client, bid, consent, officer
):
    at = clock.now()
    about = {"supplier": consent.supplier, "lead": bid.supplier, "lot": bid.lot}
    about["commissioner"] = bid.lot.competition.commissioner
    for _ in range(2):
        raise_integrity_finding("exclusivity", key="exclusivity:one", at=at, **about)

    finding = IntegrityFinding.objects.get()
    message = Message.objects.get(kind="confidential_waiting", to=officer.email)
    assert message.context == {}
    sign_in(client, officer)
    assert consent.supplier.name in client.get(reverse("integrity:finding_list")).content.decode()
    page = client.post(
        reverse("integrity:finding", args=[finding.reference]), {"words": "We spoke to them"}
    )
    assert page.url == reverse("integrity:finding_list")
    finding.refresh_from_db()
    assert reason_of(finding) == "We spoke to them"
    assert b"spoke" not in bytes(finding.settled_because)
    with pytest.raises(Refused):
        settle_integrity_finding(finding=finding, words="Again", by=officer, at=at)


def test_a_bid_that_was_opened_can_be_written_about_and_one_that_was_not_cannot(
    client, bid, consent, officer
):
    writer = consenting.person_of(consent.supplier)
    sign_in(client, writer)
    address = reverse("supplier:note_write", args=[consent.reference])
    said = {"kind": "exclusivity", "words": "They asked us", "shared": "yes"}
    assert occasions_of(writer) == []
    assert client.post(address, said).status_code == 404
    consent.refresh_from_db()
    with pytest.raises(Refused):
        report_in_confidence(
            consent=consent,
            kind="exclusivity",
            words="They asked us",
            only_author=True,
            by=writer,
            at=clock.now(),
        )
    open_(bid)

    assert [one.lead for one in occasions_of(writer)] == [bid.supplier]
    client.post(address, said)

    report = ConfidentialReport.objects.watched_by(officer).get()
    assert (report.consent, report.lead, report.lot) == (consent, bid.supplier, bid.lot)


def test_somebody_elses_answer_cannot_be_written_about(client, bid, consent):
    open_(bid)
    sign_in(client, MembershipFactory(supplier=bid.supplier).user)

    address = reverse("supplier:note_write", args=[consent.reference])
    assert client.get(address).status_code == 404


def test_the_database_refuses_a_report_of_other_parties(bid, consent):
    open_(bid)
    writer = consenting.person_of(consent.supplier)
    made = {"kind": "late_pay", "made_at": clock.now(), "made_by": writer}
    made["answer_due"] = made["made_at"] + timedelta(days=28)
    parties = {"consent": consent, "supplier": consent.supplier, "lot": bid.lot}
    parties["commissioner"] = bid.lot.competition.commissioner

    with pytest.raises(IntegrityError, match="parties of its line"), transaction.atomic():
        ConfidentialReport.objects.create(**made, **parties, lead=SupplierFactory())
