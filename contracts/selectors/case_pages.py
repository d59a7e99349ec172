"""A requested change as its pages show it: one function for each audience, and none for two.

What the lead is shown is computed without the affected subcontractor's views, so that neither
their words nor their number can reach it by any page.
"""

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contracts.models import AffectedView, LedgerEntry
from contracts.selectors.cases import answers_of, needs_consent, takes_answers
from contracts.selectors.ledger import Names
from contracts.states import CaseKind, CaseParty, CaseState, ReviewOutcome, TermsAnswer
from framework_portal.clock import PortalClock
from framework_portal.sealing.broken import ForgedStatement
from framework_portal.sealing.signing import verify
from suppliers.models import Supplier

# What is asked, as the subcontractor it is about would say it.
ABOUT_YOU = {
    CaseKind.SWITCH: gettext_lazy("The lead wants to replace you"),
    CaseKind.REDUCE: gettext_lazy("The lead wants to give you less work"),
    CaseKind.END: gettext_lazy("The lead wants to end your work"),
    CaseKind.CHANGE: gettext_lazy("The lead wants to change your terms"),
}

# What the timeline says of an answer: to others, and to who gave it.
ANSWERED_BY = {
    TermsAnswer.AGREED: gettext_lazy("%(name)s agreed to the terms"),
    TermsAnswer.DECLINED: gettext_lazy("%(name)s declined the terms"),
    TermsAnswer.ASKED: gettext_lazy("%(name)s asked for other terms"),
}
YOU_ANSWERED = {
    TermsAnswer.AGREED: gettext_lazy("You agreed to the terms"),
    TermsAnswer.DECLINED: gettext_lazy("You declined the terms"),
    TermsAnswer.ASKED: gettext_lazy("You asked for other terms"),
}


@dataclass(frozen=True)
class Happening:
    """One line of a timeline."""

    at: datetime
    words: str
    text: str = ""
    by: str = ""


@dataclass
class Shown:
    """One proposed line beside what holds now, with the answer where the reader may know it."""

    line: object
    held: object
    names: Names
    needs_consent: bool
    answer: object = None

    @property
    def rows(self):
        """(words, now, proposed) of each term that is or would be there."""
        now = self._terms(self.held)
        then = {} if self.line.is_end else self._terms(self.line)
        return [
            (words, now.get(words, ""), then.get(words, ""))
            for words in dict.fromkeys([*now, *then])
        ]

    @property
    def is_agreed(self):
        return self.answer is not None and self.answer.answer == TermsAnswer.AGREED

    @property
    def is_genuine(self):
        """Whether the signed agreement is still what the service signed."""
        try:
            verify(self.answer.signed)
        except ForgedStatement:
            return False
        return True

    def _terms(self, terms):
        if terms is None:
            return {}
        shown = {
            _("Role"): terms.role,
            _("Categories"): self.names.of_categories(terms.categories),
            _("Areas"): self.names.of_areas(terms.areas),
            _("Share of the price"): _share(terms),
            _("Volume a quarter"): terms.volume_per_quarter,
            _("Paid within"): terms.payment_days and _("%(n)d days") % {"n": terms.payment_days},
            _("Relied on to meet a condition"): terms.relied_on and _("Yes"),
        }
        return {words: str(said) for words, said in shown.items() if said not in (None, "", False)}


@dataclass
class CasePage:
    """Everything one audience is shown of a case."""

    case: object
    lines: list
    timeline: list
    views: list = field(default_factory=list)
    # Whether who comes in has a page on the public register.
    is_on_register: bool = False


def for_lead(case):
    """Its request, what it may know of answers, and the decision: never a view."""
    return CasePage(case, _lines(case, answered=needs_consent), _timeline(case, lead=True))


def for_affected(case, reader):
    """The request about itself, its own line and the views `reader` may read, and the decision."""
    views = AffectedView.objects.visible_to(reader).filter(case=case)
    views = list(views.select_related("given_by"))
    lines = [
        line
        for line in _lines(case, answered=takes_answers)
        if line.line.party == CaseParty.AFFECTED
    ]
    timeline = [*_told(case), *_heard(views), *_ended(case, reasons=True)]
    return CasePage(case, lines, _sorted(timeline + _answered(lines)), views)


def for_newcomer(case):
    """The terms proposed to it and how it ended; not why, nor who else it is about."""
    lines = [
        line
        for line in _lines(case, answered=takes_answers)
        if line.line.party == CaseParty.REPLACEMENT
    ]
    timeline = [*_told(case), *_answered(lines), *_ended(case, reasons=False)]
    return CasePage(case, lines, _sorted(timeline))


