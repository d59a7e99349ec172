"""Reporting a fault before the deadline, and the pages on which the portal's staff reads it."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from framework_portal import clock
from framework_portal.access import allow, signed_in
from framework_portal.forms import refuse
from framework_portal.refusals import Refused
from framework_portal.watch.actions import answer_fault, report_fault
from framework_portal.watch.forms import FaultAnswerForm, FaultForm
from framework_portal.watch.models import FaultReport


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def fault_report(request):
    """Anybody who is signed in may report a fault."""
    form = FaultForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            report = report_fault(**form.cleaned_data, by=request.user, at=clock.now())
        except Refused as refusal:
            refuse(form, refusal)
        else:
            return redirect("public:fault", reference=report.reference)
    return render(request, "watch/fault_report.html", {"form": form})


@signed_in
@require_safe
def fault(request, reference):
    """The own report, with its number, its instant and the answer."""
    report = get_object_or_404(FaultReport, reference=reference, reported_by=request.user)
    return render(request, "watch/fault.html", {"report": report})


@allow("watch.read_faults")
@require_safe
def fault_list(request):
    """For the portal's staff: what waits for an answer first."""
    reports = FaultReport.objects.order_by("answered_at", "-reported_at")
    waiting = reports.filter(answered_at=None).count()
    page = Paginator(reports, 25).get_page(request.GET.get("page"))
    return render(request, "watch/fault_list.html", {"page": page, "waiting": waiting})


@allow("watch.read_faults")
@require_http_methods(["GET", "HEAD", "POST"])
def fault_answer(request, reference):
    """One report, and the answer to it."""
    report = get_object_or_404(
        FaultReport.objects.select_related("reported_by", "answered_by"), reference=reference
    )
    form = FaultAnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            answer_fault(report=report, **form.cleaned_data, by=request.user, at=clock.now())
        except Refused as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("The answer is sent"))
            return redirect("public:fault_list")
    return render(request, "watch/fault_answer.html", {"report": report, "form": form})
