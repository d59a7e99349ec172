"""What a quarter's figures say that the commissioner should look at.

Raised once for each line, and anew when the line is corrected after that was settled.

What a subcontractor disputes says nothing until it is ruled: it neither raises a finding nor counts
in what the year has come to so far.
"""

from decimal import Decimal

from contracts.actions.findings import raise_finding
from contracts.models import ChainFinding, QuarterLine, QuarterReturn
from contracts.quarters import last_day, months_later
from contracts.selectors.promises import promises_of
from contracts.states import FindingKind, LineState
from framework_portal.wording import quarter_name

NOTHING = Decimal(0)


def look_at_quarter(quarter, promised, *, at):
    """All lines of a quarter that was sent; `promised` are the promises by reference."""
    for line in quarter.lines.select_related("subcontractor"):
        _look(line, quarter, promised, at)


def look_at_line(line, *, at):
    """One line, when it was changed or added later."""
    _look(line, line.quarter, _promised(line.quarter), at)


def look_from(line, *, at):
    """One line that was ruled, and those of the year after it: its figures count in these now."""
    later = QuarterLine.objects.filter(
        subcontractor=line.subcontractor_id,
        quarter__contract=line.quarter.contract_id,
        quarter__year=line.quarter.year,
        quarter__number__gte=line.quarter.number,
    )
    promised = _promised(line.quarter)
    for each in later.select_related("quarter__contract", "subcontractor").order_by(
        "quarter__number"
    ):
        _look(each, each.quarter, promised, at)


def _promised(quarter):
    promises = promises_of([quarter.contract_id]).get(quarter.contract_id, [])
    return {str(promise.subcontractor.reference): promise for promise in promises}


def _look(line, quarter, promised, at):
    facts = {
        "quarter": quarter_name(quarter.starts_on),
        "quarterly": str(quarter.reference),
    }
    if line.subcontractor is None:
        told = {"name": line.name, "paid_pounds": str(line.pounds), **facts}
        _raise(FindingKind.NOT_IN_LEDGER, line, at, told)
        return
    if line.state == LineState.DISPUTED:
        return
    promise = promised[str(line.subcontractor.reference)]
    if not promise.runs_in(quarter.starts_on):
        if line.referrals or line.pounds and not _may_be_invoiced(promise, quarter):
            told = {"name": line.name, "referred": line.referrals, "paid_pounds": str(line.pounds)}
            _raise(FindingKind.NOT_IN_LEDGER, line, at, told | facts)
        return
    if not promise.runs_through(quarter.starts_on):
        return
    if line.referrals == 0 and line.pounds == 0:
        _raise(FindingKind.NOTHING_FLOWING, line, at, facts)
        return
    drift = _drift(line, quarter, promise) | _volume_drift(line, quarter, promise)
    if drift:
        _raise(FindingKind.DRIFT, line, at, drift | facts)


def _may_be_invoiced(promise, quarter):
    """Whether it is the first quarter after the end: the last invoices are paid in it."""
    ended = promise.ended
    if ended is None or ended.in_force_from is None:
        return False
    return ended.in_force_from <= last_day(quarter.starts_on) and (
        quarter.starts_on < months_later(ended.in_force_from, 3)
    )


def _raise(kind, line, at, facts):
    raise_finding(
        kind,
        line.quarter.contract,
        subcontractor=line.subcontractor,
        key=_key(kind, line),
        at=at,
        **facts,
    )


def _key(kind, line):
    """Of the line; of its version too, where what was found of an earlier one is settled."""
    key = f"{kind}:{line.reference}"
    settled = ChainFinding.objects.filter(key__startswith=key, settled_at__isnull=False)
    waits = ChainFinding.objects.filter(key__startswith=key, settled_at__isnull=True)
    is_anew = line.number > 1 and settled.exists() and not waits.exists()
    return f"{key}:{line.number}" if is_anew else key


def _drift(line, quarter, promise):
    """The facts, where the year's share so far is behind the promise by more than is allowed.

    Of the quarters in which the promise runs and that are not disputed: what was earned in others
    is none of its income.
    """
    year = {"contract": quarter.contract_id, "year": quarter.year, "number__lte": quarter.number}
    returns = QuarterReturn.objects.filter(**year).values_list("starts_on", "income_pounds")
    said = _said(line.subcontractor, quarter.year)
    told = {day: income for day, income in returns if said.get(day, NOTHING) is not None}
    incomes = promise.incomes_within(told)
    income, promised = sum(incomes.values()), promise.share_of(incomes)
    if not income or not promised:
        return {}
    paid = sum((said.get(day, NOTHING) for day in incomes), NOTHING)
    real, limit = paid * 100 / income, quarter.contract.drift_limit_percent
    if real >= promised * (100 - limit) / 100:
        return {}
    return {
        "promised_percent": str(promised),
        "delivered_percent": f"{real:.2f}",
        "limit_percent": str(limit),
    }


def _volume_drift(line, quarter, promise):
    """The same of people: referred in the year so far, of those that were promised by then."""
    lines = QuarterLine.objects.filter(
        subcontractor=line.subcontractor,
        quarter__year=quarter.year,
        quarter__number__lte=quarter.number,
    ).exclude(state=LineState.DISPUTED)
    counts = dict(lines.values_list("quarter__starts_on", "referrals"))
    volumes = [promise.volume_in(day, last_day(day)) for day in counts]
    promised, limit = sum(filter(None, volumes)), quarter.contract.drift_limit_percent
    real = sum(count for day, count in counts.items() if promise.runs_in(day))
    if not promised or real >= promised * (100 - limit) / 100:
        return {}
    return {
        "promised_volume": promised,
        "delivered_volume": real,
        "limit_percent": str(limit),
    }


def _said(subcontractor, year):
    """By quarter of that year: the pounds of its line, or None while that is disputed."""
    lines = QuarterLine.objects.filter(subcontractor=subcontractor, quarter__year=year)
    return {
        day: None if state == LineState.DISPUTED else pounds
        for day, pounds, state in lines.values_list("quarter__starts_on", "pounds", "state")
    }
