"""Documents an organisation shows."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from framework_portal import clock
from framework_portal.access import allow
from framework_portal.documents.serving import document_response
from framework_portal.refusals import Refused
from suppliers.actions.joining import add_evidence, withdraw_evidence
from suppliers.forms.joining import EvidenceForm
from suppliers.models import Evidence, JoiningQuestion
from suppliers.states import LIVE_APPLICATION, AnswerKind
from suppliers.views.supplier.finding import may_edit, own_supplier, posted


@require_safe
@allow("suppliers.use_supplier_pages")
def evidence_list(request, reference):
    """Each kind of document, with what is shown of it."""
    supplier = own_supplier(request, reference)
    shown = {}
    for one in supplier.evidence.filter(replaced_at=None).select_related("document"):
        shown.setdefault(one.question_id, []).append(one)
    questions = [
        {"question": question, "evidence": shown.get(question.pk, [])}
        for question in JoiningQuestion.objects.filter(kind=AnswerKind.EVIDENCE)
    ]
    context = {
        "supplier": supplier,
        "questions": questions,
        "may_edit": may_edit(request, supplier),
        "live": supplier.applications.filter(state__in=LIVE_APPLICATION).first(),
        "today": clock.now().date(),
    }
    return render(request, "suppliers/supplier/evidence_list.html", context)


@require_http_methods(["GET", "POST"])
@allow("suppliers.use_supplier_pages")
def evidence_add(request, reference, code):
    supplier = own_supplier(request, reference, "suppliers.apply")
    question = get_object_or_404(JoiningQuestion, code=code, kind=AnswerKind.EVIDENCE)
    at = clock.now()
    form = EvidenceForm(posted(request), request.FILES, question=question, at=at)
    if form.is_valid():
        try:
            add_evidence(
                supplier=supplier, question=question, by=request.user, at=at, **form.cleaned_data
            )
        except Refused as refusal:
            form.add_error(
                refusal.field if refusal.field in form.fields else "upload", refusal.message
            )
        else:
            messages.success(request, _("The document has been added"))
            return redirect("supplier:evidence_list", reference=supplier.reference)
    context = {"form": form, "supplier": supplier, "question": question}
    return render(request, "suppliers/supplier/evidence_add.html", context)


@require_POST
@allow("suppliers.use_supplier_pages")
def evidence_withdraw(request, reference, evidence):
    supplier = own_supplier(request, reference, "suppliers.apply")
    evidence = get_object_or_404(supplier.evidence, reference=evidence)
    withdraw_evidence(evidence=evidence, by=request.user, at=clock.now())
    messages.success(request, _("The document is no longer shown"))
    return redirect("supplier:evidence_list", reference=supplier.reference)


@require_safe
@allow("suppliers.use_supplier_pages")
def evidence_download(request, reference):
    found = Evidence.objects.filter(supplier__memberships__user=request.user)
    evidence = get_object_or_404(found.select_related("document"), reference=reference)
    return document_response(evidence.document, by=request.user)
