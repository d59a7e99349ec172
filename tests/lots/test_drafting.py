"""Writing a draft: words, categories, dates, criteria, questions, documents, copies."""

from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from framework_portal.audit.models import AuditEvent
from framework_portal.documents.models import Document
from framework_portal.refusals import Refused
from lots.actions.copying import start_from_earlier
from lots.actions.drafting import (
    add_document,
    edit_basics,
    edit_categories,
    edit_timetable,
    remove_document,
    start_draft,
)
from lots.actions.judging import (
    CriterionTerms,
    add_question,
    edit_question,
    remove_question,
    set_criteria,
)
from lots.actions.publishing import publish_competition
from lots.models import Question
from lots.states import CompetitionState
from tests.factories import (
    CategoryFactory,
    CommissionerFactory,
    OfficerFactory,
    PoliceAreaFactory,
    UserFactory,
)
from tests.lots.ready import colleagues, draft_of, midday, ready_draft

pytestmark = pytest.mark.django_db

GATE = CriterionTerms(kind="gate", name="Declarations")
QUALITY = CriterionTerms(kind="quality", name="Quality", weight=Decimal(70))
PRICE = CriterionTerms(kind="price", name="Price", weight=Decimal(30))


@pytest.fixture
def officer():
    return OfficerFactory()


@pytest.fixture
def draft(officer):
    return draft_of(officer)


def test_without_a_framework_nothing_can_be_bought():
    body, person = CommissionerFactory(), UserFactory()

    with pytest.raises(Refused) as refusal:
        start_draft(commissioner=body, title="T", by=person, at=timezone.now())

    assert refusal.value.code == "no_framework"
    assert [e.verb for e in AuditEvent.objects.about(body)] == ["competition.start_refused"]


def test_every_edit_raises_the_edition_and_a_stale_page_is_refused(draft, officer):
    seen = draft.edition
    edit_categories(competition=draft, categories=[CategoryFactory()], by=officer.user)

    with pytest.raises(Refused) as refusal:
        set_criteria(competition=draft, criteria=[GATE], by=officer.user, edition=seen)

    draft.refresh_from_db()
    assert refusal.value.code == "stale"
    assert draft.edition == seen + 1
    assert not draft.criteria.exists()


def test_a_contract_keeps_no_legal_power(draft, officer):
    words = {"title": "T", "summary": "", "description": "", "contact_email": ""}

    edit_basics(competition=draft, kind="contract", legal_power="x", by=officer.user, **words)
    draft.refresh_from_db()
    contract = draft.legal_power
    edit_basics(competition=draft, kind="grant", legal_power="x", by=officer.user, **words)
    draft.refresh_from_db()

    assert (contract, draft.legal_power) == ("", "x")


def test_a_category_that_a_lot_is_about_stays(officer):
    competition = ready_draft(officer)

    with pytest.raises(Refused) as refusal:
        edit_categories(competition=competition, categories=[CategoryFactory()], by=officer.user)

    assert (refusal.value.code, refusal.value.field) == ("category_in_use", "categories")


@pytest.mark.parametrize(
    "dates, field",
    [
        ({"clarifications_close_at": midday(9), "closes_at": midday(8)}, "clarifications_close_at"),
        (
            {"service_starts_on": midday(9).date(), "service_ends_on": midday(9).date()},
            "service_ends_on",
        ),
    ],
)
def test_dates_that_no_draft_can_hold_are_refused_by_field(draft, officer, dates, field):
    empty = dict.fromkeys(
        [
            "clarifications_close_at",
            "closes_at",
            "opening_due_at",
            "award_due_on",
            "service_starts_on",
            "service_ends_on",
        ]
    )

    with pytest.raises(Refused) as refusal:
        edit_timetable(competition=draft, by=officer.user, **(empty | dates))

    assert refusal.value.field == field


def test_criteria_are_these_in_this_order_and_keep_their_questions(draft, officer):
    first = set_criteria(competition=draft, criteria=[QUALITY, PRICE], by=officer.user)
    add_question(competition=draft, criterion=first[0], text="How?", by=officer.user)
    kept = CriterionTerms(
        kind="quality", name="Method", weight=Decimal(70), reference=first[0].reference
    )

    set_criteria(competition=draft, criteria=[PRICE, GATE, kept], by=officer.user)

    assert list(draft.criteria.order_by("position").values_list("name", "weight")) == [
        ("Price", Decimal(30)),
        ("Declarations", Decimal(0)),
        ("Method", Decimal(70)),
    ]
    assert Question.objects.get().criterion.name == "Method"


def test_a_criterion_left_out_goes_with_its_questions(draft, officer):
    rows = set_criteria(competition=draft, criteria=[QUALITY, PRICE], by=officer.user)
    add_question(competition=draft, criterion=rows[0], text="How?", by=officer.user)

    set_criteria(competition=draft, criteria=[PRICE], by=officer.user)

    assert not Question.objects.exists()


