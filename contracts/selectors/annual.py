"""A year's supply chain report: what its confirmed lines come to, beside what was promised."""

import hashlib
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from contracts.models import QuarterLine, QuarterReturn
from contracts.selectors.promises import promises_of
from contracts.states import COUNTED, UNSIGNED, LineState, ReportState
from framework_portal.sealing.canonical import canonical
from suppliers.states import Size

SMALL = {Size.MICRO, Size.SMALL, Size.MEDIUM}
SUMS = ("referrals", "pounds", "payments", "paid_late", "lines")
# The lines that nobody confirmed, by what became of them.
APART = {
    LineState.DISPUTED: "disputed",
    LineState.ASKED: "unanswered",
    LineState.NOT_ASKED: "outside",
}


@dataclass
class Row:
    """One key subcontractor: promise and delivery."""

    subcontractor: object
    name: str
    is_voluntary: bool
    size: str
    promised_share: Decimal | None = None
    real_share: Decimal | None = None
    promised_volume: int | None = None
    payment_days: int | None = None
    days_to_pay: Decimal | None = None
    unconfirmed_lines: int = 0
    joined_on: object = None
    left_on: object = None
    left_because: str = ""
    referrals: int = 0
    pounds: Decimal = Decimal(0)
    payments: int = 0
    paid_late: int = 0
    lines: int = 0

    @property
    def prompt_percent(self):
        """Invoices paid in time, of all that were paid."""
        return percent(self.payments - self.paid_late, self.payments)


@dataclass
class Year:
    """The figures of a report."""

    income_pounds: Decimal
    rows: list[Row]
    # By `APART`: how many lines, and their pounds.
    apart: dict = field(default_factory=dict)

    def total(self, name):
        return sum((getattr(row, name) for row in self.rows), Decimal(0) if name == "pounds" else 0)

    @property
    def totals(self):
        return {name: self.total(name) for name in SUMS}

    @property
    def prompt_percent(self):
        """Invoices paid in time, of all that were paid."""
        payments = self.total("payments")
        return percent(payments - self.total("paid_late"), payments)

    @property
    def voluntary_pounds(self):
        return sum((row.pounds for row in self.rows if row.is_voluntary), Decimal(0))

    @property
    def small_pounds(self):
        return sum((row.pounds for row in self.rows if row.size in SMALL), Decimal(0))

    @property
    def unconfirmed(self):
        """How many lines nobody confirmed, and nobody settled."""
        return sum(told["lines"] for told in self.apart.values())

    @property
    def apart_fields(self):
        """The columns of a signing that tell of unconfirmed lines."""
        return {
            f"{name}_{what}": self.apart.get(name, {}).get(what, 0)
            for name in APART.values()
            for what in ("lines", "pounds")
        }

    @property
    def digest(self):
        """SHA-256 over all figures: the page that was signed showed these and no others."""
        return hashlib.sha256(canonical(self.values())).hexdigest()

    def values(self):
        """The figures as plain values."""
        return {
            "income_pounds": f"{self.income_pounds:.2f}",
            "apart": {name: str(value) for name, value in self.apart_fields.items()},
            "rows": [
                {
                    "subcontractor": str(row.subcontractor.reference),
                    **{
                        name: None if value is None else str(value)
                        for name, value in vars(row).items()
                        if name != "subcontractor"
                    },
                }
                for row in self.rows
            ],
        }


def disputed_lines(report):
    """The lines of the report's year that are disputed and not settled: no acceptance ends them."""
    lines = QuarterLine.objects.of_year(report.contract_id, report.year)
    return lines.filter(state=LineState.DISPUTED)


def year_of_report(report):
    """The figures of a report's year as they are now, in a number of queries that is fixed."""
    quarters = QuarterReturn.objects.filter(contract=report.contract_id, year=report.year)
    incomes = {quarter.starts_on: quarter.income_pounds or Decimal(0) for quarter in quarters}
    lines = list(QuarterLine.objects.of_year(report.contract_id, report.year))
    promises = promises_of([report.contract_id]).get(report.contract_id, [])
    mine = {promise.subcontractor.pk: [] for promise in promises}
    for line in lines:
        if line.subcontractor_id is not None:
            mine[line.subcontractor_id].append(line)
    rows = [
        _row(promise, mine[promise.subcontractor.pk], incomes, report)
        for promise in promises
        if mine[promise.subcontractor.pk] or promise.days_in(report.starts_on, report.ends_on)
    ]
    return Year(sum(incomes.values(), Decimal(0)), rows, _apart(lines))


