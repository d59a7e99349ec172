"""What was promised to supply chains and what came of it, as everybody may read it.

Of accepted reports alone, and by the rule of `contracts.blocks`: no figure of fewer than five
organisations can be read here, or worked out from what is.
"""

from dataclasses import dataclass
from decimal import Decimal

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import CharField, F, Sum
from django.db.models.functions import Cast, Coalesce, Lower
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from bids.selectors.leads import lead_address
from contracts.blocks import NOTHING, Told, blocks, splits
from contracts.models import QuarterLine, ReportRow, SupplyChainReport
from contracts.selectors.annual import SMALL, percent
from contracts.selectors.promises import promises_of
from contracts.states import COUNTED, ReportState

KINDS = {
    "voluntary": _("Voluntary and social enterprise"),
    "small": _("Small firms, of fewer than 250 people"),
    "other": _("Larger firms, and those of unknown size"),
}


@dataclass
class Figures:
    """Sums over whole blocks."""

    reports: int
    organisations: int
    income: Decimal
    promised: Decimal
    paid: Decimal
    promised_volume: int
    referrals: int
    payments: int
    paid_late: int

    @classmethod
    def of(cls, formed):
        """Over some blocks, or None where there is none."""
        told = [report for block in formed for report in block.reports]
        if not told:
            return None
        sums = ("income", "promised", "paid", "promised_volume", "referrals")
        return cls(
            reports=len(told),
            organisations=len(frozenset().union(*(each.organisations for each in told))),
            **{
                name: sum(getattr(each, name) for each in told)
                for name in (*sums, "payments", "paid_late")
            },
        )

    @property
    def promised_share(self):
        return percent(self.promised, self.income)

    @property
    def delivered_share(self):
        return percent(self.paid, self.income)

    @property
    def on_time(self):
        """Invoices paid as agreed, of all that were paid."""
        return percent(self.payments - self.paid_late, self.payments)


@dataclass
class LeadRow:
    """One lead, with the figures of its blocks, where there are any."""

    name: str
    address: str
    accepted: int
    figures: Figures | None


class Delivery:
    """Everything the page of promise and delivery shows, in a number of queries that is fixed."""

    def __init__(self, *, at):
        reports = told_of(SupplyChainReport.objects.filter(state=ReportState.ACCEPTED))
        self.accepted = len(reports)
        self.blocks, self.waiting = blocks(reports, year=localdate(at).year)
        self.totals = Figures.of(self.blocks)
        self.by_lead = _by_lead(reports, self.blocks)

    @property
    def by_quarter(self):
        """(first day, promised share, delivered share) of each quarter that may be told."""
        sums = {}
        for _block, parts in splits(self.blocks, "by_quarter"):
            for key, part in parts.items():
                held = sums.get(key, [NOTHING] * 3)
                sums[key] = [one + more for one, more in zip(held, part.sums, strict=True)]
        return [
            (day, percent(promised, income), percent(paid, income))
            for day, (income, promised, paid) in sorted(sums.items())
        ]

    @property
    def money(self):
        """(kind, words, pounds, share): where the money of the reports went."""
        income, sums = NOTHING, dict.fromkeys(KINDS, NOTHING)
        for block, parts in splits(self.blocks, "by_kind"):
            income += sum(told.income for told in block.reports)
            for key, part in parts.items():
                sums[key] += part.sums[0]
        if not income:
            return []
        kept = income - sum(sums.values())
        rows = [("lead", _("The lead, and what both sides have not confirmed"), kept)]
        rows += [(key, words, sums[key]) for key, words in KINDS.items()]
        return [(key, words, pounds, percent(pounds, income)) for key, words, pounds in rows]


def _by_lead(reports, formed):
    accepted, own = {}, {}
    for told in reports:
        accepted[told.lead] = accepted.get(told.lead, 0) + 1
    for block in formed:
        if block.lead is not None:
            own.setdefault(block.lead, []).append(block)
    return [
        LeadRow(name, lead_address(name), accepted[name], Figures.of(own.get(name, [])))
        for name in sorted(accepted)
    ]


