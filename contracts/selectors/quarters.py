"""Quarters and their lines as pages and files show them."""

from django.db.models import Count, Prefetch, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from contracts.models import LineAnswer, LineVersion, QuarterLine, SupplyChainReport
from contracts.states import UNSIGNED, LineState
from framework_portal.wording import quarter_name


def with_counts(quarters):
    """Quarters with how many of their lines wait, are disputed, or are there at all."""
    return quarters.annotate(
        line_count=Count("lines"),
        asked_count=Count("lines", filter=Q(lines__state=LineState.ASKED)),
        disputed_count=Count("lines", filter=Q(lines__state=LineState.DISPUTED)),
    )


def standing_of(contract, *, at):
    """The quarters of a contract, the newest first, each with `title` and `standing`: one query."""
    quarters = list(with_counts(contract.quarters.all()).order_by("-number"))
    for quarter in quarters:
        quarter.title = quarter_name(quarter.starts_on)
        quarter.standing = standing(quarter, on=timezone.localdate(at))
    return quarters


def standing(quarter, *, on):
    """(words, colour) of where a quarter stands on the day `on`."""
    if quarter.sent_at is None:
        if quarter.ends_on >= on:
            return _("Running"), "grey"
        return (_("Overdue"), "red") if quarter.due_on < on else (_("To be sent"), "yellow")
    if quarter.disputed_count:
        return _("Disputed"), "red"
    if quarter.asked_count:
        return _("Waiting for subcontractors"), "blue"
    return _("Sent"), "green"


def with_history(lines):
    """Lines with their versions, answers and settlements, in a number of queries that is fixed."""
    answers = LineAnswer.objects.select_related("settlement")
    versions = LineVersion.objects.order_by("-number").prefetch_related(
        Prefetch("answer", queryset=answers)
    )
    return lines.select_related("subcontractor", "quarter").prefetch_related(
        Prefetch("versions", queryset=versions)
    )


def told(line):
    """`line` with `newest`, `answer`, `settlement` and `earlier` versions."""
    versions = list(line.versions.all())
    line.newest, line.earlier = versions[0], versions[1:]
    line.answer = getattr(line.newest, "answer", None)
    line.settlement = getattr(line.answer, "settlement", None) if line.answer else None
    line.title = quarter_name(line.quarter.starts_on)
    return line


def lines_of_quarter(quarter):
    """The lines of a quarter that was sent, those outside the ledger last."""
    lines = with_history(QuarterLine.objects.filter(quarter=quarter))
    return [told(line) for line in lines.order_by("subcontractor__position", "name")]


def still_moves(quarter):
    """Whether the lead may change the quarter's figures: until it signs the report of its year."""
    reports = SupplyChainReport.objects.filter(contract=quarter.contract_id, year=quarter.year)
    return not reports.exclude(state__in=UNSIGNED).exists()


def year_sheet(quarters):
    """(head, rows) of a file: every line of the quarters that were sent; two queries."""
    lines = with_history(QuarterLine.objects.filter(quarter__in=quarters))
    return sheet_of(lines.order_by("quarter__number", "subcontractor__position", "name"))


def sheet_of(lines):
    """(head, rows) of a file of these lines."""
    head = [
        _("Quarter"),
        _("Organisation"),
        _("In the ledger"),
        _("People referred"),
        _("Pounds paid"),
        _("Invoices paid"),
        _("Paid late"),
        _("Average days to pay"),
        _("Standing"),
        _("Lead’s words"),
        _("Subcontractor’s words"),
        _("Settlement"),
    ]
    return head, (_sheet_row(told(line)) for line in lines)


def _sheet_row(line):
    return [
        line.title,
        line.name,
        _("Yes") if line.subcontractor_id else _("No"),
        line.referrals,
        line.pounds,
        line.payments,
        line.paid_late,
        line.days_to_pay,
        line.get_state_display(),
        line.newest.words,
        line.answer.words if line.answer else "",
        line.settlement.words if line.settlement else "",
    ]