def _row(promise, lines, incomes, report):
    subcontractor, supplier = promise.subcontractor, promise.subcontractor.supplier
    days = promise.days_in(report.starts_on, report.ends_on)
    entry = promise.at(days[1] if days else report.ends_on)
    left_on = promise.left_on(report.starts_on, report.ends_on)
    row = Row(
        subcontractor,
        subcontractor.name,
        is_voluntary=supplier is not None and supplier.is_voluntary,
        size=supplier.size if supplier is not None else "",
        promised_share=promise.share_of(incomes),
        promised_volume=promise.volume_in(report.starts_on, report.ends_on),
        payment_days=entry.payment_days if entry else None,
        joined_on=promise.joined_on(report.starts_on, report.ends_on),
        left_on=left_on,
        left_because=_because(promise.ended) if left_on else "",
    )
    counted = [line for line in lines if line.state in COUNTED]
    row.lines, row.unconfirmed_lines = len(counted), len(lines) - len(counted)
    for name in ("referrals", "pounds", "payments", "paid_late"):
        setattr(row, name, sum((getattr(line, name) for line in counted), getattr(row, name)))
    row.real_share = percent(row.pounds, sum(incomes.values()), places=2)
    row.days_to_pay = _mean_days(counted)
    return row


def _because(entry):
    """Why it left, as the lead asked for it; the commissioner granted that."""
    return entry.case.why if entry.case is not None else ""


def _mean_days(lines):
    """The mean over all invoices: each line's mean weighs as many as were paid."""
    paid = sum(line.payments for line in lines)
    if not paid:
        return None
    days = sum((line.days_to_pay or 0) * line.payments for line in lines)
    return (Decimal(days) / paid).quantize(Decimal("0.1"), ROUND_HALF_UP)


def _apart(lines):
    apart = {}
    for line in lines:
        name = APART.get(line.state)
        if name is not None:
            found = apart.setdefault(name, {"lines": 0, "pounds": Decimal(0)})
            found["lines"] += 1
            found["pounds"] += line.pounds
    return apart


def percent(part, whole, *, places=1):
    """`part` of `whole` in per cent; None where there is no whole."""
    if not whole:
        return None
    return (Decimal(part) * 100 / Decimal(whole)).quantize(
        Decimal(1).scaleb(-places), ROUND_HALF_UP
    )


def signed_year(signing):
    """The figures of a signing, as they were frozen."""
    rows = [
        Row(**{name: getattr(row, name) for name in Row.__dataclass_fields__})
        for row in signing.rows.select_related("subcontractor")
    ]
    apart = {
        name: {
            "lines": getattr(signing, f"{name}_lines"),
            "pounds": getattr(signing, f"{name}_pounds"),
        }
        for name in APART.values()
        if getattr(signing, f"{name}_lines")
    }
    return Year(signing.income_pounds, rows, apart)


def shown_year(report):
    """What a page about the report shows: frozen while it is signed, as it is now before that."""
    if report.state in UNSIGNED:
        return year_of_report(report)
    return signed_year(report.signing)


def reports_of(contract, *, at):
    """The reports of a contract, the newest first, each with `standing`."""
    reports, today = list(contract.reports.order_by("-year")), timezone.localdate(at)
    for report in reports:
        report.standing = standing(report, on=today)
    return reports


def standing(report, *, on):
    """(words, colour) of where a report stands on the day `on`."""
    if report.state == ReportState.DRAFT and report.ends_on >= on:
        return _("The year runs"), "grey"
    if report.state in UNSIGNED and report.due_on < on:
        return _("Overdue"), "red"
    colours = {ReportState.SIGNED: "blue", ReportState.ACCEPTED: "green"}
    return report.get_state_display(), colours.get(report.state, "yellow")


def report_sheet(year):
    """(head, rows) of a file of a report's figures."""
    head = [
        _("Organisation"),
        _("Voluntary"),
        _("Promised share, per cent"),
        _("Real share, per cent"),
        _("People promised"),
        _("People referred"),
        _("Pounds paid"),
        _("Invoices paid"),
        _("Paid late"),
        _("Average days to pay"),
        _("Confirmed lines"),
        _("Unconfirmed lines"),
        _("Joined on"),
        _("Left on"),
        _("Why it left"),
    ]
    rows = [
        [
            row.name,
            _("Yes") if row.is_voluntary else _("No"),
            row.promised_share,
            row.real_share,
            row.promised_volume,
            row.referrals,
            row.pounds,
            row.payments,
            row.paid_late,
            row.days_to_pay,
            row.lines,
            row.unconfirmed_lines,
            row.joined_on,
            row.left_on,
            row.left_because,
        ]
        for row in year.rows
    ]
    return head, rows
