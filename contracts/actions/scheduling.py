"""Quarters and years come round: each signed contract has its returns and reports with their dates.

Run twice, late or in parallel, each quarter has one return and each year one report.
"""

from django.db import transaction
from django.utils import timezone

from contracts.models import Contract, QuarterReturn, SupplyChainReport
from contracts.quarters import (
    QUARTERS_A_YEAR,
    first_quarter_of,
    last_day,
    months_later,
    quarter_of,
    year_of,
)
from contracts.querysets import last_day_of
from contracts.states import UNSIGNED
from framework_portal.reference.calendar import add_working_days, period

RETURN_PERIOD = "quarterly-return"
REPORT_PERIOD = "supply-chain-report"


@transaction.atomic
def open_quarters(*, at, contract=None):
    """The returns of all quarters that have begun, and the reports of their years."""
    today = timezone.localdate(at)
    contracts = Contract.objects.filter(
        is_history=False, signed_on__isnull=False, starts_on__lte=today
    )
    if contract is not None:
        contracts = contracts.filter(pk=contract.pk)
    rows = list(
        contracts.annotate(runs_until=last_day_of()).values_list("pk", "starts_on", "runs_until")
    )
    due = DueDates()
    there = set(
        QuarterReturn.objects.filter(contract__in=contracts).values_list("contract", "number")
    )
    quarters = [
        QuarterReturn(
            contract_id=pk,
            number=number,
            year=year_of(number),
            starts_on=starts_on,
            due_on=due.of_return(starts_on),
        )
        for pk, begins_on, ends_on in rows
        for number, starts_on in _quarters(begins_on, min(ends_on, today))
        if (pk, number) not in there
    ]
    QuarterReturn.objects.bulk_create(quarters, ignore_conflicts=True, batch_size=1000)
    _open_reports(contracts, rows, today, due)
    return len(quarters)


def _open_reports(contracts, rows, today, due):
    """Those of begun years; one not signed yet ends sooner or later when its contract does."""
    there = {
        (report.contract_id, report.year): report
        for report in SupplyChainReport.objects.filter(contract__in=contracts)
    }
    new, moved = [], []
    for pk, begins_on, runs_until in rows:
        for year in range(1, year_of(_count(begins_on, min(runs_until, today))) + 1):
            dates = _dates(begins_on, year, runs_until, due)
            report = there.get((pk, year))
            if report is None:
                new.append(SupplyChainReport(contract_id=pk, year=year, **dates))
            elif report.state in UNSIGNED and report.ends_on != dates["ends_on"]:
                report.ends_on, report.due_on = dates["ends_on"], dates["due_on"]
                moved.append(report)
    SupplyChainReport.objects.bulk_create(new, ignore_conflicts=True, batch_size=1000)
    SupplyChainReport.objects.bulk_update(moved, ["ends_on", "due_on"], batch_size=500)


def _dates(begins_on, year, runs_until, due):
    starts_on = first_quarter_of(begins_on, year)
    last = min(months_later(starts_on, 9), quarter_of(runs_until))
    ends_on = last_day(last)
    return {"starts_on": starts_on, "ends_on": ends_on, "due_on": due.of_report(ends_on)}


def _quarters(begins_on, until):
    first = quarter_of(begins_on)
    for number in range(1, _count(begins_on, until) + 1):
        yield number, months_later(first, 3 * (number - 1))


def _count(begins_on, until):
    """How many quarters have begun by the day `until`."""
    first, last = quarter_of(begins_on), quarter_of(until)
    months = (last.year - first.year) * 12 + last.month - first.month
    return max(months // (12 // QUARTERS_A_YEAR) + 1, 0)


class DueDates:
    """When what is due, by the working days of the period; each date is worked out once."""

    def __init__(self):
        self._known = {}

    def of_return(self, starts_on):
        return self._after(RETURN_PERIOD, last_day(starts_on))

    def of_report(self, ends_on):
        return self._after(REPORT_PERIOD, ends_on)

    def _after(self, slug, day):
        if slug not in self._known:
            self._known[slug] = period(slug).working_days
        if (slug, day) not in self._known:
            self._known[slug, day] = add_working_days(day, self._known[slug])
        return self._known[slug, day]
