"""Loading the questions of the application to join, and the lengths of time that go with them."""

from django.db import transaction

from framework_portal.reference.models import Category, Period
from framework_portal.refusals import Refused
from suppliers.models import JoiningQuestion
from suppliers.states import AnswerKind

FIELDS = {
    "code": str,
    "section": str,
    "kind": str,
    "text": str,
    "hint": str,
    "word_limit": int,
    "per_category": bool,
    "is_required": bool,
    "explain_when": str,
    "needs_expiry": bool,
    "good_for_months": int,
    "condition": str,
    "source": str,
    "categories": list,
}
NEEDED = ("code", "section", "kind", "text", "condition", "source")
DEFAULTS = {
    "hint": "",
    "word_limit": None,
    "per_category": False,
    "is_required": True,
    "explain_when": "",
    "needs_expiry": False,
    "good_for_months": None,
}


@transaction.atomic
def load_questions(*, contents):
    """Bring the questions in line with `contents`: all of it or nothing; twice changes nothing.

    Answers the codes of questions that are in the database and not in `contents`; those that
    nobody has answered are taken away, the others stay for the applications that hold them.
    """
    entries = contents.get("questions") if isinstance(contents, dict) else None
    if not isinstance(entries, list) or not entries:
        raise Refused("no_questions", "There is no list of questions")
    categories = {category.slug: category for category in Category.objects.all()}
    for number, entry in enumerate(entries, start=1):
        _check(entry, number, categories)
    codes = [entry["code"] for entry in entries]
    twice = {code for code in codes if codes.count(code) > 1}
    if twice:
        raise Refused("twice", f"More than one question is called {', '.join(sorted(twice))}")
    for number, entry in enumerate(entries, start=1):
        values = {**DEFAULTS, **entry, "position": number}
        only = [categories[slug] for slug in values.pop("categories", [])]
        question, _new = JoiningQuestion.objects.update_or_create(
            code=values.pop("code"), defaults=values
        )
        question.categories.set(only)
    for entry in contents.get("periods", []):
        # A row that is there may have been changed on purpose, so it stays as it is.
        Period.objects.get_or_create(slug=entry["slug"], defaults=entry)
    return _take_away(codes)


def _take_away(codes):
    left = JoiningQuestion.objects.exclude(code__in=codes)
    left.filter(answers=None, evidence=None, more_points=None).delete()
    return list(JoiningQuestion.objects.exclude(code__in=codes).values_list("code", flat=True))


def _check(entry, number, categories):
    name = entry.get("code", f"number {number}") if isinstance(entry, dict) else f"number {number}"

    def wrong(reason):
        raise Refused("bad_question", f"Question {name}: {reason}")

    if not isinstance(entry, dict):
        wrong("is not an object")
    for field in entry:
        if field not in FIELDS:
            wrong(f"{field} is not known")
        if type(entry[field]) is not FIELDS[field]:
            wrong(f"{field} is not {FIELDS[field].__name__}")
    for field in NEEDED:
        if not entry.get(field, "").strip():
            wrong(f"{field} is missing")
    if entry["kind"] not in AnswerKind.values:
        wrong(f"{entry['kind']} is no kind of answer")
    if entry["kind"] == AnswerKind.TEXT and not 1 <= entry.get("word_limit", 0) <= 300:
        wrong("an answer in words has a limit of 1 to 300 words")
    if entry.get("explain_when", "") not in ("", "yes", "no"):
        wrong("explain_when is yes or no")
    if entry.get("per_category") and entry["kind"] in (AnswerKind.EVIDENCE, AnswerKind.DECLARATION):
        wrong("documents and declarations are asked for once, not for each category")
    for slug in entry.get("categories", []):
        if slug not in categories:
            wrong(f"there is no category {slug}")