def for_commissioner(case):
    """All of it."""
    views = list(case.views.select_related("given_by"))
    lines = _lines(case, answered=takes_answers)
    timeline = _timeline(case, lead=False, lines=lines) + _heard(views)
    registered = Supplier.objects.qualified(at=PortalClock()).filter(pk=case.replacement_id)
    return CasePage(case, lines, _sorted(timeline), views, registered.exists())


def _lines(case, *, answered):
    names, answers = Names(), answers_of(case)
    held = None
    if case.subcontractor_id is not None:
        # What held when it was asked: of a subcontractor one case is decided after the other.
        before = Q(case__isnull=True) | Q(case__number__lt=case.number)
        entries = LedgerEntry.objects.filter(before, subcontractor=case.subcontractor_id)
        held = entries.order_by("-number").first()
    return [
        Shown(
            line,
            held if line.party == CaseParty.AFFECTED else None,
            names,
            needs_consent(case, line),
            answers.get(line.pk) if answered(case, line) else None,
        )
        for line in case.lines.all()
    ]


def _timeline(case, *, lead, lines=None):
    if lines is None:
        lines = _lines(case, answered=needs_consent)
    happened = [Happening(case.raised_at, _("The lead asked for the change"), by=_name(case))]
    if case.subcontractor_id is not None:
        about = {"name": case.subcontractor.name}
        happened.append(Happening(case.raised_at, _("%(name)s was told of it") % about))
    happened += _claimed(case, lines) + _answered(lines, named=True)
    return _sorted(happened + _ended(case, reasons=True, named=not lead))


def _told(case):
    return [Happening(case.raised_at, _("The lead asked for the change, and you were told"))]


def _heard(views):
    return [
        Happening(
            view.given_at,
            _("The subcontractor gave its view") if view.number == 1 else _("It added to its view"),
            by=view.given_by.name,
        )
        for view in views
    ]


def _answered(lines, *, named=False):
    found = []
    for shown in lines:
        if shown.answer is None:
            continue
        words = (ANSWERED_BY if named else YOU_ANSWERED)[shown.answer.answer]
        words = words % {"name": shown.line.name}
        found.append(Happening(shown.answer.answered_at, words))
    return found


def _claimed(case, lines):
    """That the organisation which was invited is there, with the name it is registered by."""
    if case.claimed_at is None:
        return []
    called = next(each.line.name for each in lines if each.line.party == CaseParty.REPLACEMENT)
    words = _("%(name)s took up the invitation. It is registered as %(registered)s")
    about = {"name": called, "registered": case.replacement.name}
    return [Happening(case.claimed_at, words % about)]


def _ended(case, *, reasons, named=False):
    found = []
    if case.state == CaseState.WITHDRAWN:
        found.append(Happening(case.withdrawn_at, _("The lead withdrew its request")))
    elif case.decided_at is not None:
        granted = case.state == CaseState.GRANTED
        words = _("The commissioner granted the change")
        if granted and case.before_hearing and reasons:
            words = _("The commissioner granted the change as an emergency")
        elif not granted:
            words = _("The commissioner refused the change")
        text, by = (case.reasons if reasons else ""), (case.decided_by.name if named else "")
        found.append(Happening(case.decided_at, words, text, by))
    if case.reviewed_at is not None and reasons:
        words = ReviewOutcome(case.review_outcome).label
        by = case.reviewed_by.name if named else ""
        found.append(
            Happening(
                case.reviewed_at,
                _("The commissioner reviewed it: %(outcome)s") % {"outcome": words},
                case.review_words,
                by,
            )
        )
    return found


def _name(case):
    return case.contract.lead_name


def _sorted(happened):
    return sorted(happened, key=lambda one: one.at)


def _share(terms):
    if terms.share_percent is None:
        return ""
    return f"{terms.share_percent.normalize():f}%"


def term_options(contract, held, kind):
    """The categories and areas that terms may name: (value, words), by field."""
    names, lot = Names(), contract.lot
    categories = [] if held is None else list(held.categories)
    areas = [] if held is None else list(held.areas)
    if kind != CaseKind.REDUCE:
        categories += lot.categories.order_by("number").values_list("slug", flat=True)
        areas += [area.key for area in lot.areas.select_related("level")]
    return {
        "categories": [(each, names.of_categories([each])) for each in dict.fromkeys(categories)],
        "areas": [(each, names.of_areas([each])) for each in dict.fromkeys(areas)],
    }
