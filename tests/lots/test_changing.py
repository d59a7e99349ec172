"""After publication: changes with a reason, documents, answers, abandonment."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from framework_portal import clock
from framework_portal.audit.models import AuditEvent
from framework_portal.refusals import Refused
from lots.actions.abandoning import abandon_competition
from lots.actions.answering import answer_clarification
from lots.actions.changes import (
    change_competition,
    change_lot,
    publish_document,
    withdraw_document,
)
from lots.actions.publishing import publish_competition
from lots.models import Clarification, Competition, CompetitionChange
from lots.states import ChangeKind, CompetitionState
from tests.factories import OfficerFactory
from tests.lots.ready import ready_draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer():
    return OfficerFactory()


@pytest.fixture
def competition(officer):
    draft = ready_draft(officer)
    publish_competition(competition=draft, by=officer.user, at=timezone.now())
    draft.refresh_from_db()
    return draft


def change(competition, officer, *, reason="A mistake", at=None, **changes):
    return change_competition(
        competition=competition,
        changes=changes,
        reason=reason,
        by=officer.user,
        at=at or timezone.now(),
    )


def a_file(name="terms.csv"):
    return SimpleUploadedFile(name, b"a,b\r\n1,2\r\n", "text/csv")


def test_a_change_is_there_with_before_after_and_reason_for_everybody(competition, officer):
    starts = competition.service_starts_on
    later = starts + timedelta(days=1)

    made = change(competition, officer, service_starts_on=later, summary="Other words")

    competition.refresh_from_db()
    assert (competition.service_starts_on, competition.summary) == (later, "Other words")
    assert made.kind == ChangeKind.CHANGED
    assert made.reason == "A mistake"
    assert made.summary.startswith("Summary rewritten. Service starts: ")
    assert made.made_by == officer.user
    assert AuditEvent.objects.about(competition).last().verb == "competition.changed"


@pytest.mark.parametrize("name", ["closes_at", "kind", "highest_mark", "state", "commissioner"])
def test_what_stands_still_is_not_changed(competition, officer, name):
    with pytest.raises(Refused) as refusal:
        change(competition, officer, **{name: None})

    assert refusal.value.code == "stands_still"


def test_no_change_and_no_reason_are_refused(competition, officer):
    same = competition.description

    with pytest.raises(Refused) as nothing:
        change(competition, officer, description=same)
    with pytest.raises(Refused) as mute:
        change(competition, officer, description="New", reason=" ")

    assert (nothing.value.code, mute.value.code) == ("no_change", "no_reason")
    assert not CompetitionChange.objects.exists()


def test_line_ends_of_a_browser_are_no_change(competition, officer):
    Competition.objects.filter(pk=competition.pk).update(description="One\nTwo")

    with pytest.raises(Refused) as refusal:
        change(competition, officer, description="One\r\nTwo")

    assert refusal.value.code == "no_change"


def test_a_service_that_ends_before_it_starts_is_refused_by_its_field(competition, officer):
    with pytest.raises(Refused) as refusal:
        change(competition, officer, service_ends_on=competition.service_starts_on)

    assert refusal.value.field == "service_ends_on"


def test_words_and_value_of_a_lot_change_with_a_reason(competition, officer):
    lot = competition.lots.get()

    made = change_lot(
        lot=lot,
        changes={"value": Decimal("300000"), "title": "Better"},
        reason="More money",
        by=officer.user,
        at=timezone.now(),
    )

    lot.refresh_from_db()
    assert (lot.value, lot.title) == (Decimal("300000.00"), "Better")
    assert "Value: £300,000 (was £250,000)." in made.summary


@pytest.mark.parametrize(
    "changes, code",
    [
        ({"sex": "women"}, "stands_still"),
        ({"value": None}, "value"),
        ({"value_if_extended": Decimal(1)}, "value_if_extended"),
    ],
)
def test_a_lot_keeps_what_was_promised(competition, officer, changes, code):
    with pytest.raises(Refused) as refusal:
        change_lot(
            lot=competition.lots.get(),
            changes=changes,
            reason="Why",
            by=officer.user,
            at=timezone.now(),
        )

    assert refusal.value.code == code


def test_a_document_is_added_and_withdrawn_and_stays_where_it_was_read(competition, officer):
    by, at = officer.user, timezone.now()
    added = publish_document(
        competition=competition, upload=a_file(), title="Terms", reason="Late", by=by, at=at
    )
    withdraw_document(document=added, reason="Wrong", by=by, at=at)
    withdraw_document(document=added, reason="Pressed twice", by=by, at=at)

    added.refresh_from_db()
    assert (added.removed_at, added.removed_by) == (at, by)
    summaries = list(competition.changes.order_by("pk").values_list("summary", "reason"))
    assert summaries == [("Document added: Terms", "Late"), ("Document withdrawn: Terms", "Wrong")]


def test_at_the_closing_instant_nothing_changes_any_more(competition, officer):
    asked = Clarification.objects.create(
        competition=competition, asked="Why?", asked_at=timezone.now()
    )

    for act in (
        lambda at: change(competition, officer, summary="New", at=at),
        lambda at: change_lot(
            lot=competition.lots.get(),
            changes={"volume": "300"},
            reason="Why",
            by=officer.user,
            at=at,
        ),
        lambda at: publish_document(
            competition=competition,
            upload=a_file(),
            title="T",
            reason="R",
            by=officer.user,
            at=at,
        ),
        lambda at: answer_clarification(
            clarification=asked, question="Why?", answer="So", by=officer.user, at=at
        ),
    ):
        competition.refresh_from_db()  # each of these comes late and moves the deadline
        closes_at = competition.closes_at
        with clock.fixed_at(closes_at), pytest.raises(Refused) as refusal:
            act(closes_at)
        assert refusal.value.code == "closed"
        with clock.fixed_at(closes_at - timedelta(microseconds=1)) as before:
            act(before)


def test_a_draft_is_edited_and_not_changed(officer):
    draft = ready_draft(officer)

    with pytest.raises(Refused) as refusal:
        change(draft, officer, summary="New")

    assert refusal.value.code == "illegal_move"


def test_an_answer_goes_out_under_the_question_without_who_asked(competition, officer):
    asked = Clarification.objects.create(
        competition=competition, asked="We at Tidewater ask: why?", asked_at=timezone.now()
    )

    answer_clarification(
        clarification=asked, question="Why?", answer="So.", by=officer.user, at=timezone.now()
    )

    shown = competition.clarifications.published().get()
    assert (shown.question, shown.answer, shown.asked) == (
        "Why?",
        "So.",
        "We at Tidewater ask: why?",
    )
    made = competition.changes.get()
    assert (made.kind, made.summary) == (ChangeKind.ANSWERED, "A clarification was answered.")


def test_a_question_is_answered_once_in_words_and_not_once_taken_back(competition, officer):
    def answer(clarification, **words):
        return answer_clarification(
            clarification=clarification,
            **({"question": "Why?", "answer": "So."} | words),
            by=officer.user,
            at=timezone.now(),
        )

    asked, gone = (
        Clarification.objects.create(competition=competition, asked="Why?", asked_at=timezone.now())
        for _ in range(2)
    )
    Clarification.objects.filter(pk=gone.pk).update(withdrawn_at=timezone.now())
    codes = []
    for act in (
        lambda: answer(asked, answer=" "),
        lambda: answer(asked, question=""),
        lambda: answer(gone),
        lambda: (answer(asked), answer(asked)),
    ):
        with pytest.raises(Refused) as refusal:
            act()
        codes.append(refusal.value.code)

    assert codes == ["no_words", "no_words", "withdrawn", "answered"]


def test_abandoned_with_a_reason_that_everybody_can_read(competition, officer):
    abandon_competition(
        competition=competition, reason="No money", by=officer.user, at=timezone.now()
    )

    competition.refresh_from_db()
    assert competition.state == CompetitionState.ABANDONED
    assert competition.abandoned_because == "No money"
    assert competition.changes.get().kind == ChangeKind.ABANDONED
    assert Competition.objects.public().filter(pk=competition.pk).exists()


def test_an_abandoned_draft_was_never_public(officer):
    draft = ready_draft(officer)

    abandon_competition(competition=draft, reason="A trial", by=officer.user, at=timezone.now())

    assert not draft.changes.exists()
    assert not Competition.objects.public().filter(pk=draft.pk).exists()


def test_not_without_a_reason_and_not_twice(competition, officer):
    codes = []
    for reason in (" ", "No money", "Again"):
        try:
            abandon_competition(
                competition=competition, reason=reason, by=officer.user, at=timezone.now()
            )
        except Refused as refusal:
            codes.append(refusal.code)

    assert codes == ["no_reason", "illegal_move"]
