"""What the database keeps of published competitions."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from framework_portal import clock
from lots.models import Competition, DeadlineExtension
from tests.factories import (
    CompetitionFactory,
    LotFactory,
    PoliceAreaFactory,
    UserFactory,
    confirmed_extension,
    publish,
)

pytestmark = pytest.mark.django_db


def refused(error):
    return error.value.__cause__.diag.constraint_name


def extension(competition, closes_at, *, first=None, second=None):
    return confirmed_extension(competition, closes_at, first=first, second=second)


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


BACK = [
    ("awarded", "abandoned"),
    ("evaluated", "published"),
    ("opened", "published"),
    ("opened", "draft"),
    ("abandoned", "published"),
]


@pytest.mark.parametrize(("before", "after"), BACK)
def test_a_competition_does_not_go_back(before, after):
    competition = publish(CompetitionFactory())
    with connection.cursor() as cursor:  # as it would have come there
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE lots_competition DISABLE TRIGGER USER")
        cursor.execute(
            "UPDATE lots_competition SET state = %s, abandoned_at = now(), abandoned_by_id = %s,"
            " abandoned_because = 'x' WHERE id = %s",
            [before, competition.created_by_id, competition.pk],
        )
        cursor.execute("ALTER TABLE lots_competition ENABLE TRIGGER USER")

    with pytest.raises(IntegrityError) as error, transaction.atomic():
        Competition.objects.filter(pk=competition.pk).update(state=after)

    assert refused(error) == "competition_states_run_one_way"


def test_an_extension_is_not_written_as_confirmed_in_one_step():
    with pytest.raises(IntegrityError) as error:
        DeadlineExtension.objects.create(
            competition=publish(CompetitionFactory()),
            closes_at=timezone.now() + timedelta(days=30),
            reason="More time",
            proposed_at=timezone.now(),
            proposed_by=UserFactory(),
            confirmed_at=timezone.now(),
            confirmed_by=UserFactory(),
        )

    assert refused(error) == "extension_begins_as_proposal"


@pytest.mark.parametrize("changes", [{"closes_at": timezone.now()}, {"reason": "Another"}, None])
@pytest.mark.parametrize("is_decided", [False, True])
def test_what_was_proposed_is_not_rewritten(changes, is_decided):
    competition = publish(CompetitionFactory())
    later = competition.closes_at + timedelta(days=3)
    proposed = extension(competition, later) if is_decided else waiting(competition, later)
    row = DeadlineExtension.objects.filter(pk=proposed.pk)

    with pytest.raises(IntegrityError) as error:
        row.update(**changes) if changes else row.delete()

    assert refused(error) == "extension_is_not_rewritten"


def test_a_decision_on_an_extension_stands():
    competition = publish(CompetitionFactory())
    confirmed = extension(competition, competition.closes_at + timedelta(days=3))

    with pytest.raises(IntegrityError) as error:
        DeadlineExtension.objects.filter(pk=confirmed.pk).update(confirmed_by=UserFactory())

    assert refused(error) == "extension_is_not_rewritten"


def waiting(competition, closes_at):
    return competition.extensions.create(
        closes_at=closes_at,
        reason="More time",
        proposed_at=timezone.now(),
        proposed_by=UserFactory(),
    )
