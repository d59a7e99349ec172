"""The demonstration: every stage of everything, made through the actions, and only invented."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from bids.models import Award, Bid
from framework_portal import clock
from framework_portal.accounts.models import User
from framework_portal.audit.models import AuditEvent
from lots.models import Competition
from lots.states import CompetitionState
from suppliers.models import Application, Qualification, Supplier
from suppliers.states import ApplicationState, QualificationState

pytestmark = pytest.mark.django_db


@pytest.fixture
def reference_data():
    for command in ("load_reference", "load_joining_questions"):
        call_command(command, stdout=StringIO())


def test_the_demonstration_has_something_at_every_stage(reference_data, settings):
    settings.DEMONSTRATION = True

    call_command("seed_demo", stdout=StringIO())

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
    } <= set(Qualification.objects.values_list("state", flat=True))
    assert Award.objects.public().filter(is_history=False).exists()
    assert Bid.objects.unsealed().exists()
    # Whoever and whatever was made says that it is invented.
    assert not User.objects.exclude(email__endswith=".example").exists()
    assert not Supplier.objects.exclude(name__endswith="(invented)").exists()
    # The past was told by the clock of its day, in order of telling, and nothing lies ahead.
    assert not AuditEvent.objects.filter(at__gt=clock.now()).exists()


def test_a_second_run_changes_nothing(reference_data, settings):
    settings.DEMONSTRATION = True
    call_command("seed_demo", stdout=StringIO())
    before = AuditEvent.objects.count(), Bid.objects.count(), User.objects.count()

    told = StringIO()
    call_command("seed_demo", stdout=told)

    assert "there already" in told.getvalue()
    assert (AuditEvent.objects.count(), Bid.objects.count(), User.objects.count()) == before


def test_it_is_refused_outside_the_demonstration(settings):
    settings.DEMONSTRATION = False

    with pytest.raises(CommandError):
        call_command("seed_demo")

    assert not User.objects.exists()


def test_the_sign_ins_name_every_role(reference_data, settings):
    settings.DEMONSTRATION = True
    call_command("seed_demo", stdout=StringIO())

    told = StringIO()
    call_command("demonstration_sign_ins", stdout=told)

    for role in ("Supplier", "Commissioner", "Assessor", "Administrator"):
        assert role in told.getvalue()
