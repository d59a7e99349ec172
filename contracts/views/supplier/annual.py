"""The lead's yearly reports: figures, words, signature."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from contracts.actions.reporting import seen_digest, sign_report, unready, write_report
from contracts.forms.figures import number_of
from contracts.forms.reports import WordsForm
from contracts.models import Contract, SupplyChainReport
from contracts.selectors.annual import report_sheet, reports_of, shown_year
from contracts.sheets import sheet
from contracts.states import UNSIGNED
from contracts.views.finding import led_contract
from framework_portal import clock
from framework_portal.access import allow, require
from framework_portal.forms import refuse
from framework_portal.refusals import Refused

ALLOWED = "suppliers.use_supplier_pages"


def led_report(request, reference, *, to_write=False):
    """A report of a contract that the person's organisation leads; another's is a 404."""
    reports = SupplyChainReport.objects.filter(contract__in=Contract.objects.led_by(request.user))
    reports = reports.select_related(
        "contract__lot__competition", "contract__commissioner", "contract__supplier", "signing"
    )
    report = get_object_or_404(reports, reference=reference)
    permission = "contracts.act_as_lead" if to_write else "contracts.read_contract"
    require(request.user, permission, report.contract)
    return report


@allow(ALLOWED)
@require_safe
def chain_report_list(request, reference):
    """The reports of one contract, the newest first."""
    contract = led_contract(request.user, reference)
    require(request.user, "contracts.read_contract", contract)
    context = {"contract": contract, "reports": reports_of(contract, at=clock.now())}
    return render(request, "contracts/supplier/chain_report_list.html", context)


@allow(ALLOWED)
@require_http_methods(["GET", "HEAD", "POST"])
def chain_report(request, reference):
    """The year's figures as they are; the lead's words are saved here."""
    report = led_report(request, reference, to_write=request.method == "POST")
    form = WordsForm(
        request.POST or None, initial={"words": report.words}, number=report.words_number
    )
    if request.method == "POST" and form.is_valid():
        try:
            write_report(
                report=report,
                words=form.cleaned_data["words"],
                number=number_of(request.POST),
                by=request.user,
                at=clock.now(),
            )
        except Refused as refusal:
            refuse(form, refusal)
            report.refresh_from_db()
            form.helper.inputs[-1].value = report.words_number
        else:
            messages.success(request, _("Your words are saved. The report is not signed yet"))
            return redirect("supplier:chain_report", reference=report.reference)
    return _page(request, report, form)


def _page(request, report, form, problem=None):
    at, is_open = clock.now(), report.state in UNSIGNED
    year = shown_year(report)
    may_write = request.user.has_perm("contracts.act_as_lead", report.contract)
    context = {
        "report": report,
        "contract": report.contract,
        "year": year,
        "form": form if is_open and may_write else None,
        "waits_for": unready(report, at=at),
        "is_open": is_open,
        "may_write": may_write,
        "seen": seen_digest(year, report.words) if is_open else "",
        "problem": problem,
        "has_errors": problem is not None or bool(form and form.errors),
    }
    return render(request, "contracts/supplier/chain_report.html", context)


@allow(ALLOWED)
@require_http_methods(["POST"])
def chain_report_sign(request, reference):
    """Freeze what the page showed."""
    report = led_report(request, reference, to_write=True)
    seen = request.POST.get("seen", "")
    try:
        sign_report(report=report, seen=seen, by=request.user, at=clock.now())
    except Refused as refusal:
        report.refresh_from_db()
        form = WordsForm(initial={"words": report.words}, number=report.words_number)
        return _page(request, report, form, problem=refusal.message)
    messages.success(request, _("The report is signed. The commissioner decides on it now"))
    return redirect("supplier:chain_report", reference=report.reference)


@allow(ALLOWED)
@require_safe
def chain_report_file(request, reference):
    """The figures of a report, as a file."""
    report = led_report(request, reference)
    return sheet("supply-chain-report.csv", *report_sheet(shown_year(report)))
