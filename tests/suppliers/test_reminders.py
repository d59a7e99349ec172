"""What runs out is reminded of: once each, the nearest only, afresh when the end moves."""

from datetime import timedelta

import pytest
from django.utils import timezone

from framework_portal.notifications.models import Message
from framework_portal.notifications.rendering import rendered
from suppliers import tasks
from suppliers.actions.reminders import (
    NOTICES,
    remind_of_evidence,
    remind_of_qualifications,
    remind_of_removal_notices,
)
from suppliers.actions.standing import answer_removal_notice, give_removal_notice
from suppliers.models import Evidence
from tests.factories import (
    AssessorFactory,
    JoiningQuestionFactory,
    MembershipFactory,
    QualificationFactory,
    SupplierFactory,
)
from tests.suppliers.test_checking import show

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("days", "sent"),
    [(61, 0), (60, 1), (31, 1), (30, 1), (8, 1), (7, 1), (0, 1), (-1, 0)],
)
def test_a_document_is_reminded_of_in_its_last_sixty_days(days, sent):
    at = timezone.now()
    show(SupplierFactory(), JoiningQuestionFactory(), timezone.localdate(at) + timedelta(days=days))

    for _ in range(2):
        remind_of_evidence(at=at)

    assert Message.objects.count() == sent


def test_each_notice_goes_once_and_after_an_outage_only_the_nearest():
    at = timezone.now()
    ends = timezone.localdate(at) + timedelta(days=60)
    supplier = SupplierFactory()
    show(supplier, JoiningQuestionFactory(), ends)

    for days in (0, 1, 29, 30, 31, 52, 53, 54, 60):
        remind_of_evidence(at=at + timedelta(days=days))
    assert Message.objects.count() == len(NOTICES)

    Message.objects.all().delete()
    remind_of_evidence(at=at + timedelta(days=55))
    assert Message.objects.count() == 1


def test_a_new_date_is_reminded_of_afresh_and_a_newer_document_silences_the_old():
    at = timezone.now()
    today, question, supplier = timezone.localdate(at), JoiningQuestionFactory(), SupplierFactory()
    first = show(supplier, question, today + timedelta(days=5))
    remind_of_evidence(at=at)
    Evidence.objects.filter(pk=first.pk).update(expires_on=today + timedelta(days=6))

    remind_of_evidence(at=at)
    assert Message.objects.count() == 2

    show(supplier, question, today + timedelta(days=400))
    assert remind_of_evidence(at=at + timedelta(days=1)) == 0


def test_the_contact_and_the_owners_are_told_once_each_without_names_in_the_key():
    at = timezone.now()
    owner = MembershipFactory(user__email="own@test.example")
    owner.supplier.contact_email = "OWN@test.example"
    owner.supplier.save()
    MembershipFactory(supplier=owner.supplier, role="reader")
    show(owner.supplier, JoiningQuestionFactory(), timezone.localdate(at))

    remind_of_evidence(at=at)

    message = Message.objects.get()
    assert message.to == "own@test.example"
    assert "own@" not in message.key
    assert "/evidence/" in rendered(message.kind, message.context)[1]


@pytest.mark.parametrize(
    ("left", "sent"),
    [
        (timedelta(days=60, microseconds=1), 0),
        (timedelta(days=60), 1),
        (timedelta(microseconds=1), 1),
        (timedelta(0), 0),
    ],
)
def test_a_qualification_is_reminded_of_to_the_instant(left, sent):
    at = timezone.now()
    QualificationFactory(expires_at=at + left)

    for _ in range(2):
        remind_of_qualifications(at=at)

    assert Message.objects.count() == sent


def test_the_task_sends_nothing_twice():
    QualificationFactory(expires_at=timezone.now() + timedelta(days=10))

    tasks.send_expiry_reminders()
    tasks.send_expiry_reminders()

    assert Message.objects.count() == 1


@pytest.mark.parametrize("count", [1, 3])
def test_reminders_cost_the_same_for_one_or_three(count, django_assert_num_queries):
    at = timezone.now()
    question = JoiningQuestionFactory()
    for _ in range(count):
        show(MembershipFactory().supplier, question, timezone.localdate(at))

    with django_assert_num_queries(5):  # two reads, the outbox, savepoints of the actions
        remind_of_evidence(at=at)


def test_an_open_removal_notice_is_reminded_of_once_until_it_is_answered():
    answered, waiting = QualificationFactory.create_batch(2)
    at = timezone.now()
    notices = [
        give_removal_notice(qualification=each, reasons="Why", by=AssessorFactory().user, at=at)
        for each in (answered, waiting)
    ]
    owner = MembershipFactory(supplier=answered.supplier).user
    answer_removal_notice(notice=notices[0], reply="Because", by=owner, at=at)
    Message.objects.all().delete()
    reply_by = notices[1].reply_by

    assert remind_of_removal_notices(at=reply_by - timedelta(days=2, seconds=1)) == 0
    assert remind_of_removal_notices(at=reply_by) == 0
    for _ in range(2):
        remind_of_removal_notices(at=reply_by - timedelta(days=2))

    told = Message.objects.get()
    assert told.context["notice"] == str(notices[1].reference)
    assert told.expires_at == reply_by


def test_the_hourly_task_reminds_of_removal_notices():
    notice = give_removal_notice(
        qualification=QualificationFactory(),
        reasons="Why",
        by=AssessorFactory().user,
        at=timezone.now(),
    )
    notice.reply_by = timezone.now() + timedelta(days=1)
    notice.save(update_fields=["reply_by"])

    tasks.send_expiry_reminders()

    assert Message.objects.filter(kind="removal_notice_reminder").exists()
