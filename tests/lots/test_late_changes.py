"""A change or an answer that comes late leaves at least four working days, and says so before."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from framework_portal import clock
from framework_portal.reference import calendar
from framework_portal.reference.models import Holiday, Period
from framework_portal.refusals import Refused
from lots.actions.answering import answer_clarification
from lots.actions.changes import change_competition
from lots.actions.extending import confirm_extension, propose_extension
from lots.models import Clarification, CompetitionChange, DeadlineMove
from tests.factories import CompetitionFactory, LotFactory, OfficerFactory, publish
from tests.lots.test_pages import changed
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
LONDON = ZoneInfo("Europe/London")
# Wednesday at midday.
NOON = datetime(2027, 1, 20, 12, tzinfo=UTC)
HOUR, DAY, MOMENT = timedelta(hours=1), timedelta(days=1), timedelta(microseconds=1)


@pytest.fixture
def competition():
    competition = CompetitionFactory(closes_at=NOON, clarifications_close_at=None)
    LotFactory(competition=competition)
    with clock.fixed_at(NOON - 20 * DAY):
        publish(competition)
    competition.refresh_from_db()
    return competition


@pytest.fixture
def officer(competition):
    return OfficerFactory(commissioner=competition.commissioner)


def change(competition, officer, at, **more):
    with clock.fixed_at(at):
        change_competition(
            competition=competition,
            changes={"summary": f"Said anew at {at}"},
            reason="It was wrong",
            by=officer.user,
            at=at,
            **more,
        )
    competition.refresh_from_db()
    return competition.closes_at


def test_with_four_working_days_left_nothing_moves(competition, officer):
    assert change(competition, officer, NOON - 6 * DAY) == NOON  # Thursday to Wednesday
    assert not DeadlineMove.objects.exists()


def test_a_moment_later_it_moves_to_the_same_hour_of_the_next_working_day(competition, officer):
    assert change(competition, officer, NOON - 6 * DAY + MOMENT) == NOON + DAY


@pytest.mark.parametrize(
    ("at", "closes_at"),
    [
        (NOON - DAY, NOON + 5 * DAY),  # Tuesday midday: Monday midday
        (NOON - DAY + HOUR, NOON + 6 * DAY),  # an hour later: Tuesday midday
        (NOON - MOMENT, NOON + 6 * DAY),
        (NOON - 3 * DAY, NOON + 2 * DAY),  # Sunday: Friday midday
    ],
)
def test_it_leaves_four_whole_working_days(competition, officer, at, closes_at):
    assert change(competition, officer, at) == closes_at


def test_bank_holidays_are_no_working_days(competition, officer):
    Holiday.objects.create(on=date(2027, 1, 21), name="An invented holiday")

    assert change(competition, officer, NOON - DAY) == NOON + 6 * DAY


def test_the_four_is_a_row(competition, officer):
    Period.objects.create(slug="late-change", name="Late change", working_days=1)

    assert change(competition, officer, NOON - DAY) == NOON
    assert change(competition, officer, NOON - DAY + HOUR) == NOON + DAY


def test_summer_time_keeps_the_hour_of_the_day():
    closes_at = datetime(2027, 3, 26, 12, tzinfo=UTC)  # Good Friday, were it a row
    with connection.cursor() as cursor:
        cursor.execute("SELECT lots_late_change_deadline(%s, %s)", [closes_at - HOUR, closes_at])
        moved = cursor.fetchone()[0].astimezone(LONDON)

    assert (moved.date(), moved.hour) == (date(2027, 4, 1), 12)


@settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(
    at=st.timedeltas(0 * DAY, 110 * DAY).map(
        lambda span: datetime(2026, 12, 18, tzinfo=UTC) + span
    ),
    left=st.timedeltas(MOMENT, 12 * DAY),
)
def test_the_database_counts_working_days_as_the_calendar_does(at, left):
    Holiday.objects.get_or_create(on=date(2026, 12, 25), defaults={"name": "Christmas"})
    Holiday.objects.get_or_create(on=date(2027, 3, 26), defaults={"name": "Good Friday"})
    closes_at = at + left
    with connection.cursor() as cursor:
        cursor.execute("SELECT lots_late_change_deadline(%s, %s)", [at, closes_at])
        moved = cursor.fetchone()[0]
        cursor.execute("SELECT working_days_later(%s, 4)", [at])
        least = cursor.fetchone()[0]
    here, there = at.astimezone(LONDON), (moved or closes_at).astimezone(LONDON)

    assert (moved or closes_at) >= least
    assert moved is None or closes_at < least
    assert calendar.working_days_between(here.date(), there.date()) >= 4
    if moved:
        assert there.time() == closes_at.astimezone(LONDON).time()
        assert calendar.is_working_day(there.date())
        earlier = calendar.add_working_days(here.date(), 3)
        assert there.date() > earlier


def test_an_answer_moves_it_too_and_the_record_says_why(competition, officer):
    asked = Clarification.objects.create(competition=competition, asked="Why?", asked_at=NOON)
    at = NOON - HOUR
    with clock.fixed_at(at):
        answer_clarification(
            clarification=asked, question="Why?", answer="So", by=officer.user, at=at
        )
    competition.refresh_from_db()

    assert competition.closes_at == NOON + 6 * DAY
    answered, moved = CompetitionChange.objects.order_by("pk")
    assert (answered.kind, moved.kind) == ("answered", "late_change")
    assert (moved.closed_at_before, moved.closes_at_after) == (NOON, NOON + 6 * DAY)
    assert DeadlineMove.objects.get().change == answered


def test_an_extension_is_no_late_change(competition, officer):
    second = OfficerFactory(commissioner=competition.commissioner)
    at = NOON - HOUR
    with clock.fixed_at(at):
        extension = propose_extension(
            competition=competition,
            closes_at=NOON + 3 * HOUR,
            reason="Time",
            by=officer.user,
            at=at,
        )
        confirm_extension(extension=extension, by=second.user, at=at)
    competition.refresh_from_db()

    assert competition.closes_at == NOON + 3 * HOUR


def test_an_extension_that_a_rule_overtook_cannot_be_confirmed(competition, officer):
    second = OfficerFactory(commissioner=competition.commissioner)
    at = NOON - HOUR
    with clock.fixed_at(at):
        extension = propose_extension(
            competition=competition,
            closes_at=NOON + 3 * HOUR,
            reason="Time",
            by=officer.user,
            at=at,
        )
    moved_to = change(competition, officer, at)

    with clock.fixed_at(at), pytest.raises(Refused) as refusal:
        confirm_extension(extension=extension, by=second.user, at=at)
    assert refusal.value.code == "not_later"
    competition.refresh_from_db()
    assert competition.closes_at == moved_to


def test_nobody_moves_it_by_a_change_that_was_not_made_or_made_elsewhere(competition, officer):
    other = CompetitionFactory()
    publish(other)
    elsewhere = CompetitionChange.objects.create(
        competition=other, kind="changed", summary="Hm", made_at=NOON, made_by=officer.user
    )
    extended = CompetitionChange.objects.create(
        competition=competition, kind="extended", summary="Hm", made_at=NOON, made_by=officer.user
    )
    for change_row in (elsewhere, extended):
        with (
            clock.fixed_at(NOON - HOUR),
            pytest.raises(IntegrityError, match="no change was made"),
            transaction.atomic(),
        ):
            DeadlineMove.objects.create(
                competition=competition, cause="late_change", change=change_row, moved_at=NOON
            )


def test_a_change_of_tomorrow_moves_nothing_today(competition, officer):
    future = CompetitionChange.objects.create(
        competition=competition,
        kind="changed",
        summary="Hm",
        made_at=NOON + 90 * DAY,
        made_by=officer.user,
    )
    with clock.fixed_at(NOON - HOUR), pytest.raises(IntegrityError), transaction.atomic():
        DeadlineMove.objects.create(
            competition=competition, cause="late_change", change=future, moved_at=future.made_at
        )


# --- The officer sees it first ---------------------------------------------------------------


def test_the_page_says_where_the_deadline_goes_before_the_answer_is_published(
    client, competition, officer
):
    asked = Clarification.objects.create(competition=competition, asked="Why?", asked_at=NOON)
    page = reverse("commissioner:clarification_answer", args=[asked.reference])
    at = NOON - HOUR
    with clock.fixed_at(at):
        sign_in(client, officer.user)
        shown = client.get(page)
        said = {"question": "Why?", "answer": "So"}
        assert "will move the deadline to 26 January 2027, midday" in shown.text
        unseen = client.post(page, said)
        assert "Look again, then publish" in unseen.text
        competition.refresh_from_db()
        assert competition.closes_at == NOON

        client.post(page, said | {"moves_to": (NOON + 6 * DAY).isoformat()})
    competition.refresh_from_db()
    assert competition.closes_at == NOON + 6 * DAY


def test_the_page_of_a_change_says_it_and_carries_it_to_the_confirmation(
    client, competition, officer
):
    page = reverse("commissioner:competition_change", args=[competition.reference])
    with clock.fixed_at(NOON - HOUR):
        sign_in(client, officer.user)
        first = client.get(page)
        assert "will move the deadline to 26 January 2027" in first.text
        typed = changed(competition, summary="Said anew", description="What we buy")
        confirm = client.post(page, typed)
        assert "Check the change" in confirm.text
        assert "will move the deadline to 26 January 2027" in confirm.text
        sent = dict(confirm.context["sent"])
        client.post(page, sent | {"confirm": "1"})
    competition.refresh_from_db()

    assert competition.summary == "Said anew"
    assert competition.closes_at == NOON + 6 * DAY
