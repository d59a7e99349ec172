"""What a quarter's figures say that the commissioner should look at. Raised once for each line."""

from django.db.models import Sum

from contracts.actions.findings import raise_finding
from contracts.models import QuarterLine, QuarterReturn
from contracts.selectors.promises import promises_of
from contracts.states import FindingKind
from framework_portal.wording import quarter_name


def look_at_quarter(quarter, promised, *, at):
    """All lines of a quarter that was sent; `promised` are the promises by reference."""
    lines = list(quarter.lines.select_related("subcontractor"))
    for line in lines:
        _look(line, quarter, promised, lines, at)


def look_at_line(line, *, at):
    """One line, when it was changed or added later."""
    quarter = line.quarter
    promises = promises_of([quarter.contract_id]).get(quarter.contract_id, [])
    promised = {str(promise.subcontractor.reference): promise for promise in promises}
    _look(line, quarter, promised, [line], at)


def _look(line, quarter, promised, lines, at):
    facts = {
        "quarter": quarter_name(quarter.starts_on),
        "quarterly": str(quarter.reference),
    }
    if line.subcontractor is None:
        told = {"name": line.name, "paid_pounds": str(line.pounds), **facts}
        _raise(FindingKind.NOT_IN_LEDGER, line, at, told)
        return
    promise = promised[str(line.subcontractor.reference)]
    if not promise.runs_through(quarter.starts_on):
        return
    if line.referrals == 0 and line.pounds == 0:
        _raise(FindingKind.NOTHING_FLOWING, line, at, facts)
        return
    drift = _drift(line, quarter, promise)
    if drift is not None:
        _raise(FindingKind.DRIFT, line, at, drift | facts)


def _raise(kind, line, at, facts):
    raise_finding(
        kind,
        line.quarter.contract,
        subcontractor=line.subcontractor,
        key=f"{kind}:{line.reference}",
        at=at,
        **facts,
    )


def _drift(line, quarter, promise):
    """The facts, where the year's share so far is behind the promise by more than is allowed.

    Of the quarters in which the promise runs: what was earned before it is none of its income.
    """
    year = {"contract": quarter.contract_id, "year": quarter.year, "number__lte": quarter.number}
    returns = QuarterReturn.objects.filter(**year).values_list("starts_on", "income_pounds")
    incomes = promise.incomes_within(dict(returns))
    income, promised = sum(incomes.values()), promise.share_of(incomes)
    if not income or not promised:
        return None
    paid = QuarterLine.objects.filter(
        subcontractor=line.subcontractor, quarter__starts_on__in=incomes
    ).aggregate(sum=Sum("pounds"))["sum"]
    real, limit = paid * 100 / income, quarter.contract.drift_limit_percent
    if real >= promised * (100 - limit) / 100:
        return None
    return {
        "promised_percent": str(promised),
        "delivered_percent": f"{real:.2f}",
        "limit_percent": str(limit),
    }
