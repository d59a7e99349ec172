"""The quarters of a contract as its commissioner reads them, and disputes to settle."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from contracts.actions.answering import settle_dispute
from contracts.forms.answering import SettleDisputeForm
from contracts.forms.figures import number_of
from contracts.models import Contract, QuarterLine, QuarterReturn
from contracts.selectors.quarters import (
    lines_of_quarter,
    standing_of,
    told,
    with_history,
    year_sheet,
)
from contracts.sheets import sheet
from contracts.states import LineState
from contracts.views.finding import run_contract
from framework_portal import clock
from framework_portal.access import allow, require
from framework_portal.forms import refuse
from framework_portal.refusals import Refused
from framework_portal.wording import quarter_name

ALLOWED = "lots.use_commissioner_pages"


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
