"""What the integrity officer reads, answers and closes. Nobody else has these pages."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from bids.selectors.exclusivity import words_told
from contracts.actions.integrity import settle_integrity_finding
from contracts.actions.voice import answer_report, close_report, note_reading
from contracts.confidence import reason_of
from contracts.forms.voice import AnswerForm, CloseForm, SettleForm
from contracts.models import ConfidentialReport, IntegrityFinding
from contracts.selectors.voice import conversation, readings_of
from framework_portal import clock
from framework_portal.access import allow
from framework_portal.forms import refuse
from framework_portal.reference.calendar import period
from framework_portal.refusals import Refused


@allow("contracts.use_integrity_pages")
@require_safe
def report_list(request):
    """What waits for an answer first, the longest wait on top."""
    reports = ConfidentialReport.objects.watched_by(request.user).for_list().by_need()
    page = Paginator(reports, 25).get_page(request.GET.get("page"))
    context = {"page": page, "at": clock.now(), "wait": period("confidential-answer")}
    return render(request, "contracts/integrity/report_list.html", context)


@allow("contracts.use_integrity_pages")
@require_safe
def report(request, reference):
    """One report, with everything that was said."""
    found = _report(request, reference)
    context = {
        "report": found,
        "said": conversation(found),
        "readings": readings_of(found),
        "at": clock.now(),
    }
    return render(request, "contracts/integrity/report.html", context)


@allow("contracts.use_integrity_pages")
@require_http_methods(["GET", "HEAD", "POST"])
def report_answer(request, reference):
    """An answer, to the one who wrote."""
    found, form = _report(request, reference), AnswerForm(request.POST or None)

    def act(**given):
        answer_report(report=found, **given)

    return _said(request, found, form, act, "contracts/integrity/report_answer.html")


@allow("contracts.use_integrity_pages")
@require_http_methods(["GET", "HEAD", "POST"])
def report_close(request, reference):
    """The last words, and how it ended."""
    found, form = _report(request, reference), CloseForm(request.POST or None)

    def act(**given):
        close_report(report=found, **given)

    return _said(request, found, form, act, "contracts/integrity/report_close.html")


@allow("contracts.use_integrity_pages")
@require_safe
def finding_list(request):
    """What the portal found and tells nobody else, open ones first."""
    found = IntegrityFinding.objects.watched_by(request.user).for_list().open_first()
    page = Paginator(found, 25).get_page(request.GET.get("page"))
    return render(request, "contracts/integrity/finding_list.html", {"page": page})


@allow("contracts.use_integrity_pages")
@require_http_methods(["GET", "HEAD", "POST"])
def finding(request, reference):
    """One finding, and what came of it."""
    matters = IntegrityFinding.objects.watched_by(request.user).for_list()
    found = get_object_or_404(matters.select_related("report", "settled_by"), reference=reference)
    form = SettleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = {**form.cleaned_data, "by": request.user, "at": clock.now()}
        try:
            settle_integrity_finding(finding=found, **given)
        except Refused as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("The finding is settled"))
            return redirect("integrity:finding_list")
    told = words_told(**found.place) if found.place else []
    context = {"finding": found, "reason": reason_of(found), "told": told, "form": form}
    return render(request, "contracts/integrity/finding.html", context)


def _report(request, reference):
    """The report, whose words the page is going to show.

    A GET that writes: the reading is the act of which a record is owed, and nobody presses a
    button to read. It changes nothing that anybody can do, and the second time it writes nothing.
    """
    reports = ConfidentialReport.objects.watched_by(request.user).for_list()
    reports = reports.select_related("made_by", "closed_by")
    found = get_object_or_404(reports, reference=reference)
    if request.method != "HEAD":  # which shows no words
        note_reading(report=found, by=request.user, at=clock.now())
    return found


def _said(request, found, form, act, template):
    if request.method == "POST" and form.is_valid():
        try:
            act(**form.cleaned_data, by=request.user, at=clock.now())
        except Refused as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("Sent"))
            return redirect("integrity:report", reference=found.reference)
    context = {"report": found, "said": conversation(found), "form": form, "at": clock.now()}
    return render(request, template, context)
