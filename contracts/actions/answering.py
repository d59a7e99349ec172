"""The subcontractor answers for its own line, alone; the commissioner ends what is disputed."""

from django.db import transaction
from django.utils.translation import gettext as _

from contracts.actions import chain_telling
from contracts.actions.quarter_findings import look_from
from contracts.actions.year_lock import lock_year, refuse_unless_open
from contracts.models import LineAnswer, LineSettlement, QuarterLine
from contracts.states import LINE, REPORT, LineState, ReportState, Ruling
from framework_portal.audit import trail
from framework_portal.refusals import Refused
from suppliers.actions.independence import refuse_people_of


@trail.keeps_refusals("quarter.answer_refused", of="line")
@transaction.atomic
def confirm_line(*, line, number, by, at):
    """“This is right.” `number` is the version that the page showed."""
    return _answer(line, number, by, at, "confirm", confirms=True)


@trail.keeps_refusals("quarter.answer_refused", of="line")
@transaction.atomic
def dispute_line(*, line, number, figures, words, by, at):
    """“This is not right”: own figures and words, which the lead and the commissioner read."""
    words = words.replace("\r\n", "\n").strip()
    if not words:
        raise Refused("no_words", _("Say what is not right"), field="words")
    own = figures.values()
    return _answer(line, number, by, at, "dispute", confirms=False, words=words, **own)


@trail.keeps_refusals("quarter.settling_refused", of="line")
@transaction.atomic
def settle_dispute(*, line, number, ruling, words, by, at):
    """Say whose figures stand, and why. They count from then on and change no more."""
    words = words.replace("\r\n", "\n").strip()
    report = lock_year(line.quarter)
    line, version = _locked(line)
    answer = LineAnswer.objects.filter(version=version, confirms=False).first()
    if line.state == LineState.SETTLED:
        settled = LineSettlement.objects.get(answer=answer)
        if (settled.settled_by_id, settled.ruling, settled.words) == (by.pk, ruling, words):
            return line  # pressed twice
        raise Refused("settled", _("Somebody has settled this dispute in the meantime"))
    refuse_unless_open(report)
    if number != version.number:
        raise Refused(
            "stale", _("The lead has changed the line in the meantime. Read it as it is now")
        )
    if not words:
        raise Refused("no_words", _("Give your reasons"), field="words")
    line.state = LINE.target("settle", line.state)
    fields = ["state"]
    if ruling == Ruling.SUBCONTRACTOR:
        for name in _FIGURES:
            setattr(line, name, getattr(answer, name))
        fields += _FIGURES
    line.save(update_fields=fields)
    LineSettlement.objects.create(
        answer=answer, ruling=ruling, words=words, settled_at=at, settled_by=by
    )
    look_from(line, at=at)
    _reopen(report)
    trail.record("quarter.dispute_settled", line, by=by, ruling=str(ruling))
    chain_telling.tell_settled(line)
    return line


_FIGURES = ["referrals", "pounds", "payments", "paid_late", "days_to_pay"]


def _answer(line, number, by, at, move, *, confirms, **said):
    report = lock_year(line.quarter)
    line, version = _locked(line)
    refuse_people_of(report.contract.supplier, by)
    given = LineAnswer.objects.filter(version=version).first()
    if given is not None and number == version.number:
        if _same(given, confirms, said):
            return line  # pressed twice, or by two colleagues who agree
        raise Refused(
            "answered", _("A colleague has answered in the meantime. Read what they said")
        )
    refuse_unless_open(report)
    if number != version.number:
        raise Refused(
            "stale", _("The lead has changed this line in the meantime. Read it as it is now")
        )
    line.state = LINE.target(move, line.state)
    line.save(update_fields=["state"])
    LineAnswer.objects.create(
        version=version, confirms=confirms, answered_at=at, answered_by=by, **said
    )
    _reopen(report)
    trail.record(f"quarter.line_{line.state}", line, by=by, version=version.number)
    if not confirms:
        chain_telling.tell_disputed(line)
    return line


def _locked(line):
    line = QuarterLine.objects.select_for_update(of=("self",)).get(pk=line.pk)
    return line, line.versions.get(number=line.number)


def _same(answer, confirms, said):
    return answer.confirms == confirms and all(
        getattr(answer, name) == value for name, value in said.items()
    )


def _reopen(report):
    """What was signed is no longer what is so: it goes back to the lead, to be signed anew."""
    if report.state != ReportState.SIGNED:
        return
    report.state = REPORT.target("reopen", report.state)
    report.save(update_fields=["state"])
    trail.record("chain_report.reopened", report)
    chain_telling.tell_reopened(report)
