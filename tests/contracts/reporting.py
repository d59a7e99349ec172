"""Accepted supply chain reports for the tests of what is told of them, written as rows."""

from datetime import UTC, datetime
from decimal import Decimal

from django.db import transaction

from contracts.models import (
    IncomeVersion,
    LineAnswer,
    LineVersion,
    QuarterLine,
    QuarterReturn,
    ReportDecision,
    ReportRow,
    ReportSigning,
    SupplyChainReport,
)
from contracts.quarters import last_day, months_later
from contracts.selectors.promises import promises_of

ACCEPTED = datetime(2028, 7, 1, 12, tzinfo=UTC)
SENT = datetime(2028, 4, 20, 12, tzinfo=UTC)


def quarters_of(contract, *, income="25000", quarters=4):
    """The returns of the first year, sent, with this income each."""
    made = []
    for number in range(1, quarters + 1):
        starts_on = months_later(contract.starts_on, 3 * (number - 1))
        quarter = QuarterReturn.objects.create(
            contract=contract,
            number=number,
            year=1,
            starts_on=starts_on,
            due_on=months_later(starts_on, 4),
            income_pounds=Decimal(income),
            sent_at=SENT,
            sent_by=contract.person,
        )
        IncomeVersion.objects.create(
            quarter=quarter,
            number=1,
            pounds=Decimal(income),
            made_at=SENT,
            made_by=contract.person,
        )
        made.append(quarter)
    return made


def confirmed_line(quarter, line, pounds, *, referrals=5, by, state="confirmed"):
    """What lead and subcontractor both say of one quarter; or the lead alone: `asked`."""
    pounds = Decimal(pounds)
    figures = {
        "referrals": referrals,
        "pounds": pounds,
        "payments": 1 if pounds else 0,
        "paid_late": 0,
        "days_to_pay": Decimal(20) if pounds else None,
    }
    held = QuarterLine.objects.create(
        quarter=quarter, subcontractor=line, name=line.name, state=state, **figures
    )
    version = LineVersion.objects.create(
        line=held, number=1, answer_due_on=quarter.due_on, made_at=SENT, made_by=by, **figures
    )
    if state == "confirmed":
        LineAnswer.objects.create(version=version, confirms=True, answered_at=SENT, answered_by=by)
    return held


@transaction.atomic
def accepted_report(contract, pounds="1000", *, income="25000", at=ACCEPTED, unconfirmed=0):
    """The first year's report, accepted: each subcontractor had `pounds` in each quarter, or what
    stands at its place in a list.

    The first ones, `unconfirmed` of them, have not confirmed the first quarter.
    """
    by, chain = contract.person, list(contract.subcontractors.all())
    had = [Decimal(each) for each in ([pounds] * len(chain) if isinstance(pounds, str) else pounds)]
    quarters = quarters_of(contract, income=income)
    for quarter in quarters:
        for place, line in enumerate(chain):
            asked = quarter.number == 1 and place < unconfirmed
            state = "asked" if asked else "confirmed"
            confirmed_line(quarter, line, had[place], by=by, state=state)
    promises = {held.subcontractor.pk: held for held in promises_of([contract.pk])[contract.pk]}
    incomes = {quarter.starts_on: quarter.income_pounds for quarter in quarters}
    report = SupplyChainReport.objects.create(
        contract=contract,
        year=1,
        starts_on=contract.starts_on,
        ends_on=last_day(quarters[-1].starts_on),
        due_on=months_later(contract.starts_on, 15),
    )
    told = [3 if place < unconfirmed else 4 for place in range(len(chain))]
    paid = [each for each, pounds in zip(told, had, strict=True) if pounds]
    lines = sum(told)
    signing = ReportSigning.objects.create(
        report=report,
        number=1,
        income_pounds=4 * Decimal(income),
        referrals=5 * lines,
        pounds=sum(each * pounds for each, pounds in zip(told, had, strict=True)),
        payments=sum(paid),
        paid_late=0,
        lines=lines,
        voluntary_pounds=0,
        small_pounds=0,
        **dict.fromkeys(
            [
                f"{name}_{what}"
                for name in ("disputed", "unanswered", "outside")
                for what in ("lines", "pounds")
            ],
            0,
        ),
        words="As it was",
        digest="0" * 64,
        signed_at=at,
        signed_by=by,
    )
    for place, line in enumerate(chain):
        ReportRow.objects.create(
            signing=signing,
            subcontractor=line,
            name=line.name,
            is_voluntary=line.supplier.is_voluntary,
            size=line.supplier.size,
            promised_share=promises[line.pk].share_of(incomes),
            promised_volume=120,
            referrals=5 * told[place],
            pounds=told[place] * had[place],
            payments=told[place] if had[place] else 0,
            paid_late=0,
            lines=told[place],
            unconfirmed_lines=4 - told[place],
        )
    for state in ("signed", "accepted"):
        report.state, report.signing = state, signing
        report.signed_at, report.signed_by = at, by
        if state == "accepted":
            report.decided_at, report.decided_by = at, contract.officers[0]
            ReportDecision.objects.create(
                signing=signing, accepted=True, decided_at=at, decided_by=report.decided_by
            )
        report.save()
    return report
