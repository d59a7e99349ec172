"""Openers are reminded to rehearse: two days and one day before closing, and never in vain."""

from datetime import timedelta

import pytest
from django.db import connection

from bids.actions.rehearsing import rehearse_opening
from framework_portal import clock
from framework_portal.notifications.models import Message
from lots.actions.reminding import remind_openers
from lots.checks.openers import rehearsal
from lots.models import Competition, CompetitionChange
from lots.states import ChangeKind
from tests.factories import OPENING_PASSPHRASE, OpenLotFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def competition():
    return OpenLotFactory().competition


def openers(competition):
    return [opener.user for opener in competition.openers.order_by("pk")]


def at(competition, **before):
    return competition.closes_at - timedelta(**before)


def reminded(competition, instant):
    """Whom a run of the task at `instant` writes to."""
    known = set(Message.objects.values_list("pk", flat=True))
    with clock.fixed_at(instant):
        remind_openers(at=instant)
    new = Message.objects.filter(kind="rehearsal_due").exclude(pk__in=known)
    return sorted(new.values_list("to", flat=True))


def everybody(competition):
    return sorted(user.email for user in openers(competition))


def test_two_days_and_one_day_before_closing_each_is_told_once(competition):
    early = reminded(competition, at(competition, hours=48, microseconds=1))
    two = reminded(competition, at(competition, hours=48))
    again = reminded(competition, at(competition, hours=47))
    one = reminded(competition, at(competition, hours=24))
    closed = reminded(competition, competition.closes_at)

    everyone = everybody(competition)
    assert (early, two, again, one, closed) == ([], everyone, [], everyone, [])


def test_a_worker_that_was_down_sends_one_mail_and_not_two(competition):
    assert reminded(competition, at(competition, hours=3)) == everybody(competition)
    assert reminded(competition, at(competition, hours=2)) == []


def test_who_has_rehearsed_is_left_alone(competition):
    first, *others = openers(competition)
    with clock.fixed_at(at(competition, hours=47)):
        rehearse_opening(competition=competition, by=first, passphrase=OPENING_PASSPHRASE)

    told = reminded(competition, at(competition, hours=24))

    assert told == sorted(user.email for user in others)


def test_a_rehearsal_before_the_last_two_days_does_not_count(competition):
    first, *_others = openers(competition)
    with clock.fixed_at(at(competition, hours=48, microseconds=1)):
        rehearse_opening(competition=competition, by=first, passphrase=OPENING_PASSPHRASE)
    found = rehearsal(competition, at=at(competition, hours=48))

    assert len(found.lacking) == 3
    assert found.is_in_danger


def test_two_who_are_ready_are_enough_and_the_third_is_named(competition):
    first, second, third = openers(competition)
    for user in (first, second):
        with clock.fixed_at(at(competition, hours=10)):
            rehearse_opening(competition=competition, by=user, passphrase=OPENING_PASSPHRASE)

    found = rehearsal(competition, at=at(competition, hours=9))

    assert [each.user for each in found.lacking] == [third]
    assert not found.is_in_danger


def test_a_deadline_that_moves_cancels_what_waits_and_starts_afresh(competition):
    before = competition.closes_at
    reminded(competition, at(competition, hours=24))
    later = before + timedelta(days=5)
    CompetitionChange.objects.create(
        competition=competition,
        kind=ChangeKind.EXTENDED,
        summary="Later",
        closed_at_before=before,
        closes_at_after=later,
        made_at=before - timedelta(hours=20),
        made_by=UserFactory(),
    )
    moved(competition, later)

    assert reminded(competition, before - timedelta(hours=19)) == []
    assert not Message.objects.waiting().filter(kind="rehearsal_due").exists()
    assert reminded(competition, later - timedelta(hours=48)) == everybody(competition)


def moved(competition, closes_at):
    """As the owner of the table could: the actions that move it have tests of their own."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE lots_competition DISABLE TRIGGER USER")
        Competition.objects.filter(pk=competition.pk).update(closes_at=closes_at)
        cursor.execute("ALTER TABLE lots_competition ENABLE TRIGGER USER")
    competition.refresh_from_db()
