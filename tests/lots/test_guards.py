"""What the database keeps of published competitions."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from framework_portal import clock
from lots.models import Competition, DeadlineExtension
from tests.factories import CompetitionFactory, LotFactory, PoliceAreaFactory, UserFactory, publish

pytestmark = pytest.mark.django_db


def refused(error):
    return error.value.__cause__.diag.constraint_name


def extension(competition, closes_at, *, first=None, second=None):
    return DeadlineExtension.objects.create(
        competition=competition,
        closes_at=closes_at,
        reason="More time",
        proposed_at=timezone.now(),
        proposed_by=first or UserFactory(),
        confirmed_at=timezone.now(),
        confirmed_by=second or UserFactory(),
    )


def move(competition, closes_at):
    with transaction.atomic():
        Competition.objects.filter(pk=competition.pk).update(closes_at=closes_at)


def test_two_people_move_a_deadline_later():
    competition = publish(CompetitionFactory())
    later = competition.closes_at + timedelta(days=3)
    extension(competition, later)

    move(competition, later)

    competition.refresh_from_db()
    assert competition.closes_at == later


def test_a_deadline_is_not_moved_without_a_confirmed_extension():
    competition = publish(CompetitionFactory())

    with pytest.raises(IntegrityError) as error:
        move(competition, competition.closes_at + timedelta(days=3))

    assert refused(error) == "deadline_extended_by_two"


def test_a_deadline_is_never_moved_earlier():
    competition = publish(CompetitionFactory())
    earlier = competition.closes_at - timedelta(hours=1)
    extension(competition, earlier)

    with pytest.raises(IntegrityError) as error:
        move(competition, earlier)

    assert refused(error) == "deadline_only_extended"


def test_a_deadline_that_has_passed_stays():
    competition = publish(CompetitionFactory())
    later = competition.closes_at + timedelta(days=3)
    extension(competition, later)

    with pytest.raises(IntegrityError) as error, clock.fixed_at(competition.closes_at):
        move(competition, later)

    assert refused(error) == "deadline_only_extended"


def test_one_person_does_not_extend_alone():
    competition, person = publish(CompetitionFactory()), UserFactory()

    with pytest.raises(IntegrityError) as error:
        extension(competition, competition.closes_at, first=person, second=person)

    assert refused(error) == "extension_takes_two_people"


def test_what_is_judged_stands_still_once_published():
    competition = publish(CompetitionFactory())

    for act in (
        lambda: competition.criteria.update(weight=50),
        lambda: competition.criteria.first().delete(),
        lambda: competition.lots.first().areas.add(PoliceAreaFactory()),
        lambda: LotFactory(competition=competition),
        lambda: Competition.objects.filter(pk=competition.pk).update(highest_mark=9),
        lambda: Competition.objects.filter(pk=competition.pk).update(state="draft"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            act()


def test_a_competition_begins_as_a_draft():
    with pytest.raises(IntegrityError) as error:
        CompetitionFactory(
            state="published", published_at=timezone.now(), published_by=UserFactory()
        )

    assert refused(error) == "competition_begins_as_draft"