def test_which_criterion_is_the_price_can_be_swapped(draft, officer):
    quality, price = set_criteria(competition=draft, criteria=[QUALITY, PRICE], by=officer.user)
    swapped = [
        CriterionTerms("price", "A", Decimal(70), reference=quality.reference),
        CriterionTerms("quality", "B", Decimal(30), reference=price.reference),
    ]

    set_criteria(competition=draft, criteria=swapped, by=officer.user)

    assert list(draft.criteria.order_by("position").values_list("kind", flat=True)) == [
        "price",
        "quality",
    ]


def test_a_criterion_of_another_competition_is_not_taken_over(draft, officer):
    other = ready_draft(officer)
    theirs = other.criteria.get(kind="quality")
    forged = CriterionTerms("quality", "Q", Decimal(100), reference=theirs.reference)

    set_criteria(competition=draft, criteria=[forged], by=officer.user)

    theirs.refresh_from_db()
    assert theirs.competition == other
    assert draft.criteria.get().reference != theirs.reference


@pytest.mark.parametrize(
    "criteria, code",
    [
        ([PRICE, PRICE], "two_prices"),
        ([CriterionTerms("quality", "Q", Decimal(0))], "weight"),
        ([CriterionTerms("quality", "Q", Decimal(101))], "weight"),
        ([CriterionTerms("gate", "G", Decimal(1))], "weight"),
        ([CriterionTerms("quality", "Q", Decimal(50), lowest_mark=6)], "lowest_mark"),
    ],
)
def test_criteria_that_cannot_be_are_refused(draft, officer, criteria, code):
    with pytest.raises(Refused) as refusal:
        set_criteria(competition=draft, criteria=criteria, by=officer.user)

    assert refusal.value.code == code


def test_questions_come_change_and_go_and_price_takes_none(draft, officer):
    by = officer.user
    quality, price = set_criteria(competition=draft, criteria=[QUALITY, PRICE], by=by)
    question = add_question(competition=draft, criterion=quality, text="How?", by=by)
    gone = add_question(competition=draft, criterion=quality, text="Why?", by=by)

    edit_question(question=question, text="When?", guidance="Dates", word_limit=100, by=by)
    remove_question(question=gone, by=by)
    with pytest.raises(Refused) as refusal:
        add_question(competition=draft, criterion=price, text="How much?", by=by)

    there = list(Question.objects.values_list("text", "guidance", "word_limit", "position"))
    assert there == [("When?", "Dates", 100, 1)]
    assert refusal.value.code == "price"


def test_a_document_of_a_draft_comes_and_goes_with_its_file(draft, officer):
    upload = SimpleUploadedFile("spec.csv", b"a,b\r\n", "text/csv")
    added = add_document(
        competition=draft, upload=upload, title="Spec", by=officer.user, at=timezone.now()
    )
    there = Document.objects.count()

    remove_document(document=added, by=officer.user)

    assert (there, Document.objects.count(), draft.documents.count()) == (1, 0, 0)


def test_a_file_that_is_not_taken_is_said_by_its_field(draft, officer):
    upload = SimpleUploadedFile("page.html", b"<html>", "text/html")

    with pytest.raises(Refused) as refusal:
        add_document(
            competition=draft, upload=upload, title="Spec", by=officer.user, at=timezone.now()
        )

    assert refusal.value.field == "upload"
    assert not Document.objects.exists()


def test_a_copy_begins_as_the_earlier_stands_without_dates(officer):
    earlier = ready_draft(officer)
    publish_competition(competition=earlier, by=officer.user, at=timezone.now())

    copy = start_from_earlier(
        earlier=earlier,
        commissioner=officer.commissioner,
        title="Again",
        by=officer.user,
        at=timezone.now(),
    )

    copy.refresh_from_db()
    assert (copy.state, copy.title, copy.closes_at) == (CompetitionState.DRAFT, "Again", None)
    assert (copy.summary, list(copy.categories.all())) == (
        earlier.summary,
        list(earlier.categories.all()),
    )

    def judged(competition):
        return list(
            competition.criteria.order_by("position").values_list(
                "kind", "name", "weight", "questions__text", "questions__word_limit"
            )
        )

    def bought(competition):
        return list(
            competition.lots.values_list("title", "value", "areas__name", "categories__name")
        )

    assert judged(copy) == judged(earlier)
    assert bought(copy) == bought(earlier)


def test_a_copy_leaves_lots_behind_that_its_maker_may_not_run():
    mine, other = PoliceAreaFactory(), PoliceAreaFactory()
    everywhere = OfficerFactory()
    (limited,) = colleagues(1, areas=[mine], commissioner=everywhere.commissioner)
    earlier = ready_draft(everywhere, areas=[mine, other])

    copy = start_from_earlier(
        earlier=earlier,
        commissioner=limited.commissioner,
        title="Mine",
        by=limited.user,
        at=timezone.now(),
    )

    assert [list(lot.areas.all()) for lot in copy.lots.all()] == [[mine]]
