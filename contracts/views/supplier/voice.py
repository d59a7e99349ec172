"""What a subcontractor says in confidence: neutral addresses and titles, as shoulders look on."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from contracts.actions.voice import add_words, report_in_confidence
from contracts.forms.voice import MoreForm, NoteForm
from contracts.models import ConfidentialReport, KeySubcontractor
from contracts.selectors.voice import conversation, lines_to_write_about
from framework_portal import clock
from framework_portal.access import allow, require
from framework_portal.forms import refuse
from framework_portal.refusals import Refused


@allow("suppliers.use_supplier_pages")
@require_safe
def note_list(request):
    """What one wrote or is shown, and the lines that one may write about."""
    notes = ConfidentialReport.objects.of(request.user).for_list()
    page = Paginator(notes, 25).get_page(request.GET.get("page"))
    lines = lines_to_write_about(request.user)
    return render(
        request,
        "contracts/supplier/note_list.html",
        {"page": page, "lines": lines, "at": clock.now()},
    )


@allow("suppliers.use_supplier_pages")
@require_http_methods(["GET", "HEAD", "POST"])
def note_write(request, reference):
    """To the integrity officer, about the lead of one's own line."""
    lines = KeySubcontractor.objects.of(request.user).filter(contract__supplier__isnull=False)
    line = get_object_or_404(
        lines.select_related("contract__commissioner", "contract__lot__competition", "supplier"),
        reference=reference,
    )
    require(request.user, "contracts.read_own_line", line)
    form = NoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            report = report_in_confidence(
                subcontractor=line,
                kind=given["kind"],
                words=given["words"],
                only_author=given["shared"] == "no",
                by=request.user,
                at=clock.now(),
            )
        except Refused as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("Sent"))
            return redirect("supplier:note", reference=report.reference)
    return render(request, "contracts/supplier/note_write.html", {"line": line, "form": form})


@allow("suppliers.use_supplier_pages")
@require_http_methods(["GET", "HEAD", "POST"])
def note(request, reference):
    """One's own, with the answers; more words can be added until it is closed."""
    reports = ConfidentialReport.objects.of(request.user).for_list().select_related("made_by")
    report = get_object_or_404(reports, reference=reference)
    form = MoreForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            add_words(report=report, words=form.cleaned_data["words"], by=request.user)
        except Refused as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("Sent"))
            return redirect("supplier:note", reference=report.reference)
    shown = {"report": report, "said": conversation(report), "form": form, "at": clock.now()}
    return render(request, "contracts/supplier/note.html", shown)