def reports_of(contract):
    """The accepted reports of a contract: (report, its figures or None where they are too few)."""
    accepted = SupplyChainReport.objects.filter(contract=contract, state=ReportState.ACCEPTED)
    told = {each.report: each for each in told_of(accepted, quarters=False)}
    found = []
    for report in accepted.order_by("year"):
        each = told.get(report.pk)
        # Rule 1 of the blocks: it is one of its own, whatever others there are.
        formed = blocks([each], year=0)[0] if each else []
        found.append((report, Figures.of(formed)))
    return found


def told_of(reports, *, quarters=True):
    """What each of these reports tells: a number of queries that is fixed."""
    rows, parts = {}, {}
    for row in _rows(reports):
        rows.setdefault(row["report"], []).append(row)
    if quarters:
        parts = _quarters(reports, rows)
    heads = reports.order_by("pk").values_list(
        "pk", "contract_id", "contract__lead_name", "decided_at", "signing__income_pounds"
    )
    return [_told(head, rows.get(head[0], []), parts.get(head[0], [])) for head in heads]


def _quarters(reports, rows):
    """By report: (first day, organisations, income, promised, paid) of each quarter with a line
    that both sides confirm. The promise is that of all rows, confirmed in the quarter or not. No
    change of the ledger holds before the day of its decision, so that a past quarter's stays.
    """
    promises = {
        promise.subcontractor.pk: promise
        for held in promises_of(reports.values("contract")).values()
        for promise in held
    }
    found = {}
    for line in _lines(reports):
        report, day = line["report"], line["quarter__starts_on"]
        income = line["quarter__income_pounds"] or NOTHING
        shares = (promises[row["subcontractor"]].share_in(day) for row in rows[report])
        promised = income * sum((share for share in shares if share), NOTHING) / 100
        told = (day, frozenset(line["organisations"]), income, promised, line["paid"])
        found.setdefault(report, []).append(told)
    return found


def _told(head, rows, lines):
    report, contract, lead, accepted_at, income = head
    kinds = {}
    for row in rows:
        held = kinds.setdefault(_kind(row), [set(), NOTHING])
        held[0].add(row["organisation"])
        held[1] += row["pounds"]
    return Told(
        report=report,
        contract=contract,
        lead=lead,
        accepted_at=accepted_at,
        organisations=frozenset(row["organisation"] for row in rows),
        income=income,
        promised=sum((row["promised_share"] or 0) * income / 100 for row in rows) + NOTHING,
        paid=sum((row["pounds"] for row in rows), NOTHING),
        promised_volume=sum(row["promised_volume"] or 0 for row in rows),
        referrals=sum(row["referrals"] for row in rows),
        payments=sum(row["payments"] for row in rows),
        paid_late=sum(row["paid_late"] for row in rows),
        by_kind=tuple((kind, frozenset(who), pounds) for kind, (who, pounds) in kinds.items()),
        by_quarter=tuple(lines),
    )


def _kind(row):
    if row["is_voluntary"]:
        return "voluntary"
    return "small" if row["size"] in SMALL else "other"


def _organisation(path=""):
    """Who a key subcontractor is: the organisation, or its name where only that is known."""
    return Coalesce(
        Cast(f"{path}subcontractor__supplier_id", CharField()), Lower(f"{path}subcontractor__name")
    )


def _rows(reports):
    """One row for each organisation of each report as it was signed last."""
    return (
        ReportRow.objects.filter(signing__in=reports.values("signing"))
        .annotate(report=F("signing__report_id"), organisation=_organisation())
        .order_by()
        .values(
            "report",
            "subcontractor",
            "organisation",
            "is_voluntary",
            "size",
            "promised_share",
            "pounds",
            "promised_volume",
            "referrals",
            "payments",
            "paid_late",
        )
    )


def _lines(reports):
    """One row for each quarter of each report, over lines that both sides confirm."""
    return (
        QuarterLine.objects.filter(
            state__in=COUNTED,
            subcontractor__report_rows__signing__in=reports.values("signing"),
            subcontractor__report_rows__signing__report__year=F("quarter__year"),
        )
        .order_by()
        .values(
            "quarter__starts_on",
            "quarter__income_pounds",
            report=F("subcontractor__report_rows__signing__report_id"),
        )
        .annotate(
            organisations=ArrayAgg(_organisation(), distinct=True),
            paid=Sum("pounds"),
        )
    )
