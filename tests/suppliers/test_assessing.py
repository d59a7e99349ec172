"""Assessors decide with reasons, category by category; of two, one wins."""

from threading import Barrier, Thread

import pytest
from django.db import connection
from django.utils import timezone

from framework_portal.audit.models import AuditEvent
from framework_portal.notifications.models import Message
from framework_portal.refusals import Refused
from suppliers.actions.assessing import Need, Verdict, ask_for_more, decide_application
from suppliers.models import Application, QualificationDecision
from suppliers.states import APPLICATION, ApplicationState, QualificationState
from tests.factories import (
    AssessorFactory,
    CategoryFactory,
    FrameworkFactory,
    MembershipFactory,
    SubmittedApplicationFactory,
)

pytestmark = pytest.mark.django_db


def decide(application, *verdicts, by=None):
    return decide_application(
        application=application,
        verdicts=[Verdict(category, grant, reasons) for category, grant, reasons in verdicts],
        by=by or AssessorFactory().user,
        at=timezone.now(),
    )


def states(application):
    return sorted(application.qualifications.values_list("category", "state"))


def test_an_application_decided_in_part_waits_for_the_rest_while_the_grant_counts_at_once():
    first, second = CategoryFactory.create_batch(2)
    application = SubmittedApplicationFactory(categories=[first, second])

    decide(application, (first, True, ""))

    application.refresh_from_db()
    assert application.state == ApplicationState.SUBMITTED
    assert states(application) == [(first.pk, "granted"), (second.pk, "applied")]

    decide(application, (second, False, "No example was given"))

    application.refresh_from_db()
    assert application.state == ApplicationState.DECIDED
    assert states(application) == [(first.pk, "granted"), (second.pk, "refused")]
    assert Message.objects.filter(kind="decision").count() == 2


@pytest.mark.parametrize("reasons", ["", "   ", "\n"])
def test_a_refusal_without_reasons_is_refused_and_nothing_is_decided(reasons):
    first, second = CategoryFactory.create_batch(2)
    application = SubmittedApplicationFactory(categories=[first, second])

    with pytest.raises(Refused) as refusal:
        decide(application, (first, True, "Fine"), (second, False, reasons))

    assert (refusal.value.code, refusal.value.field) == ("no_reasons", "reasons")
    assert states(application) == [(first.pk, "applied"), (second.pk, "applied")]
    assert not QualificationDecision.objects.exists()
    assert not Message.objects.exists()
    assert AuditEvent.objects.about(application).get().verb == "application.decision_refused"


def test_a_category_that_was_not_applied_for_cannot_be_decided():
    application = SubmittedApplicationFactory()

    with pytest.raises(Refused, match="decided_already"):
        decide(application, (CategoryFactory(), True, ""))


@pytest.mark.parametrize(
    "state", [state for state in ApplicationState if not APPLICATION.allows("decide", state)]
)
def test_only_a_submitted_application_is_decided_or_given_back(state):
    application = SubmittedApplicationFactory()
    Application.objects.filter(pk=application.pk).update(state=state)

    with pytest.raises(Refused, match="illegal_move"):
        decide(application, (application.categories.get(), True, ""))
    with pytest.raises(Refused, match="illegal_move"):
        ask_for_more(
            application=application,
            needs=[Need("More")],
            because="",
            by=AssessorFactory().user,
            at=timezone.now(),
        )


def test_nobody_decides_on_the_own_organisation():
    application = SubmittedApplicationFactory()
    assessor = AssessorFactory().user
    MembershipFactory(supplier=application.supplier, user=assessor)

    with pytest.raises(Refused, match="own"):
        decide(application, (application.categories.get(), True, ""), by=assessor)


@pytest.mark.django_db(transaction=True)
def test_of_two_assessors_at_once_one_decides_and_the_other_is_told():
    application = SubmittedApplicationFactory()
    category, barrier, told = application.categories.get(), Barrier(2), []
    people = [AssessorFactory().user for _ in range(2)]

    def press(person, grant):
        try:
            barrier.wait(5)
            decide(application, (category, grant, "Because"), by=person)
        except Refused as refusal:
            told.append(refusal.code)
        finally:
            connection.close()

    threads = [Thread(target=press, args=pair) for pair in zip(people, (True, False), strict=True)]
    [thread.start() for thread in threads]
    [thread.join(10) for thread in threads]

    assert len(told) == 1
    assert told[0] in ("illegal_move", "decided_already")
    assert QualificationDecision.objects.count() == 1


def test_a_request_says_what_is_needed_of_which_question_and_is_mailed_without_it(questions):
    application = SubmittedApplicationFactory()
    category = application.categories.get()

    ask_for_more(
        application=application,
        needs=[
            Need("Tell us more", questions["description"], category),
            Need("  ", questions["standing"]),
        ],
        because="Nearly there",
        by=AssessorFactory().user,
        at=timezone.now(),
    )

    application.refresh_from_db()
    assert application.state == ApplicationState.RETURNED
    assert application.returned_because == "Nearly there"
    assert list(application.more_points.values_list("needed", "category")) == [
        ("Tell us more", category.pk)
    ]
    assert "Tell us more" not in str(Message.objects.get().context)


def test_a_request_for_nothing_is_refused():
    application = SubmittedApplicationFactory()

    with pytest.raises(Refused) as refusal:
        ask_for_more(
            application=application,
            needs=[Need("  ")],
            because=" ",
            by=AssessorFactory().user,
            at=timezone.now(),
        )

    assert refusal.value.field == "because"


@pytest.mark.parametrize(("months", "ends"), [(None, False), (36, True)])
def test_a_qualification_stands_for_the_term_or_for_the_frameworks_months(months, ends):
    framework = FrameworkFactory(qualification_months=months)
    application = SubmittedApplicationFactory(framework=framework)

    decide(application, (application.categories.get(), True, ""))

    qualification = application.qualifications.get()
    assert qualification.state == QualificationState.GRANTED
    assert (qualification.expires_at is not None) == ends
