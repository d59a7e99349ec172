"""Yearly reports, to be accepted or returned with reasons."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from contracts.actions.reporting import accept_report, return_report
from contracts.forms.figures import number_of
from contracts.forms.reports import DecisionForm
from contracts.models import Contract, SupplyChainReport
from contracts.selectors.annual import disputed_lines, report_sheet, reports_of, signed_year
from contracts.sheets import sheet
from contracts.states import ReportState
from contracts.views.finding import run_contract
from framework_portal import clock
from framework_portal.access import allow, require
from framework_portal.forms import refuse
from framework_portal.refusals import Refused
from framework_portal.wording import quarter_name

ALLOWED = "lots.use_commissioner_pages"


def run_report(request, reference):
    """A report of a contract that the person runs; another's is a 404."""
    reports = SupplyChainReport.objects.filter(contract__in=Contract.objects.run_by(request.user))
    reports = reports.select_related(
        "contract__lot__competition", "contract__commissioner", "contract__supplier", "signing"
    )
    report = get_object_or_404(reports, reference=reference)
    require(request.user, "contracts.manage_contract", report.contract)
    return report


@allow(ALLOWED)
@require_safe
def chain_report_list(request, reference):
    """The reports of one contract, the newest first."""
    contract = run_contract(request.user, reference)
    require(request.user, "contracts.manage_contract", contract)
    context = {"contract": contract, "reports": reports_of(contract, at=clock.now())}
    return render(request, "contracts/commissioner/chain_report_list.html", context)


@allow(ALLOWED)
@require_http_methods(["GET", "HEAD", "POST"])
def chain_report(request, reference):
    """The report as it was signed, to be decided; before that, what there is of it."""
    report = run_report(request, reference)
    may_decide = request.user.has_perm("contracts.decide_contract", report.contract)
    if request.method == "POST":
        require(request.user, "contracts.decide_contract", report.contract)
    form = DecisionForm(request.POST or None, signing=report.signing_id or 0)
    if request.method == "POST" and form.is_valid():
        act = accept_report if form.cleaned_data["decision"] == "accept" else return_report
        try:
            act(
                report=report,
                signing=number_of(request.POST, "signing"),
                reasons=form.cleaned_data["reasons"],
                by=request.user,
                at=clock.now(),
            )
        except Refused as refusal:
            refuse(form, refusal)
            report = run_report(request, reference)
        else:
            messages.success(
                request,
                _("The report is accepted and published")
                if act is accept_report
                else _("The report is returned to the lead"),
            )
            return redirect("commissioner:chain_report", reference=report.reference)
    to_decide = report.state == ReportState.SIGNED and may_decide
    context = {
        "report": report,
        "contract": report.contract,
        "year": signed_year(report.signing) if report.signing_id else None,
        "form": form if to_decide or form.errors else None,
        "to_decide": to_decide,
        "disputed": _named(disputed_lines(report)) if to_decide else [],
    }
    return render(request, "contracts/commissioner/chain_report.html", context)


def _named(lines):
    found = list(lines.select_related("quarter").order_by("quarter__number", "name"))
    for line in found:
        line.title = quarter_name(line.quarter.starts_on)
    return found


@allow(ALLOWED)
@require_safe
def chain_report_file(request, reference):
    """The figures of a signed report, as a file."""
    report = run_report(request, reference)
    if report.signing_id is None:
        return redirect("commissioner:chain_report", reference=report.reference)
    return sheet("supply-chain-report.csv", *report_sheet(signed_year(report.signing)))
