"""Files of a bid: attach, download, remove. A bad file never stops the rest."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from bids.actions.attaching import attach_document, remove_document
from bids.actions.uploading import abandon_upload
from bids.forms.bidding import FilesForm
from bids.models import BidDocument
from bids.selectors.files import entry_of, unfinished
from bids.views.supplier.desk import Desk
from bids.views.supplier.removing import remove_after_asking
from framework_portal.access import allow
from framework_portal.documents.names import clean_name
from framework_portal.documents.serving import document_response
from framework_portal.refusals import Refused


@allow("suppliers.use_supplier_pages")
@require_http_methods(["GET", "POST"])
def bid_files(request, reference):
    """The files of the bid, each with its size and digest, and a form to add more."""
    desk = Desk(request, reference, permission="bids.edit_bid")
    if request.method == "GET" and not desk.is_open:
        return desk.locked()
    form = FilesForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and "give_up" in request.POST:
        _give_up(desk, request.user, request.POST["give_up"])
        return redirect(desk.url("bid_files"))
    if request.method == "POST":
        uploads = request.FILES.getlist("files")
        refusals = [
            refusal for upload in uploads if (refusal := _refusal(desk, request.user, upload))
        ]
        added = len(uploads) - len(refusals)
        if added:
            words = ngettext("%(n)d file added", "%(n)d files added", added)
            messages.success(request, words % {"n": added})
        if not refusals and (uploads or "upload" not in request.POST):
            return redirect(
                desk.url("bid_files") if "upload" in request.POST else desk.after("documents")
            )
        form.say(refusals)
        desk = Desk(request, reference)
    return desk.page("bid_files", form=form, unfinished=unfinished(desk.bid, request.user))


@allow("suppliers.use_supplier_pages")
@require_safe
def bid_file(request, reference, document):
    """One of the bid's own files, as it was uploaded."""
    desk = Desk(request, reference)
    attached = get_object_or_404(
        BidDocument.objects.select_related("document"), bid=desk.bid, reference=document
    )
    entry = entry_of(desk.bid, desk.content, document)
    if entry is None:  # taken out again, so its key is gone
        raise Http404
    return document_response(attached.document.as_in(entry), by=request.user)


@allow("suppliers.use_supplier_pages")
@require_http_methods(["GET", "POST"])
def bid_file_remove(request, reference, document):
    """Take a file out of the bid, after asking."""
    return remove_after_asking(
        request,
        reference,
        of="documents",
        which=document,
        remove=remove_document,
        back="bid_files",
    )


def _refusal(desk, person, upload):
    try:
        attach_document(bid=desk.bid, upload=upload, by=person, at=desk.at)
    except Refused as refusal:
        return refusal
    # What had arrived of the same file before is not waited for any more.
    for begun in unfinished(desk.bid, person):
        if (begun.label["name"], begun.length) == (clean_name(upload.name), upload.size):
            abandon_upload(upload=begun)
    return None


def _give_up(desk, person, reference):
    for begun in unfinished(desk.bid, person):
        if str(begun.reference) == reference:
            abandon_upload(upload=begun)
