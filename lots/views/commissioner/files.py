"""Documents of a draft: added, downloaded, removed."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from framework_portal import clock
from framework_portal.documents.serving import document_response
from framework_portal.refusals import Refused
from lots.actions.drafting import add_document, remove_document
from lots.forms.base import accepted, sent_edition
from lots.forms.drafting import DocumentForm
from lots.views.commissioner.own import competition_page, draft_page


@draft_page
def document_list(request, competition):
    """What there is, and one more."""
    form = DocumentForm(request.POST or None, request.FILES or None, competition=competition)
    if request.method == "POST":
        given = {"competition": competition, "by": request.user, "edition": form.edition}
        if accepted(form, add_document, at=clock.now(), **given):
            messages.success(request, _("The document was added"))
            return redirect("commissioner:document_list", reference=competition.reference)
    documents = competition.documents.filter(removed_at__isnull=True).select_related("document")
    context = {"competition": competition, "form": form, "documents": documents}
    return render(request, "lots/commissioner/document_list.html", context)


@draft_page
def document_remove(request, competition, document):
    """Ask once, then take it away."""
    document = get_object_or_404(competition.documents, reference=document)
    if request.method == "POST":
        try:
            edition = sent_edition(request.POST)
            remove_document(document=document, by=request.user, edition=edition)
        except Refused as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, _("The document was removed"))
        return redirect("commissioner:document_list", reference=competition.reference)
    context = {"competition": competition, "document": document}
    return render(request, "lots/commissioner/document_remove.html", context)


@competition_page("lots.edit_competition")
def document_download(request, competition, document):
    """The file, for whoever works on the competition."""
    there = competition.documents.select_related("document")
    return document_response(get_object_or_404(there, reference=document).document)
