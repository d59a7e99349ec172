"""What came in quarter by quarter, what is overdue, and disputes to settle."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from contracts.actions.answering import settle_dispute
from contracts.forms.answering import SettleDisputeForm
from contracts.forms.quarters import number_of
from contracts.models import Contract, QuarterLine, QuarterReturn, SupplyChainReport
from contracts.selectors.quarters import (
    lines_of_quarter,
    standing_of,
    told,
    with_counts,
    with_history,
    year_sheet,
)
from contracts.sheets import sheet
from contracts.states import LineState, ReportState
from contracts.views.finding import run_contract
from framework_portal import clock
from framework_portal.access import allow, require
from framework_portal.forms import refuse
from framework_portal.refusals import Refused
from framework_portal.wording import quarter_name

ALLOWED = "lots.use_commissioner_pages"
PAGE = 25


@allow(ALLOWED)
@require_safe
def chain_inbox(request):
    """Across contracts: to settle, to decide, overdue, and what came in last."""
    mine = Contract.objects.run_by(request.user)
    today = timezone.localdate(clock.now())
    quarters = QuarterReturn.objects.filter(contract__in=mine).select_related("contract__lot")
    reports = SupplyChainReport.objects.filter(contract__in=mine).select_related("contract__lot")
    lines = QuarterLine.objects.filter(quarter__contract__in=mine, state=LineState.DISPUTED)
    came = with_counts(quarters.filter(sent_at__isnull=False)).order_by("-sent_at", "-pk")
    page = Paginator(came, PAGE).get_page(request.GET.get("page"))
    context = {
        "disputed": [
            told(line)
            for line in with_history(lines).select_related(
                "subcontractor", "quarter__contract__lot"
            )
        ],
        "to_decide": reports.filter(state=ReportState.SIGNED).order_by("signed_at", "pk"),
        "late_quarters": _named(quarters.overdue(on=today).order_by("due_on", "pk")),
        "late_reports": reports.overdue(on=today).order_by("due_on", "pk"),
        "page": page,
        "came": _named(page),
    }
    return render(request, "contracts/commissioner/chain_inbox.html", context)


def _named(quarters):
    found = list(quarters)
    for quarter in found:
        quarter.title = quarter_name(quarter.starts_on)
    return found


@allow(ALLOWED)
@require_safe
def quarter_list(request, reference):
    """The quarters of one contract, the newest first."""
    contract = run_contract(request.user, reference)
    require(request.user, "contracts.manage_contract", contract)
    context = {"contract": contract, "quarters": standing_of(contract, at=clock.now())}
    return render(request, "contracts/commissioner/quarter_list.html", context)


@allow(ALLOWED)
@require_safe
def quarter_file(request, reference):
    """All lines of the contract's quarters that were sent, as a file."""
    contract = run_contract(request.user, reference)
    require(request.user, "contracts.manage_contract", contract)
    return sheet("quarters.csv", *year_sheet(contract.quarters.all()))


@allow(ALLOWED)
@require_safe
def quarter(request, reference):
    """One quarter, line by line. What the lead is still writing is the lead's own."""
    quarters = QuarterReturn.objects.filter(contract__in=Contract.objects.run_by(request.user))
    quarters = quarters.defer("draft").select_related(
        "contract__lot__competition", "contract__commissioner"
    )
    quarter = get_object_or_404(quarters, reference=reference)
    require(request.user, "contracts.manage_contract", quarter.contract)
    context = {
        "quarter": quarter,
        "contract": quarter.contract,
        "name": quarter_name(quarter.starts_on),
        "lines": lines_of_quarter(quarter),
    }
    return render(request, "contracts/commissioner/quarter.html", context)


@allow(ALLOWED)
@require_http_methods(["GET", "HEAD", "POST"])
def line_settle(request, reference):
    """A dispute, with what both sides say; whose figures stand, and why."""
    lines = QuarterLine.objects.filter(quarter__contract__in=Contract.objects.run_by(request.user))
    lines = lines.filter(subcontractor__isnull=False)  # only who is in the ledger disputes
    lines = with_history(lines).select_related(
        "subcontractor__supplier",
        "quarter__contract__lot__competition",
        "quarter__contract__supplier",
    )
    line = told(get_object_or_404(lines, reference=reference))
    line.subcontractor.contract = line.quarter.contract
    require(request.user, "contracts.decide_line", line.subcontractor)
    form = SettleDisputeForm(request.POST or None, number=line.newest.number)
    if request.method == "POST" and form.is_valid():
        try:
            settle_dispute(
                line=line,
                number=number_of(request.POST),
                by=request.user,
                at=clock.now(),
                **form.cleaned_data,
            )
        except Refused as refusal:
            refuse(form, refusal)
            line = told(get_object_or_404(lines, reference=reference))
        else:
            messages.success(request, _("The dispute is settled"))
            return redirect("commissioner:quarter", reference=line.quarter.reference)
    elif request.method != "POST" and line.state != LineState.DISPUTED:
        return redirect("commissioner:quarter", reference=line.quarter.reference)
    context = {
        "line": line,
        "quarter": line.quarter,
        "contract": line.quarter.contract,
        "form": form,
    }
    return render(request, "contracts/commissioner/line_settle.html", context)
