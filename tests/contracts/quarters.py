"""Quarters and reports as the procedure makes them, for their tests."""

from datetime import UTC, date, datetime
from decimal import Decimal

from contracts.actions.answering import confirm_line
from contracts.actions.reporting import seen_digest, sign_report, write_report
from contracts.actions.scheduling import open_quarters
from contracts.actions.stating import send_quarter
from contracts.figures import Figures, Stated
from contracts.models import QuarterLine, QuarterReturn, SupplyChainReport
from contracts.selectors.annual import year_of_report
from framework_portal.reference.models import Period
from tests.contracts.building import person_of, signed_contract

PERIODS = {"quarterly-return": 20, "line-answer": 10, "supply-chain-report": 60}
# After the last day of each quarter of the year from April 2027.
AFTER = [
    datetime(*day, 9, tzinfo=UTC)
    for day in [(2027, 7, 5), (2027, 10, 5), (2028, 1, 5), (2028, 4, 5)]
]
YEAR_DONE = datetime(2028, 5, 15, 9, tzinfo=UTC)


def periods():
    for slug, days in PERIODS.items():
        Period.objects.get_or_create(slug=slug, defaults={"name": slug, "working_days": days})


def running(subcontractors=2, *, at=YEAR_DONE, **options):
    """A signed contract from 1 April 2027, with its returns and reports until `at`."""
    periods()
    contract = signed_contract(subcontractors, **options)
    open_quarters(at=at, contract=contract)
    return contract


def figures(referrals=30, pounds="5000", payments=2, paid_late=0, days="20"):
    return Figures(
        referrals, Decimal(pounds), payments, paid_late, None if days is None else Decimal(days)
    )


NOTHING = figures(0, "0", 0, 0, None)


def stated(subcontractor, held=None, words=""):
    return Stated(str(subcontractor.reference), subcontractor.name, held or figures(), words)


def quarter_of(contract, number=1):
    return QuarterReturn.objects.select_related("contract").get(contract=contract, number=number)


def sent(contract, number=1, lines=None, *, income="25000", others=(), at=None):
    """A quarter that the lead has sent; `lines` are figures by position, or the usual for all."""
    quarter = quarter_of(contract, number)
    named = list(contract.subcontractors.order_by("position"))
    held = lines or [figures() for _ in named]
    said = [stated(one, other) for one, other in zip(named, held, strict=True)]
    return send_quarter(
        quarter=quarter,
        income=Decimal(income),
        lines=[*said, *others],
        number=quarter.draft_number,
        by=contract.person,
        at=at or AFTER[(number - 1) % 4],
    )


def line_of(contract, number=1, position=1):
    return QuarterLine.objects.select_related("quarter__contract", "subcontractor__supplier").get(
        quarter__contract=contract, quarter__number=number, subcontractor__position=position
    )


def confirm(line, at=None):
    line.refresh_from_db()
    return confirm_line(
        line=line, number=line.number, by=person_of(line.subcontractor), at=at or YEAR_DONE
    )


def report_of(contract, year=1):
    return SupplyChainReport.objects.select_related("contract", "signing").get(
        contract=contract, year=year
    )


def full_year(contract, **options):
    """Four quarters that were sent, with every line confirmed."""
    for number in range(1, 5):
        sent(contract, number, **options)
    for line in QuarterLine.objects.filter(quarter__contract=contract, state="asked"):
        confirm(line)
    return report_of(contract)


def signed(contract, *, at=YEAR_DONE, words="A good year", report=None):
    report = report or report_of(contract)
    if report.words != words:
        report = write_report(
            report=report, words=words, number=report.words_number, by=contract.person, at=at
        )
    seen = seen_digest(year_of_report(report), report.words)
    return sign_report(report=report, seen=seen, by=contract.person, at=at)


def on(year, month, day):
    return datetime(year, month, day, 9, tzinfo=UTC)


def day(year, month, number):
    return date(year, month, number)
