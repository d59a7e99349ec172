"""Which questions an application asks, what is answered and what is missing. Reads only."""

from dataclasses import dataclass
from itertools import groupby

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from framework_portal.forms.words import count_words
from framework_portal.reference.models import Category
from suppliers.models import Answer, Evidence, JoiningQuestion
from suppliers.states import AnswerKind, LegalForm
from suppliers.versions import answer_version

# These have a number in a public register; other forms may have none.
REGISTERED_FORMS = {
    LegalForm.CHARITY,
    LegalForm.CIO,
    LegalForm.CHARITABLE_COMPANY,
    LegalForm.CIC,
    LegalForm.SOCIETY,
    LegalForm.COMPANY,
    LegalForm.GUARANTEE,
}


@dataclass(frozen=True)
class Step:
    """A question as this application asks it: for one category, or once."""

    question: JoiningQuestion
    category: Category | None
    answer: Answer | None
    evidence: tuple[Evidence, ...]
    needed: tuple[str, ...] = ()

    @property
    def key(self):
        return (self.question.pk, self.category.pk if self.category else None)

    @property
    def version(self):
        """What a page that shows this step showed."""
        return answer_version(self.answer)

    @property
    def text(self):
        return self.answer.text if self.answer else ""

    @property
    def is_yes(self):
        return self.answer.is_yes if self.answer else None

    @property
    def title(self):
        """The question, and the category it is about."""
        return (
            f"{self.category.name}: {self.question.text}" if self.category else (self.question.text)
        )

    @property
    def is_begun(self):
        return bool(self.evidence) or bool(self.text) or self.is_yes is not None

    @property
    def is_done(self):
        """Answered, or left out where that is allowed."""
        return not self.gap

    @property
    def gap(self):
        """What is missing, in words; "" where nothing is."""
        kind = self.question.kind
        if kind == AnswerKind.YES_NO:
            return self._gap_of_yes_no()
        if kind == AnswerKind.TEXT:
            return self._gap_of_words(_("Answer this question"), self.question.is_required)
        if kind == AnswerKind.EVIDENCE and not self.evidence:
            return _("Upload a document") if self.question.is_required else ""
        return ""

    def _gap_of_yes_no(self):
        if self.is_yes is None:
            return _("Answer yes or no") if self.question.is_required else ""
        must_explain = self.question.explain_when == ("yes" if self.is_yes else "no")
        return self._gap_of_words(_("Explain your answer"), must_explain)

    def _gap_of_words(self, message, is_required):
        if not self.text.strip():
            return message if is_required else ""
        limit = self.question.word_limit
        over = count_words(self.text) - limit if limit else 0
        if over > 0:
            return ngettext(
                "Take out %(over)d word: the limit is %(limit)d",
                "Take out %(over)d words: the limit is %(limit)d",
                over,
            ) % {"over": over, "limit": limit}
        return ""


def steps(application):
    """The questions this application asks, in order, with what was answered; six queries."""
    chosen = list(application.categories.all())
    answers = {
        (answer.question_id, answer.category_id): answer for answer in application.answers.all()
    }
    shown = _evidence(application)
    needed = {}
    for point in application.more_points.filter(answered_at=None):
        needed.setdefault((point.question_id, point.category_id), []).append(point.needed)
    found = []
    for question, category in _asked(chosen):
        key = (question.pk, category.pk if category else None)
        found.append(
            Step(
                question=question,
                category=category,
                answer=answers.get(key),
                evidence=tuple(shown.get(question.pk, ())),
                needed=tuple(needed.get(key, ())),
            )
        )
    return found


def _asked(chosen):
    questions = JoiningQuestion.objects.exclude(kind=AnswerKind.DECLARATION)
    chosen_keys = {category.pk for category in chosen}
    for question in questions.prefetch_related("categories"):
        only = {category.pk for category in question.categories.all()}
        if only and not only & chosen_keys:
            continue
        if not question.per_category:
            yield question, None
            continue
        for category in chosen:
            if not only or category.pk in only:
                yield question, category


def _evidence(application):
    found = {}
    for one in Evidence.objects.filter(
        supplier=application.supplier_id, replaced_at=None
    ).select_related("document"):
        found.setdefault(one.question_id, []).append(one)
    return found


def by_section(asked):
    """Steps by section and, where one is asked of each category, by category."""
    groups, sections = [], {}
    for step in asked:
        sections.setdefault(step.question.section, []).append(step)
    for section, inside in sections.items():
        inside.sort(key=lambda step: step.category.number if step.category else 0)
        for category, found in groupby(inside, key=lambda step: step.category):
            groups.append({"section": section, "category": category, "steps": list(found)})
    return groups


def declarations():
    """What is declared on submitting, in order."""
    return JoiningQuestion.objects.filter(kind=AnswerKind.DECLARATION)


def gaps_in_profile(supplier):
    """What an assessor must know of the organisation and does not yet, in words."""
    gaps = []
    if not supplier.address.strip():
        gaps.append(_("Give your organisation's address"))
    if supplier.legal_form in REGISTERED_FORMS and not supplier.identifiers.exists():
        gaps.append(_("Give your charity, company or other register number"))
    return gaps


def gaps(application, asked=None):
    """Everything still missing before this application can be submitted, in words."""
    asked = steps(application) if asked is None else asked
    found = gaps_in_profile(application.supplier)
    if not application.categories.all():
        found.append(_("Choose at least one category"))
    if not application.areas.exists():
        found.append(_("Choose at least one area"))
    return found + [f"{step.title}: {step.gap}" for step in asked if step.gap]
