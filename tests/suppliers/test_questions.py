"""The questionnaire is loaded whole or not at all, stays short, and asks nothing it must not."""

import json

import pytest
from django.core.management import CommandError, call_command

from suppliers.management.commands.load_joining_questions import FILE
from suppliers.models import Answer, JoiningQuestion
from suppliers.states import AnswerKind
from tests.factories import ApplicationFactory, CategoryFactory, JoiningQuestionFactory

CONTENTS = json.loads(FILE.read_text())


@pytest.fixture
def women(db):
    return CategoryFactory(slug="women")


def rows():
    return list(
        JoiningQuestion.objects.values_list("code", "position", "kind", "word_limit", "is_required")
    )


def test_loading_twice_changes_nothing(women):
    call_command("load_joining_questions")
    before = rows()
    JoiningQuestion.objects.filter(code="standing").update(text="Changed")

    call_command("load_joining_questions")

    assert rows() == before
    assert JoiningQuestion.objects.get(code="standing").text != "Changed"
    assert list(JoiningQuestion.objects.get(code="gender-responsive").categories.all()) == [women]


def test_a_question_that_went_out_of_the_file_goes_unless_somebody_answered_it(women, capsys):
    JoiningQuestionFactory(code="unanswered")
    answered = JoiningQuestionFactory(code="answered")
    application = ApplicationFactory()
    Answer.objects.create(
        application=application,
        question=answered,
        text="Kept",
        saved_at=application.started_at,
        saved_by=application.started_by,
    )

    call_command("load_joining_questions")

    assert set(JoiningQuestion.objects.values_list("code", flat=True)) == {
        "answered",
        *(entry["code"] for entry in CONTENTS["questions"]),
    }
    assert "answered" in capsys.readouterr().out


BROKEN = [
    ("not JSON", "{"),
    ("no list", "[]"),
    ("no questions", json.dumps({"questions": []})),
    ("unknown field", json.dumps({"questions": [{"code": "x", "colour": "red"}]})),
    ("a number as text", json.dumps({"questions": [{"code": 3}]})),
    ("nothing but a code", json.dumps({"questions": [{"code": "x"}]})),
    ("not an object", json.dumps({"questions": ["x"]})),
]


def changed(**fields):
    first = {**CONTENTS["questions"][0], **fields}
    return json.dumps({"questions": [*CONTENTS["questions"][1:], first]})


BROKEN += [
    ("unknown kind", changed(kind="essay")),
    ("no limit", changed(word_limit=0)),
    ("too long an answer", changed(word_limit=301)),
    ("unknown category", changed(categories=["nobody"])),
    ("twice", changed(code="standing")),
    ("explained when perhaps", changed(explain_when="perhaps")),
    ("a document for each category", changed(kind="evidence")),
]


@pytest.mark.parametrize(("what", "text"), BROKEN, ids=[what for what, _ in BROKEN])
def test_a_broken_file_changes_nothing_and_says_where_it_is_broken(women, tmp_path, what, text):
    file = tmp_path / "questions.json"
    file.write_text(text)

    with pytest.raises(CommandError, match=str(file)):
        call_command("load_joining_questions", file=file)

    assert not JoiningQuestion.objects.exists()


def test_the_questionnaire_fits_an_evening():
    questions = CONTENTS["questions"]
    words = sum(
        entry["word_limit"]
        for entry in questions
        if entry["kind"] == AnswerKind.TEXT and not entry.get("categories")
    )

    assert len(questions) <= 20
    assert words <= 700  # at the very most, for one category


def test_no_document_is_ever_required():
    evidence = [one for one in CONTENTS["questions"] if one["kind"] == AnswerKind.EVIDENCE]

    assert evidence
    assert all(one["is_required"] is False for one in evidence)


def test_every_question_says_which_condition_it_asks_about_and_its_source():
    assert all(one["condition"] and one["source"] for one in CONTENTS["questions"])
