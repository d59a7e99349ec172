"""Publishing: what must be there, who may, and what stands still afterwards."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from framework_portal import clock
from framework_portal.audit.models import AuditEvent
from framework_portal.reference.models import Holiday, Period
from framework_portal.refusals import Refused
from lots.actions.drafting import edit_timetable
from lots.actions.lotting import LotTerms, edit_lot, remove_lot
from lots.actions.publishing import publish_competition
from lots.checks import readiness
from lots.models import Competition, Criterion, Lot, Question
from lots.states import CompetitionState
from tests.factories import OfficerFactory, PoliceAreaFactory
from tests.lots.ready import colleagues, draft_of, midday, ready_draft

pytestmark = pytest.mark.django_db


def codes(competition, *, stops=True):
    found = readiness.gaps(competition, at=timezone.now())
    return [gap.code for gap in found if gap.stops == stops]


def verbs(thing):
    return [event.verb for event in AuditEvent.objects.about(thing)]


def update(competition, **values):
    Competition.objects.filter(pk=competition.pk).update(**values)
    competition.refresh_from_db()


def test_a_whole_draft_is_published_with_who_and_when():
    first, _second = colleagues()
    draft, at = ready_draft(first), timezone.now()

    published = publish_competition(competition=draft, by=first.user, at=at)

    competition = published.competition
    competition.refresh_from_db()
    assert competition.state == CompetitionState.PUBLISHED
    assert (competition.published_at, competition.published_by) == (at, first.user)
    assert verbs(competition)[-1] == "competition.published"


def test_a_bare_draft_lacks_everything():
    officer = OfficerFactory()

    lacking = codes(draft_of(officer))

    assert lacking == [
        "summary",
        "description",
        "categories",
        "clarifications_close_at",
        "closes_at",
        "opening_due_at",
        "award_due_on",
        "service_starts_on",
        "service_ends_on",
        "criteria",
        "lots",
        "openers",
    ]


@pytest.mark.parametrize(
    "breaks, code",
    [
        (lambda c: update(c, summary=" "), "summary"),
        (lambda c: update(c, contact_email=""), "contact_email"),
        (lambda c: update(c, kind="grant"), "legal_power"),
        (lambda c: c.categories.clear(), "categories"),
        (lambda c: update(c, closes_at=None), "closes_at"),
        (
            lambda c: update(c, clarifications_close_at=None, closes_at=timezone.now()),
            "clarifications_close_at",
        ),
        (lambda c: update(c, closes_at=midday(30) - timedelta(hours=12)), "midnight"),
        (lambda c: update(c, clarifications_close_at=midday(-1)), "clarifications_close_at"),
        (lambda c: update(c, clarifications_close_at=midday(30)), "clarifications_close_at"),
        (lambda c: update(c, opening_due_at=midday(30)), "opening_due_at"),
        (lambda c: update(c, award_due_on=midday(30).date()), "award_due_on"),
        (lambda c: update(c, service_starts_on=midday(60).date()), "service_starts_on"),
        (lambda c: Criterion.objects.filter(weight=30).update(weight=Decimal("29.99")), "weights"),
        (lambda c: Criterion.objects.all().delete(), "criteria"),
        (lambda c: Question.objects.all().delete(), "questions"),
        (lambda c: Lot.objects.all().delete(), "lots"),
        (lambda c: c.lots.get().areas.clear(), "lot_not_whole"),
        (lambda c: c.lots.get().categories.clear(), "lot_not_whole"),
        (lambda c: Lot.objects.update(value=None), "lot_not_whole"),
    ],
)
def test_what_is_missing_stops_publication_and_leaves_only_the_refusal(breaks, code):
    officer = OfficerFactory()
    competition = ready_draft(officer)
    breaks(competition)

    with pytest.raises(Refused) as refusal:
        publish_competition(competition=competition, by=officer.user, at=timezone.now())

    competition.refresh_from_db()
    assert refusal.value.code == code
    assert code in codes(competition)
    assert competition.state == CompetitionState.DRAFT
    assert verbs(competition)[-1] == "competition.publication_refused"


def test_a_competition_closes_no_sooner_than_the_shortest_time():
    Period.objects.create(slug=readiness.SHORTEST_TIME, name="Shortest time to bid", days=10)
    closes_at = midday(30)
    on_the_day, a_moment = closes_at - timedelta(days=10), timedelta(microseconds=1)

    just, late = (
        [gap.code for gap in readiness.deadline(closes_at, at=at) if gap.stops]
        for at in (on_the_day, on_the_day + a_moment)
    )

    assert (just, late) == ([], ["closes_at"])


def test_closing_on_a_day_off_is_odd_and_does_not_stop():
    officer = OfficerFactory()
    competition = ready_draft(officer)
    Holiday.objects.create(on=timezone.localdate(competition.closes_at), name="A day off")

    assert "not_a_working_day" in codes(competition, stops=False)
    assert codes(competition) == []


def test_no_document_is_odd_and_does_not_stop():
    officer = OfficerFactory()

    odd = set(codes(ready_draft(officer), stops=False)) - {"not_a_working_day"}

    assert odd == {"documents"}


def test_at_the_closing_instant_it_is_too_late_and_a_microsecond_before_it_is_not():
    officer = OfficerFactory()
    competition = ready_draft(officer)
    closes_at = midday(30)
    update(competition, clarifications_close_at=closes_at - timedelta(microseconds=1))

    with pytest.raises(Refused) as refusal, clock.fixed_at(closes_at):
        publish_competition(competition=competition, by=officer.user, at=closes_at)
    before = codes_at(competition, closes_at - timedelta(microseconds=1))

    assert refusal.value.code == "closes_at"
    assert "closes_at" not in before


def codes_at(competition, at):
    return [gap.code for gap in readiness.gaps(competition, at=at) if gap.stops]


def test_the_database_has_the_last_word_on_the_closing_time():
    officer = OfficerFactory()
    competition = ready_draft(officer)

    with pytest.raises(Refused) as refusal, clock.fixed_at(competition.closes_at):
        publish_competition(competition=competition, by=officer.user, at=timezone.now())

    assert refusal.value.code == "closes_at"


def test_an_officer_of_other_areas_does_not_publish():
    mine, theirs = PoliceAreaFactory(), PoliceAreaFactory()
    everywhere = OfficerFactory()
    (limited,) = colleagues(1, areas=[mine], commissioner=everywhere.commissioner)
    competition = ready_draft(everywhere, areas=[mine, theirs])

    with pytest.raises(Refused) as refusal:
        publish_competition(competition=competition, by=limited.user, at=timezone.now())

    assert refusal.value.code == "not_your_area"


def test_a_stale_page_does_not_publish():
    officer = OfficerFactory()
    competition = ready_draft(officer)
    seen = competition.edition
    edit_lot(
        lot=competition.lots.get(),
        title="Another",
        areas=competition.lots.get().areas.all(),
        categories=competition.categories.all(),
        terms=LotTerms(value=Decimal(1)),
        by=officer.user,
    )

    with pytest.raises(Refused) as refusal:
        publish_competition(
            competition=competition, by=officer.user, at=timezone.now(), edition=seen
        )

    assert refusal.value.code == "stale"


def test_what_was_published_is_not_edited_as_a_draft():
    officer = OfficerFactory()
    competition = ready_draft(officer)
    publish_competition(competition=competition, by=officer.user, at=timezone.now())

    for act in (
        lambda: publish_competition(competition=competition, by=officer.user, at=timezone.now()),
        lambda: remove_lot(lot=competition.lots.get(), by=officer.user),
        lambda: edit_timetable(
            competition=competition,
            clarifications_close_at=None,
            closes_at=midday(40),
            opening_due_at=None,
            award_due_on=None,
            service_starts_on=None,
            service_ends_on=None,
            by=officer.user,
        ),
    ):
        with pytest.raises(Refused) as refusal:
            act()
        assert refusal.value.code == "illegal_move"
