"""How a finding is told: what its kind means, and its facts with their names."""

from datetime import date
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext_lazy as _

from contracts.models import QuarterLine
from contracts.states import FindingKind, LineState
from framework_portal.navigation import address
from framework_portal.wording import day, pounds

MEANINGS = {
    FindingKind.NOT_IN_LEDGER: _(
        "The lead’s figures name an organisation that the ledger of this contract does not hold, "
        "or did not hold in that quarter. "
        "A key subcontractor is added by a case alone."
    ),
    FindingKind.NOTHING_FLOWING: _(
        "The ledger promises this subcontractor work, and the figures show none."
    ),
    FindingKind.EMERGENCY_UNREVIEWED: _(
        "A change took effect as an emergency, and nobody has reviewed it by the day it was due."
    ),
    FindingKind.EMERGENCY_NOT_UPHELD: _(
        "A change took effect as an emergency, and the review found that it should not have been "
        "made. What it took away is given back by a new case only: agree with the lead on one."
    ),
    FindingKind.DECISION_OVERDUE: _(
        "The day on which a requested change was to be decided has passed. It has no effect until "
        "it is decided."
    ),
    FindingKind.REPORT_OVERDUE: _("The lead has not sent what was due."),
    FindingKind.DRIFT: _(
        "What was delivered stays behind what was promised by more than the contract allows."
    ),
    FindingKind.NOT_SIGNED: _(
        "The lead relies on this subcontractor to meet a condition, and has not signed with it, or "
        "with another as it was directed, by the set day (Procurement Act 2023, section 72)."
    ),
}
# The names of facts, in the order in which they are shown; others follow under their own.
NAMES = {
    "name": _("Organisation"),
    "quarter": _("Quarter"),
    "quarters": _("Quarters"),
    "year": _("Year"),
    "due_on": _("Was due on"),
    "promised_percent": _("Promised share, per cent"),
    "delivered_percent": _("Delivered share, per cent"),
    "limit_percent": _("Limit, per cent"),
    "promised_volume": _("People promised"),
    "delivered_volume": _("People referred so far"),
    "referred": _("People referred"),
    "paid_pounds": _("Paid"),
}
# The pages of what is referred to.
PAGES = {
    "case": ("commissioner:case", _("Requested change")),
    "report": ("commissioner:chain_report", _("Supply chain report")),
    "quarterly": ("commissioner:quarter", _("Figures of the quarter")),
}


def in_dispute(findings):
    """Keys of those of `findings` that rest on a line in dispute, which says nothing: one query."""
    resting = {
        finding.pk: (finding.facts["quarterly"], finding.subcontractor_id)
        for finding in findings
        if finding.subcontractor_id and "quarterly" in finding.facts
    }
    lines = QuarterLine.objects.filter(
        state=LineState.DISPUTED,
        subcontractor__in={subcontractor for _quarter, subcontractor in resting.values()},
    ).values_list("quarter__reference", "subcontractor")
    disputed = {(str(quarter), subcontractor) for quarter, subcontractor in lines}
    return {finding for finding, line in resting.items() if line in disputed}


def told(finding):
    """`finding` with `meaning`, `figures` (name, value) and `links` (words, address)."""
    finding.meaning = MEANINGS[finding.kind]
    facts = finding.facts
    names = [name for name in NAMES if name in facts]
    names += sorted(name for name in facts if name not in NAMES and name not in PAGES)
    finding.figures = [
        (NAMES.get(name) or name.replace("_", " "), _said(name, facts[name])) for name in names
    ]
    finding.links = [
        (words, url)
        for name, (page, words) in PAGES.items()
        if name in facts and (url := address(page, reference=facts[name]))
    ]
    return finding


def _said(name, value):
    if name.endswith("_on") and isinstance(value, str):
        return day(date.fromisoformat(value))
    if name.endswith("_pounds"):
        try:
            return pounds(Decimal(str(value)))
        except InvalidOperation:
            return value
    if isinstance(value, list):
        return ", ".join(str(each) for each in value)
    return value
