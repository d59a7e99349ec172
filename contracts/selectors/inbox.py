"""What came in across the commissioner's contracts, and what is overdue or waits for a decision."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from contracts.models import Contract, QuarterLine, QuarterReturn, SupplyChainReport
from contracts.selectors.quarters import with_counts
from contracts.states import LineState, ReportState
from framework_portal.wording import day, quarter_name

# What waits for an officer comes before what is only told.
LISTS = {
    "disputes": gettext_lazy("Disputes to settle"),
    "decide": gettext_lazy("Reports to decide"),
    "late": gettext_lazy("Overdue quarters"),
    "unreported": gettext_lazy("Overdue reports"),
    "came": gettext_lazy("What came in"),
}


class Inbox:
    """The lists of one officer, narrowed to what is asked for; `found` has a queryset for each."""

    def __init__(self, user, *, today, lead="", lot=""):
        mine = Contract.objects.run_by(user)
        for word in lead.split():
            mine = mine.filter(lead_name__icontains=word)
        for word in lot.split():
            mine = mine.filter(lot__title__icontains=word)
        inside = {"contract__in": mine.values("pk")}
        quarters = QuarterReturn.objects.filter(**inside).defer("draft")
        reports = SupplyChainReport.objects.filter(**inside)
        lines = QuarterLine.objects.filter(quarter__contract__in=mine.values("pk"))
        self.found = {
            "disputes": lines.filter(state=LineState.DISPUTED).order_by("quarter__starts_on", "pk"),
            "decide": reports.filter(state=ReportState.SIGNED).order_by("signed_at", "pk"),
            "late": quarters.overdue(on=today).order_by("due_on", "pk"),
            "unreported": reports.overdue(on=today).order_by("due_on", "pk"),
            "came": quarters.filter(sent_at__isnull=False).order_by("-sent_at", "-pk"),
        }
        self.counts = {name: found.count() for name, found in self.found.items()}

    def first(self):
        """The list to begin with: the first that has anything in it."""
        return next((name for name, count in self.counts.items() if count), "came")

    def list(self, name):
        """The list `name`, read with what its rows show."""
        return READ[name](self.found[name])


def rows(name, page):
    """What a page of the list `name` shows of each: its address, title, contract and facts."""
    return [ROWS[name](each) for each in page]


def _with_contract(found):
    return found.select_related("contract__lot")


READ = {
    "disputes": lambda found: found.select_related("subcontractor", "quarter__contract__lot"),
    "decide": _with_contract,
    "late": _with_contract,
    "unreported": _with_contract,
    "came": lambda found: with_counts(_with_contract(found)),
}


def _row(page, held, contract, title, *facts):
    return {
        "url": reverse(f"commissioner:{page}", args=[held.reference]),
        "title": title,
        "contract": contract,
        "facts": [fact for fact in facts if fact],
    }


def _dispute(line):
    title = f"{line.name}, {quarter_name(line.quarter.starts_on)}"
    return _row("line_settle", line, line.quarter.contract, title)


def _to_decide(report):
    title = _("%(lead)s, year %(n)s") % {"lead": report.contract.lead_name, "n": report.year}
    signed = _("Signed %(day)s") % {"day": day(report.signed_at)}
    return _row("chain_report", report, report.contract, title, signed)


def _late(quarter):
    return _row("quarter", quarter, quarter.contract, _title(quarter), _due(quarter))


def _unreported(report):
    words = _("%(lead)s, report of year %(n)s")
    title = words % {"lead": report.contract.lead_name, "n": report.year}
    return _row("chain_report", report, report.contract, title, _due(report))


def _came(quarter):
    sent = _("Sent %(day)s") % {"day": day(quarter.sent_at)}
    waiting = ngettext("%(n)s answer to come", "%(n)s answers to come", quarter.asked_count)
    asked = quarter.asked_count and waiting % {"n": quarter.asked_count}
    return _row("quarter", quarter, quarter.contract, _title(quarter), sent, asked)


def _title(quarter):
    return f"{quarter.contract.lead_name}, {quarter_name(quarter.starts_on)}"


def _due(held):
    return _("Due %(day)s") % {"day": day(held.due_on)}


ROWS = {
    "disputes": _dispute,
    "decide": _to_decide,
    "late": _late,
    "unreported": _unreported,
    "came": _came,
}
