"""Contracts, supply chains and quarters to measure with, written in bulk like the other data.

An award of a bench contract says that it is history, so that no bid, opening or score need stand
behind it; the contract itself is one of ours, signed, with four key subcontractors.
"""

from datetime import date, timedelta
from decimal import Decimal

from django.db import connection, transaction
from django.utils import timezone

from bench.organisations import BATCH
from bids.models import Award
from bids.states import AwardState
from contracts.models import (
    Contract,
    KeySubcontractor,
    LedgerEntry,
    QuarterLine,
    QuarterReturn,
    ReportRow,
    ReportSigning,
    SupplyChainReport,
)
from contracts.quarters import last_day, months_later
from contracts.states import Basis, ContractState, LineState, ReportState
from framework_portal.reference.models import Officer
from framework_portal.reference.states import OfficerRole
from lots.models import Lot
from suppliers.models import Supplier

EACH, QUARTERS, LEADS = 4, 4, 200
STARTS_ON = date(2025, 4, 1)
INCOME, SHARE = Decimal(25_000), Decimal(10)
NOTHING_APART = dict.fromkeys(
    [
        f"{name}_{what}"
        for name in ("disputed", "unanswered", "outside")
        for what in ("lines", "pounds")
    ],
    0,
)


@transaction.atomic
def fill(contracts):
    """Bring a contract to every bench lot, up to so many; half of them have a year behind them."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("SET LOCAL statement_timeout = 0")
    held = Contract.objects.filter(lot__title__startswith="Bench competition").count()
    lots = list(
        Lot.objects.filter(title__startswith="Bench competition", contracts=None)
        .select_related("competition")
        .order_by("pk")[: max(contracts - held, 0)]
    )
    suppliers = list(Supplier.objects.filter(name__startswith="Bench Supplier").order_by("pk"))
    made = _contracts(lots, suppliers)
    lines = _lines(made, suppliers)
    half = len(made) // 2
    _a_year(made[:half], lines[: half * EACH])


def officer():
    """Somebody who runs all of them."""
    lot = Lot.objects.filter(title__startswith="Bench competition").first()
    competition = lot.competition
    office, _made = Officer.objects.get_or_create(
        user=competition.created_by,
        commissioner=competition.commissioner,
        defaults={"role": OfficerRole.COMMISSIONER},
    )
    return office.user


def _contracts(lots, suppliers):
    now = timezone.now()
    leads = suppliers[:LEADS]
    awards = Award.objects.bulk_create(
        [
            Award(
                lot=lot,
                is_history=True,
                state=AwardState.CONFIRMED,
                lead_name=leads[number % len(leads)].name,
                announced_on=STARTS_ON,
            )
            for number, lot in enumerate(lots)
        ],
        batch_size=BATCH,
    )
    return Contract.objects.bulk_create(
        [
            Contract(
                award=award,
                lot=lot,
                commissioner_id=lot.competition.commissioner_id,
                supplier=leads[number % len(leads)],
                lead_name=award.lead_name,
                state=ContractState.SIGNED,
                value=Decimal(300_000),
                starts_on=STARTS_ON,
                ends_on=STARTS_ON + timedelta(days=3 * 365),
                made_at=now,
                signed_on=STARTS_ON,
                signed_at=now,
                signed_by=lot.competition.created_by,
            )
            for number, (award, lot) in enumerate(zip(awards, lots, strict=True))
        ],
        batch_size=BATCH,
    )


def _team(number, suppliers):
    """Whom the contract of this number names: every fifth lead the same team each time."""
    lead, count = number % LEADS, len(suppliers)
    first = lead * 7 if lead % 5 == 0 else number * 11
    return [suppliers[(first + step * 13) % count] for step in range(EACH)]


def _lines(contracts, suppliers):
    lines = KeySubcontractor.objects.bulk_create(
        [
            KeySubcontractor(
                contract=contract,
                position=position,
                name=supplier.name,
                supplier=supplier,
                added_at=contract.made_at,
            )
            for number, contract in enumerate(contracts)
            for position, supplier in enumerate(_team(number, suppliers), start=1)
        ],
        batch_size=BATCH,
    )
    LedgerEntry.objects.bulk_create(
        [
            LedgerEntry(
                subcontractor=line,
                number=1,
                basis=Basis.BID,
                role="Peer mentoring",
                share_percent=SHARE,
                share_pounds=Decimal(30_000),
                volume_per_quarter=30,
                payment_days=30,
                starts_on=STARTS_ON,
                made_at=line.added_at,
            )
            for line in lines
        ],
        batch_size=BATCH,
    )
    return lines


def _paid(number):
    """Every eighth line has nothing, every third is behind its promise."""
    if number % 8 == 0:
        return Decimal(0)
    return Decimal(1_000) if number % 3 == 0 else Decimal(2_500)


def _figures(number, times=1):
    paid = _paid(number)
    return {
        "referrals": (25 if paid else 0) * times,
        "pounds": paid * times,
        "payments": (1 if paid else 0) * times,
        "paid_late": 0,
    }


def _a_year(contracts, lines):
    now = timezone.now()
    quarters = QuarterReturn.objects.bulk_create(
        [
            QuarterReturn(
                contract=contract,
                number=number,
                year=1,
                starts_on=months_later(STARTS_ON, 3 * (number - 1)),
                due_on=months_later(STARTS_ON, 3 * number),
                income_pounds=INCOME,
                sent_at=now,
                sent_by_id=contract.signed_by_id,
            )
            for contract in contracts
            for number in range(1, QUARTERS + 1)
        ],
        batch_size=BATCH,
    )
    QuarterLine.objects.bulk_create(
        [
            QuarterLine(
                quarter=quarter,
                subcontractor=lines[place],
                name=lines[place].name,
                state=LineState.CONFIRMED,
                days_to_pay=Decimal(20) if _paid(place) else None,
                **_figures(place),
            )
            for each, quarter in enumerate(quarters)
            for place in range(each // QUARTERS * EACH, each // QUARTERS * EACH + EACH)
        ],
        batch_size=BATCH,
    )
    _reports(contracts, lines, now)


def _reports(contracts, lines, now):
    reports = SupplyChainReport.objects.bulk_create(
        [
            SupplyChainReport(
                contract=contract,
                year=1,
                starts_on=STARTS_ON,
                ends_on=last_day(months_later(STARTS_ON, 9)),
                due_on=months_later(STARTS_ON, 15),
            )
            for contract in contracts
        ],
        batch_size=BATCH,
    )
    signings = ReportSigning.objects.bulk_create(
        [
            ReportSigning(
                report=report,
                number=1,
                income_pounds=INCOME * QUARTERS,
                voluntary_pounds=0,
                small_pounds=0,
                lines=EACH * QUARTERS,
                words="As it was",
                digest="0" * 64,
                signed_at=now,
                signed_by_id=contract.signed_by_id,
                **_sums(range(place * EACH, place * EACH + EACH)),
                **NOTHING_APART,
            )
            for place, (report, contract) in enumerate(zip(reports, contracts, strict=True))
        ],
        batch_size=BATCH,
    )
    ReportRow.objects.bulk_create(
        [
            ReportRow(
                signing=signings[place // EACH],
                subcontractor=line,
                name=line.name,
                is_voluntary=place % 2 == 0,
                size="small",
                promised_share=SHARE,
                promised_volume=30 * QUARTERS,
                lines=QUARTERS,
                unconfirmed_lines=0,
                **_figures(place, QUARTERS),
            )
            for place, line in enumerate(lines)
        ],
        batch_size=BATCH,
    )
    for place, (report, signing) in enumerate(zip(reports, signings, strict=True)):
        report.state, report.signing = ReportState.ACCEPTED, signing
        report.signed_at, report.signed_by_id = now, signing.signed_by_id
        report.decided_at, report.decided_by_id = (
            now + timedelta(seconds=place),
            signing.signed_by_id,
        )
    SupplyChainReport.objects.bulk_update(
        reports,
        ["state", "signing", "signed_at", "signed_by", "decided_at", "decided_by"],
        batch_size=BATCH,
    )


def _sums(places):
    figures = [_figures(place, QUARTERS) for place in places]
    return {name: sum(each[name] for each in figures) for name in figures[0]}
