"""What a subcontractor says in confidence: neutral addresses and titles, as shoulders look on."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from contracts.actions.voice import add_words, listeners, report_in_confidence
from contracts.forms.voice import MoreForm, NoteForm
from contracts.models import ConfidentialReport
from contracts.selectors.voice import conversation, first_read_at, occasion_of, occasions_of
from framework_portal import clock
from framework_portal.access import allow
from framework_portal.forms import refuse
from framework_portal.reference.calendar import period
from framework_portal.refusals import Refused


@allow("suppliers.use_supplier_pages")
@require_safe
def note_list(request):
    """What one wrote or is shown, and the lines that one may write about."""
    notes = ConfidentialReport.objects.of(request.user).for_list()
    page = Paginator(notes, 25).get_page(request.GET.get("page"))
    context = {"page": page, "occasions": occasions_of(request.user)}
    return render(request, "contracts/supplier/note_list.html", context)


@allow("suppliers.use_supplier_pages")
@require_http_methods(["GET", "HEAD", "POST"])
def note_write(request, reference):
    """To the integrity officer, about the lead that named one."""
    occasion = occasion_of(request.user, reference)
    if occasion is None:
        raise Http404
    form = NoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            report = report_in_confidence(
                **occasion.about,
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
    wait = period("confidential-answer")
    hear = listeners(occasion.commissioner.pk, occasion.lead.pk)
    context = {"occasion": occasion, "wait": wait, "form": form, "is_heard": bool(hear)}
    return render(request, "contracts/supplier/note_write.html", context)


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
    shown = {
        "report": report,
        "said": conversation(report),
        "read_at": first_read_at(report),
        "form": form,
        "at": clock.now(),
    }
    return render(request, "contracts/supplier/note.html", shown)
