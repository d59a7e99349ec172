"""What an officer does next: the tasks of a draft, and one sentence for everything later."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from framework_portal import navigation
from lots.checks import readiness
from lots.models import Question
from lots.states import CompetitionState

# The parts of a draft, in order: section of the checks, page, words.
PARTS = [
    ("basics", "competition_basics", gettext_lazy("What you are buying")),
    ("categories", "competition_categories", gettext_lazy("Categories")),
    ("timetable", "competition_timetable", gettext_lazy("Timetable")),
    ("criteria", "competition_criteria", gettext_lazy("Criteria and weights")),
    ("questions", "question_list", gettext_lazy("Questions for suppliers")),
    ("documents", "document_list", gettext_lazy("Documents")),
    ("lots", "lot_list", gettext_lazy("Lots")),
    ("people", "competition_openers", gettext_lazy("Officers who open the bids")),
]
PAGES = {section: page for section, page, _words in PARTS}


def address(name, competition):
    """A page of this competition, or "" where there is none."""
    return navigation.address(f"commissioner:{name}", reference=competition.reference)


def tasks(competition, gaps):
    """The parts of a draft for the task list, each with its state."""
    lacking = {gap.section for gap in gaps if gap.stops}
    begun = _begun(competition)
    return [
        {
            "words": words,
            "url": address(page, competition),
            "state": _state(section in lacking, begun[section]),
            "hint": begun[section] if isinstance(begun[section], str) else "",
        }
        for section, page, words in PARTS
    ]


def _state(lacks, begun):
    if not begun:
        return "not_started"
    return "in_progress" if lacks else "completed"


def _begun(competition):
    """How far each part is: a few words, or whether there is anything at all."""
    c = competition
    criteria, lots = c.criteria.count(), c.lots.count()
    questions = Question.objects.filter(criterion__competition=c).count()
    documents, openers = c.documents.count(), c.openers.count()
    return {
        "basics": bool(c.summary or c.description),
        "categories": c.categories.exists(),
        "timetable": bool(c.closes_at or c.clarifications_close_at or c.service_starts_on),
        "criteria": criteria and ngettext("%d criterion", "%d criteria", criteria) % criteria,
        "questions": questions and ngettext("%d question", "%d questions", questions) % questions,
        "documents": documents and ngettext("%d document", "%d documents", documents) % documents,
        "lots": lots and ngettext("%d lot", "%d lots", lots) % lots,
        "people": openers and ngettext("%d officer", "%d officers", openers) % openers,
    }


def next_step(competition, *, at):
    """What to do next with a row of `for_desk`: its words and its page."""
    words, page = _next(competition, at=at)
    return {"words": words, "url": address(page, competition) if page else ""}


def _next(competition, *, at):
    standing = competition.standing(at=at)
    if standing == CompetitionState.DRAFT:
        return _("Finish the draft and publish it"), "competition_detail"
    if standing == "open":
        return _next_while_open(competition)
    return {
        "closed": (_("Open the bids, with a second officer"), "opening"),
        CompetitionState.OPENED: (_("Score the bids"), "evaluation"),
        CompetitionState.EVALUATED: (_("Propose and approve the award"), "awards"),
    }.get(standing, (_("Nothing to do"), ""))


def _next_while_open(competition):
    if competition.extension_waits:
        return _("Confirm or reject the later deadline"), "competition_detail"
    if competition.unanswered:
        words = ngettext(
            "Answer %d clarification", "Answer %d clarifications", competition.unanswered
        )
        return words % competition.unanswered, "competition_clarifications"
    return _("Nothing to do until bids close"), ""


def missing(competition, *, at):
    """What stops publication and what is odd, each with the page that puts it right."""
    found = [
        {"gap": gap, "url": address(PAGES.get(gap.section, ""), competition)}
        for gap in readiness.gaps(competition, at=at)
    ]
    return (
        [one for one in found if one["gap"].stops],
        [one for one in found if not one["gap"].stops],
    )
