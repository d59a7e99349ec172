"""What is known of a supplier for other pages: its dates, its areas in words; and its mails."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from framework_portal.notifications.rendering import rendered
from framework_portal.reference.models import Area
from suppliers.actions.standing import give_removal_notice
from suppliers.models import Application
from suppliers.selectors.standing import areas_by_region, dated_things
from suppliers.states import ApplicationState
from tests.factories import (
    AssessorFactory,
    JoiningQuestionFactory,
    PoliceAreaFactory,
    QualificationFactory,
    RegionFactory,
    SubmittedApplicationFactory,
    SupplierFactory,
)
from tests.suppliers.test_checking import show

pytestmark = pytest.mark.django_db


def test_everything_dated_is_in_one_list_soonest_first():
    at, supplier = timezone.now(), SupplierFactory()
    show(supplier, JoiningQuestionFactory(), timezone.localdate(at) + timedelta(days=3))
    show(supplier, JoiningQuestionFactory(), timezone.localdate(at) + timedelta(days=100))
    qualification = QualificationFactory(supplier=supplier, expires_at=at + timedelta(days=2))
    SubmittedApplicationFactory(supplier=supplier)
    give_removal_notice(
        qualification=qualification, reasons="Why", by=AssessorFactory().user, at=at
    )
    SubmittedApplicationFactory()  # somebody else's

    kinds = [thing.kind for thing in dated_things(supplier, at=at)]

    assert kinds == [
        "qualification_expiring",
        "evidence_expiring",
        "removal_notice",
        "decision_due",
    ]


def test_an_application_asked_for_more_is_dated_from_the_asking():
    at = timezone.now()
    application = SubmittedApplicationFactory()
    Application.objects.filter(pk=application.pk).update(
        state=ApplicationState.RETURNED, returned_at=at, returned_by=AssessorFactory().user
    )

    assert [(one.kind, one.at) for one in dated_things(application.supplier, at=at)] == [
        ("more_needed", at)
    ]


def test_areas_are_said_by_region_and_whole_regions_as_such():
    north, south, alone = RegionFactory(), RegionFactory(), RegionFactory()
    whole = PoliceAreaFactory.create_batch(2, parent=north)
    part, _other = PoliceAreaFactory.create_batch(2, parent=south)
    chosen = Area.objects.filter(pk__in=[area.pk for area in (*whole, part, alone)])

    assert areas_by_region(chosen) == [
        {"name": north.name, "parts": sorted(area.name for area in whole), "is_whole": True},
        {"name": south.name, "parts": [part.name], "is_whole": False},
        {"name": alone.name, "parts": [], "is_whole": True},
    ]


MAILS = [
    "application_received",
    "colleague_invited",
    "decision",
    "evidence_expiring",
    "more_needed",
    "qualification_expiring",
    "reinstated",
    "removal_notice",
    "removal_notice_reminder",
    "removal_notice_withdrawn",
    "removed",
    "renewed",
    "suspended",
]


@pytest.mark.parametrize("kind", MAILS)
def test_every_mail_has_a_subject_a_link_and_no_gap(kind):
    reference, at = "00000000-0000-4000-8000-000000000000", "2026-06-05T13:00:00+00:00"
    names = ["application", "invitation", "notice", "qualification", "supplier"]
    context = dict.fromkeys(names, reference)
    context |= dict.fromkeys(["decided_by", "expires_at", "expires_on", "reply_by"], at)

    subject, text = rendered(kind, context)

    assert subject
    assert f"{settings.PORTAL_ADDRESS}/supplier/" in text
    assert reference in text
    assert "  " not in text
    assert ("5 June 2026" in text) == (
        kind
        in {
            "application_received",
            "colleague_invited",
            "evidence_expiring",
            "qualification_expiring",
            "removal_notice",
            "removal_notice_reminder",
        }
    )
