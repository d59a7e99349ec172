"""What was promised to supply chains and what came of it, as everybody may read it.

Of accepted reports alone, and by the rule of `contracts.blocks`: no figure of fewer than five
organisations, or of one that stands out, can be read here or worked out from what is.
"""

from dataclasses import dataclass
from decimal import Decimal

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import CharField, F
from django.db.models.functions import Cast, Coalesce, Lower
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from bids.selectors.leads import lead_address
from contracts.blocks import Told, blocks
from contracts.disclosure import NOTHING, Amounts, added
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
        return cls(
            reports=len(told),
            organisations=len(frozenset().union(*(each.amounts for each in told))),
            **added(own for each in told for own in each.amounts.values())._asdict(),
            **{
                name: sum(getattr(each, name) for each in told)
                for name in ("income", "promised", "paid_late")
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
        for block in self.blocks:
            for key, part in block.told_by_quarter.items():
                held = sums.get(key, [NOTHING] * 3)
                told = [*part.sums, part.paid]
                sums[key] = [one + more for one, more in zip(held, told, strict=True)]
        return [
            (day, percent(promised, income), percent(paid, income))
            for day, (income, promised, paid) in sorted(sums.items())
        ]

    @property
    def money(self):
        """(kind, words, pounds, share): where the money of the reports went."""
        income, sums = NOTHING, dict.fromkeys(KINDS, NOTHING)
        for block in self.blocks:
            parts = block.told_by_kind
            income += sum(told.income for told in block.reports if parts)
            for key, part in parts.items():
                sums[key] += part.paid
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
    """The accepted reports of a contract: (report, its figures or None where they may not be)."""
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
        paid = {}
        for who, pounds in zip(line["organisations"], line["paid"], strict=True):
            paid[who] = added([paid.get(who, Amounts()), Amounts(pounds)])
        found.setdefault(report, []).append((day, paid, income, promised))
    return found


def _told(head, rows, lines):
    report, contract, lead, accepted_at, income = head
    amounts, kinds = {}, {}
    for row in rows:
        who = row["organisation"]
        own = Amounts(row["pounds"], row["promised_volume"] or 0, row["referrals"], row["payments"])
        amounts[who] = added([amounts.get(who, Amounts()), own])
        kind = kinds.setdefault(_kind(row), {})
        kind[who] = added([kind.get(who, Amounts()), Amounts(row["pounds"])])
    return Told(
        report=report,
        contract=contract,
        lead=lead,
        accepted_at=accepted_at,
        amounts=amounts,
        income=income,
        promised=sum((row["promised_share"] or 0) * income / 100 for row in rows) + NOTHING,
        paid_late=sum(row["paid_late"] for row in rows),
        by_kind=tuple(kinds.items()),
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
            organisations=ArrayAgg(_organisation(), order_by="pk"),
            paid=ArrayAgg("pounds", order_by="pk"),
        )
    )
