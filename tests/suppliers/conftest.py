"""What the tests of the suppliers app share."""

import pytest
from django.utils import timezone

from suppliers.actions.joining import save_answer
from suppliers.questionnaire import steps
from suppliers.states import AnswerKind
from tests.factories import (
    ApplicationFactory,
    CategoryFactory,
    IdentifierFactory,
    JoiningQuestionFactory,
    PoliceAreaFactory,
    SupplierFactory,
)


@pytest.fixture
def questions(db):
    """One of each kind."""
    return {
        "description": JoiningQuestionFactory(code="description", per_category=True),
        "standing": JoiningQuestionFactory(code="standing"),
        "safe": JoiningQuestionFactory(
            code="safe", kind=AnswerKind.YES_NO, word_limit=None, explain_when="no"
        ),
        "policy": JoiningQuestionFactory(
            code="policy", kind=AnswerKind.EVIDENCE, word_limit=None, is_required=False
        ),
        "true": JoiningQuestionFactory(
            code="true", kind=AnswerKind.DECLARATION, word_limit=None, good_for_months=12
        ),
    }


def answer_all(application, by):
    """Answer every question that the application asks."""
    for step in steps(application):
        if step.question.kind == AnswerKind.EVIDENCE:
            continue
        is_yes = True if step.question.kind == AnswerKind.YES_NO else None
        save_answer(
            application=application,
            question=step.question,
            category=step.category,
            text="" if is_yes else "An answer in words",
            is_yes=is_yes,
            by=by,
            at=timezone.now(),
        )


@pytest.fixture
def ready(questions):
    """An application with everything answered, not yet submitted."""
    supplier = SupplierFactory(address="1 Invented Street")
    IdentifierFactory(supplier=supplier)
    application = ApplicationFactory(supplier=supplier)
    application.categories.add(CategoryFactory())
    application.areas.add(PoliceAreaFactory())
    answer_all(application, application.started_by)
    return application
