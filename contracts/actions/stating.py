"""The lead states a quarter: written by colleagues in turn, sent once, corrected line by line."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contracts import figures as figures_of
from contracts.actions import chain_telling
from contracts.actions.quarter_findings import look_at_line, look_at_quarter
from contracts.actions.year_lock import lock_year, refuse_unless_open
from contracts.models import IncomeVersion, LineVersion, QuarterLine, QuarterReturn
from contracts.selectors.promises import promises_of
from contracts.states import LINE, LineState
from framework_portal.audit import trail
from framework_portal.reference.calendar import add_working_days, period
from framework_portal.refusals import Refused

ANSWER_PERIOD = "line-answer"
STALE = gettext_lazy(
    "A colleague saved this quarter while you were working, so nothing of yours was saved. What "
    "you typed is still here. Read what they saved, then save again"
)


@transaction.atomic
def save_quarter_draft(*, quarter, typed, number, by, at):
    """Keep what was typed, as typed. `number` is that of the draft the page was made from."""
    quarter = _locked(quarter)
    if quarter.draft == typed:
        return quarter  # pressed twice
    if number != quarter.draft_number:
        raise Refused("stale", STALE)
    quarter.draft, quarter.draft_number = typed, quarter.draft_number + 1
    quarter.drafted_at, quarter.drafted_by = at, by
    quarter.save(update_fields=["draft", "draft_number", "drafted_at", "drafted_by"])
    return quarter


@trail.keeps_refusals("quarter.sending_refused", of="quarter")
@transaction.atomic
def send_quarter(*, quarter, income, lines, number, by, at):
    """State a quarter for good: each subcontractor is asked to answer for its own line.

    `lines` are `figures.Stated`, read from the draft of this `number`.
    """
    report = lock_year(quarter)
    before = QuarterReturn.objects.get(pk=quarter.pk)
    if before.sent_at is not None and before.sent_by_id == by.pk and number == before.draft_number:
        return before  # pressed twice
    quarter = _locked(quarter)
    refuse_unless_open(report, to_lead=True)
    if number != quarter.draft_number:
        raise Refused("stale", STALE)
    if timezone.localdate(at) <= quarter.ends_on:
        raise Refused("early", _("A quarter is sent after its last day"))
    promised = _known(quarter, lines)

    quarter.income_pounds, quarter.sent_at, quarter.sent_by = income, at, by
    quarter.draft = None
    quarter.save(update_fields=["income_pounds", "sent_at", "sent_by", "draft"])
    IncomeVersion.objects.create(quarter=quarter, number=1, pounds=income, made_at=at, made_by=by)
    stated = _state(quarter, lines, promised, by, at)
    look_at_quarter(quarter, promised, at=at)
    trail.record("quarter.sent", quarter, by=by, lines=len(stated))
    chain_telling.ask_subcontractors(stated)
    return quarter


@trail.keeps_refusals("quarter.line_refused", of="line")
@transaction.atomic
def correct_line(*, line, figures, words, number, by, at):
    """Change a line: a new version, of which the subcontractor is asked anew."""
    report = lock_year(line.quarter)
    line = QuarterLine.objects.select_for_update(of=("self",)).get(pk=line.pk)
    newest = line.versions.select_related("line").latest("number")
    if (figures_of.of(newest), newest.words) == (figures, words):
        return line  # pressed twice, or nothing was changed
    refuse_unless_open(report, to_lead=True)
    if line.state == LineState.SETTLED:
        raise Refused("settled", _("The commissioner has settled this line. It does not change"))
    if number != newest.number:
        raise Refused("stale", STALE)
    line.state = LINE.target("correct", line.state)
    line.number = newest.number + 1
    for name, value in figures.values().items():
        setattr(line, name, value)
    line.save(update_fields=["state", "number", *figures_of.NAMES])
    version = _version(line, figures, words, _answer_due(line.state, at), by, at)
    version.save(force_insert=True)
    look_at_line(line, at=at)
    trail.record("quarter.line_corrected", line, by=by, version=line.number)
    chain_telling.ask_subcontractors([version])
    return line


@trail.keeps_refusals("quarter.line_refused", of="quarter")
@transaction.atomic
def add_line(*, quarter, stated, by, at):
    """A line that was forgotten in a quarter that was sent."""
    report = lock_year(quarter)
    quarter = QuarterReturn.objects.select_for_update(of=("self",)).get(pk=quarter.pk)
    refuse_unless_open(report, to_lead=True)
    if quarter.sent_at is None:
        raise Refused("not_sent", _("This quarter is not sent yet"))
    promised = {
        str(promise.subcontractor.reference): promise
        for promise in promises_of([quarter.contract_id]).get(quarter.contract_id, [])
    }
    if stated.reference is not None and stated.reference not in promised:
        raise Refused("not_in_ledger", _("This organisation is not in the ledger"))
    _refuse_twice(quarter, stated)
    version = _state(quarter, [stated], promised, by, at)[0]
    look_at_line(version.line, at=at)
    trail.record("quarter.line_added", version.line, by=by)
    chain_telling.ask_subcontractors([version])
    return version.line


@trail.keeps_refusals("quarter.income_refused", of="quarter")
@transaction.atomic
def correct_income(*, quarter, income, was, by, at):
    """Change what the commissioner paid the lead; `was` is what the page said before."""
    report = lock_year(quarter)
    quarter = QuarterReturn.objects.select_for_update(of=("self",)).get(pk=quarter.pk)
    if quarter.income_pounds == income:
        return quarter
    refuse_unless_open(report, to_lead=True)
    if quarter.sent_at is None:
        raise Refused("not_sent", _("This quarter is not sent yet"))
    if quarter.income_pounds != was:
        raise Refused("stale", STALE)
    quarter.income_pounds = income
    quarter.save(update_fields=["income_pounds"])
    IncomeVersion.objects.create(
        quarter=quarter,
        number=quarter.incomes.count() + 1,
        pounds=income,
        made_at=at,
        made_by=by,
    )
    trail.record("quarter.income_corrected", quarter, by=by)
    return quarter


def _locked(quarter):
    quarter = QuarterReturn.objects.select_for_update(of=("self",)).get(pk=quarter.pk)
    if quarter.sent_at is not None:
        raise Refused(
            "sent", _("This quarter has been sent. Correct what is wrong in it line by line")
        )
    return quarter


def _known(quarter, lines):
    """The promises by reference, once `lines` name each that ran in the quarter, and none twice."""
    promises = promises_of([quarter.contract_id]).get(quarter.contract_id, [])
    by_reference = {str(promise.subcontractor.reference): promise for promise in promises}
    named = [line.reference for line in lines if line.reference is not None]
    others = [line.name.casefold() for line in lines if line.reference is None]
    if len(set(named)) < len(named) or len(set(others)) < len(others):
        raise Refused("twice", _("An organisation is named twice. Put its figures in one line"))
    if not set(named) <= set(by_reference):
        raise Refused("not_in_ledger", _("An organisation is not in the ledger of this contract"))
    ran = {key for key, promise in by_reference.items() if promise.runs_in(quarter.starts_on)}
    if not ran <= set(named):
        raise Refused(
            "incomplete", _("State each key subcontractor of the quarter, with 0 where nothing was")
        )
    return by_reference


def _refuse_twice(quarter, stated):
    if stated.reference is None:
        there = quarter.lines.filter(subcontractor=None, name__iexact=stated.name)
    else:
        there = quarter.lines.filter(subcontractor__reference=stated.reference)
    if there.exists():
        raise Refused(
            "twice", _("This organisation has a line in this quarter. Correct that"), field="name"
        )


def _state(quarter, stated, promised, by, at):
    """New lines with their first versions, in two statements."""
    lines = []
    for each in stated:
        subcontractor = promised[each.reference].subcontractor if each.reference else None
        is_asked = subcontractor is not None and subcontractor.supplier_id is not None
        line = QuarterLine(
            quarter=quarter,
            subcontractor=subcontractor,
            name=subcontractor.name if subcontractor else each.name,
            state=LineState.ASKED if is_asked else LineState.NOT_ASKED,
            **each.figures.values(),
        )
        lines.append(line)
    QuarterLine.objects.bulk_create(lines)
    due_on = _answer_due(LineState.ASKED, at)
    return LineVersion.objects.bulk_create(
        _version(line, each.figures, each.words, due_on, by, at)
        for line, each in zip(lines, stated, strict=True)
    )


def _version(line, figures, words, due_on, by, at):
    return LineVersion(
        line=line,
        number=line.number,
        words=words,
        answer_due_on=due_on if line.state == LineState.ASKED else None,
        made_at=at,
        made_by=by,
        **figures.values(),
    )


def _answer_due(state, at):
    if state != LineState.ASKED:
        return None
    return add_working_days(timezone.localdate(at), period(ANSWER_PERIOD).working_days)
