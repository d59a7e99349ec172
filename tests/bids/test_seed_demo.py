"""The demonstration: every stage of everything, made through the actions, and only invented."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db.transaction import atomic, set_rollback
from django.test import override_settings

from bids.models import Award, Bid
from framework_portal import clock
from framework_portal.accounts.models import User
from framework_portal.audit.models import AuditEvent
from lots.models import Competition
from lots.states import CompetitionState
from suppliers.models import Application, Qualification, Supplier
from suppliers.states import ApplicationState, QualificationState

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def demonstration(django_db_setup, django_db_blocker):
    """Made once for this file, and taken back after it."""
    told = StringIO()
    with django_db_blocker.unblock(), override_settings(DEMONSTRATION=True), atomic():
        for command in ("load_reference", "load_joining_questions", "seed_demo"):
            call_command(command, stdout=told)
        yield
        set_rollback(True)


def test_the_demonstration_has_something_at_every_stage():
    at = clock.now()

    assert set(Competition.objects.values_list("state", flat=True)) == set(CompetitionState.values)
    assert Competition.objects.open(at=at).count() == 2
    assert Competition.objects.closed(at=at).count() == 1
    assert set(Application.objects.values_list("state", flat=True)) == {
        ApplicationState.DRAFT,
        ApplicationState.SUBMITTED,
        ApplicationState.RETURNED,
        ApplicationState.DECIDED,
    }
    assert {
        QualificationState.APPLIED,
        QualificationState.GRANTED,
        QualificationState.REFUSED,
        QualificationState.SUSPENDED,
        QualificationState.REMOVED,
    } <= set(Qualification.objects.values_list("state", flat=True))
    assert Award.objects.public().filter(is_history=False).exists()
    assert Bid.objects.unsealed().exists()


def test_whoever_and_whatever_was_made_says_that_it_is_invented():
    assert not User.objects.exclude(email__endswith=".example").exists()
    assert not Supplier.objects.exclude(name__endswith="(invented)").exists()


def test_nothing_was_recorded_for_a_day_that_is_yet_to_come():
    assert not AuditEvent.objects.filter(at__gt=clock.now()).exists()


def test_a_second_run_changes_nothing(settings):
    settings.DEMONSTRATION = True
    before = AuditEvent.objects.count(), Bid.objects.count(), User.objects.count()

    told = StringIO()
    call_command("seed_demo", stdout=told)

    assert "there already" in told.getvalue()
    assert (AuditEvent.objects.count(), Bid.objects.count(), User.objects.count()) == before


def test_it_is_refused_outside_the_demonstration():
    with override_settings(DEMONSTRATION=False), pytest.raises(CommandError):
        call_command("seed_demo")


def test_the_sign_ins_name_every_role(settings):
    settings.DEMONSTRATION = True
    told = StringIO()

    call_command("demonstration_sign_ins", stdout=told)

    for role in ("Supplier", "Commissioner", "Assessor", "Administrator"):
        assert role in told.getvalue()
