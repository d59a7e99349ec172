"""Returns and reports are due: the lead is reminded, the commissioner hears what is overdue.

The key of a message names its effect once, and so does the key of a finding: run twice, late or in
parallel, nothing is sent or raised again. Of several notices that are due the nearest is sent.
"""

from datetime import timedelta

from django.utils import timezone

from bids.actions.reminders import book, person_of, to_writers
from contracts.actions.chain_telling import officers_of
from contracts.actions.findings import raise_finding
from contracts.models import ChainFinding, QuarterReturn, SupplyChainReport
from contracts.states import UNSIGNED, FindingKind
from framework_portal.each import for_each
from framework_portal.wording import quarter_name

NOTICES = [timedelta(days=days) for days in (60, 30, 7, 1)]
LEAD = "contract__supplier__"


def remind_leads(*, at):
    """What is due and not there, to the people of the lead who can send it."""
    today = timezone.localdate(at)
    within = {"due_on__gte": today, "due_on__lte": today + max(NOTICES)}
    quarters = QuarterReturn.objects.owed().filter(sent_at__isnull=True, **within)
    reports = SupplyChainReport.objects.owed().filter(state__in=UNSIGNED, **within)
    return _remind("quarter_due", "quarter", quarters, today) + _remind(
        "chain_report_due", "report", reports, today
    )


def _remind(kind, what, rows, today):
    due = to_writers(rows, LEAD).values_list("reference", "due_on", *person_of(LEAD))
    messages = []
    for reference, due_on, person, address in due:
        notice = min(each for each in NOTICES if due_on - each <= today).days
        messages.append(
            {
                "key": f"{kind}:{reference}:{due_on}:{notice}d:{person}",
                "to": address,
                "context": {what: reference, "due_on": due_on},
            }
        )
    return book(kind, messages)


def report_overdue(*, at):
    """A finding for each that is overdue, and its officers told once in each week of it."""
    today = timezone.localdate(at)
    quarters = QuarterReturn.objects.overdue(on=today)
    reports = SupplyChainReport.objects.overdue(on=today)
    late = [("quarter", row) for row in quarters.select_related("contract")]
    late += [("report", row) for row in reports.select_related("contract")]
    _find(late, at)
    return _tell_officers(late, today)


def _find(late, at):
    keys = {
        f"{FindingKind.REPORT_OVERDUE}:{row.reference}:{row.due_on}": each
        for each in late
        if (row := each[1])
    }
    known = set(ChainFinding.objects.filter(key__in=keys).values_list("key", flat=True))
    new = {row: (key, what) for key, (what, row) in keys.items() if key not in known}

    def find_overdue_return(row):
        key, what = new[row]
        facts = {"due_on": row.due_on.isoformat()}
        if what == "quarter":
            facts |= {"quarterly": str(row.reference), "quarter": quarter_name(row.starts_on)}
        else:
            facts |= {"report": str(row.reference), "year": row.year}
        raise_finding(FindingKind.REPORT_OVERDUE, row.contract, key=key, at=at, **facts)

    for_each(new, find_overdue_return)


def _tell_officers(late, today):
    officers = {}
    for contract, user in officers_of({row.contract for _what, row in late}):
        officers.setdefault(contract.pk, []).append(user)
    rows = [
        {
            "key": f"chain-overdue:{row.reference}:{row.due_on}:{(today - row.due_on).days // 7}:"
            f"{user.pk}",
            "to": user.email,
            "context": {what: row.reference, "due_on": row.due_on},
        }
        for what, row in late
        for user in officers.get(row.contract_id, [])
    ]
    return book("chain_overdue", rows)
