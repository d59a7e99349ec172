"""Writing a bid without the portal: download the pack, bring it back, choose what is taken."""

from django.contrib import messages
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bids.actions.bringing_back import bring_back
from bids.forms.offline import PackForm, TakeOverForm
from bids.offline import text_document, workbook
from bids.offline.contents import boxes, pack_of
from bids.offline.reading import read_pack
from bids.offline.returned import STATES, items
from bids.offline.streaming import zipped
from bids.selectors.published import documents_of
from bids.views.supplier.desk import Desk
from framework_portal.access import allow
from framework_portal.documents.names import clean_name
from framework_portal.documents.serving import HEADERS, opened_chunks
from framework_portal.forms import refuse
from framework_portal.refusals import Refused
from suppliers.views.supplier.finding import posted

KINDS = {
    "docx": (text_document.text_document, text_document.MEDIA_TYPE),
    "xlsx": (workbook.workbook, workbook.MEDIA_TYPE),
}


@allow("suppliers.use_supplier_pages")
@require_http_methods(["GET", "POST"])
def bid_offline(request, reference):
    """The pack to download, and the file that comes back, compared with the draft."""
    permission = "bids.edit_bid" if request.method == "POST" else "bids.read_own_bid"
    desk = Desk(request, reference, permission=permission)
    form = PackForm(posted(request), request.FILES or None)
    if request.method == "POST" and not desk.is_open:
        return desk.locked()
    if request.method == "POST" and form.is_valid():
        now = _boxes(desk)
        try:
            found, problems = read_pack(form.cleaned_data["pack"], now)
        except Refused as refusal:
            refuse(form, refusal if refusal.field else in_pack(refusal))
        else:
            return compared(desk, items(now, found), problems)
    documents = documents_of(desk.competition)
    return desk.page("bid_offline", form=form, documents=documents)


@allow("suppliers.use_supplier_pages")
@require_safe
def bid_pack(request, reference, kind):
    """The pack as one file, with the answers as they are now."""
    desk = Desk(request, reference)
    name = clean_name(_("%(lot)s offline pack") % {"lot": desk.lot.title})[:150]
    pack = pack_of(desk.bid, desk.content, desk.questions, is_priced=desk.is_priced, at=desk.at)
    return served(pack, desk.competition, kind, name)


@allow("suppliers.use_supplier_pages")
@require_POST
def bid_offline_take(request, reference):
    """Take over what was ticked."""
    desk = Desk(request, reference, permission="bids.edit_bid")
    form = TakeOverForm(request.POST, keys=[box.mark.key for box in _boxes(desk)])
    if form.is_valid():
        try:
            bring_back(
                bid=desk.bid,
                questions=desk.questions,
                texts=form.texts,
                by=request.user,
                at=desk.at,
            )
        except Refused as refusal:
            refuse(form, refusal)
        else:
            words = ngettext("%(n)d answer taken over", "%(n)d answers taken over", len(form.texts))
            messages.success(request, words % {"n": len(form.texts)})
            return redirect(desk.url("bid_detail"))
    refused = next(message for messages in form.errors.values() for message in messages)
    return compared(desk, items(_boxes(desk), form.carried()), [], refused=refused)


def compared(desk, found, problems, *, refused=""):
    """What the file would change, to be chosen from."""
    chosen = [item for item in found if item.can_be_taken]
    return desk.page(
        "bid_offline_compare",
        items=[(item, STATES[item.state]) for item in found],
        problems=problems,
        plain=[item for item in chosen if item.state != "conflict"],
        chosen=chosen,
        refused=refused,
        has_errors=bool(refused),
    )


def _boxes(desk):
    return boxes(desk.content, desk.questions, is_priced=desk.is_priced)


def served(pack, competition, kind, name):
    """The pack as one file; as a zip both, and the documents of the competition beside them."""
    if kind != "zip" and kind not in KINDS:
        raise Http404
    if kind == "zip":
        entries = zipped(_entries(pack, competition, name))
        response = StreamingHttpResponse(entries, content_type="application/zip", headers=HEADERS)
    else:
        made, media_type = KINDS[kind]
        response = HttpResponse(made(pack), content_type=media_type, headers=HEADERS)
    response["Content-Disposition"] = content_disposition_header(True, f"{name}.{kind}")
    return response


def in_pack(refusal):
    """What the check of the file refused belongs beside the field."""
    return Refused(refusal.code, refusal.message, field="pack", recorded=refusal.recorded)


def _entries(pack, competition, name):
    for ending, (made, _media_type) in KINDS.items():
        yield f"{name}.{ending}", [made(pack)]
    for number, each in enumerate(documents_of(competition), start=1):
        if each.document.may_be_downloaded:
            path = f"{_('Documents')}/{number:02d} {clean_name(each.document.name)}"
            yield path, opened_chunks(each.document)
