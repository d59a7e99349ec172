"""The organisation's library of answers and evidence, and using it in a bid."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bids.actions.library import change_kept, keep_answer, note_use, remove_kept
from bids.content import answer_text
from bids.forms.library import KeptAnswerForm, LibrarySearch
from bids.selectors.library import (
    entry_of,
    evidence_of,
    library_of,
    nearest_first,
    saying,
    source_of,
)
from bids.views.supplier.desk import Desk
from framework_portal import clock
from framework_portal.access import allow, require
from framework_portal.forms import refuse
from framework_portal.refusals import Refused
from suppliers.models import Supplier
from suppliers.views.supplier.finding import posted

ON_A_PAGE = 20


@allow("suppliers.use_supplier_pages")
@require_safe
def library(request, reference):
    """Everything that can be used again, with its source, last use and end."""
    supplier = _own(request, reference)
    at = clock.now()
    entries, search = _found(request, supplier, at)
    evidence = evidence_of(supplier, at=at)
    context = {
        "supplier": supplier,
        "search": search,
        "words": search.chosen().get("words", ""),
        "page": Paginator(entries, ON_A_PAGE).get_page(request.GET.get("page")),
        "evidence": evidence,
        "ending": [each for each in entries if each.kept and each.needs_a_look],
        "ending_evidence": [each for each in evidence if each.has_run_out or each.runs_out_soon],
        "may_edit": request.user.has_perm("suppliers.edit_supplier", supplier),
    }
    return render(request, "bids/supplier/library.html", context)


@allow("suppliers.use_supplier_pages")
@require_http_methods(["GET", "POST"])
def library_add(request, reference):
    """An answer typed by hand."""
    supplier = _own(request, reference, "suppliers.edit_supplier")
    form = KeptAnswerForm(posted(request))
    is_sent = request.method == "POST" and form.is_valid()
    if is_sent and _kept(form, supplier=supplier, by=request.user, at=clock.now()):
        messages.success(request, _("The answer is in your library"))
        return redirect("supplier:library", reference=reference)
    context = {"supplier": supplier, "form": form, "kept": None}
    return render(request, "bids/supplier/library_answer.html", context)


@allow("suppliers.use_supplier_pages")
@require_http_methods(["GET", "POST"])
def library_answer(request, reference, answer):
    """Change an answer of the library."""
    supplier = _own(request, reference, "suppliers.edit_supplier")
    kept = get_object_or_404(supplier.library, reference=answer)
    at = clock.now()
    entry = entry_of(supplier, request.vaults, f"kept:{answer}", at=at)
    initial = {"title": entry.title, "text": entry.text, "good_until": entry.good_until}
    form = KeptAnswerForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            change_kept(kept=kept, by=request.user, at=at, **form.cleaned_data)
        except Refused as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("The answer is changed in your library"))
            return redirect("supplier:library", reference=reference)
    context = {"supplier": supplier, "form": form, "kept": kept, "entry": entry}
    return render(request, "bids/supplier/library_answer.html", context)


@allow("suppliers.use_supplier_pages")
@require_POST
def library_remove(request, reference, answer):
    """Take an answer out of the library."""
    supplier = _own(request, reference, "suppliers.edit_supplier")
    kept = get_object_or_404(supplier.library, reference=answer)
    remove_kept(kept=kept, by=request.user)
    messages.success(request, _("The answer is no longer in your library"))
    return redirect("supplier:library", reference=reference)


@allow("suppliers.use_supplier_pages")
@require_http_methods(["GET", "POST"])
def bid_answer_keep(request, reference, question):
    """Save the answer of a bid to the library, with a title."""
    desk = Desk(request, reference, permission="bids.edit_bid")
    asked = desk.asked(question)
    text = answer_text(desk.content, asked)
    if not text.strip():
        raise Http404
    form = KeptAnswerForm(posted(request), initial={"text": text, "title": asked.text[:100]})
    source = {"bid": desk.bid, "question": asked, "supplier": desk.bid.supplier}
    is_sent = request.method == "POST" and form.is_valid()
    if is_sent and _kept(form, by=request.user, at=desk.at, **source):
        messages.success(request, _("The answer is in your library"))
        return redirect(desk.url("bid_answer", question=asked.reference))
    context = {"supplier": desk.bid.supplier, "form": form, "kept": None, "desk": desk}
    return desk.page("library_answer", **context, asked=asked)


@allow("suppliers.use_supplier_pages")
@require_http_methods(["GET", "POST"])
def bid_answer_library(request, reference, question):
    """Find an earlier answer and put it into the one being written, to be edited there."""
    desk = Desk(request, reference, permission="bids.edit_bid")
    asked = desk.asked(question)
    if not desk.is_open:
        return desk.locked()
    supplier = desk.bid.supplier
    if request.method == "POST":
        key = request.POST.get("use", "")
        entry = entry_of(supplier, request.vaults, key, at=desk.at)
        if entry is None:
            raise Http404
        note_use(bid=desk.bid, by=request.user, at=desk.at, **source_of(entry))
        return redirect(f"{desk.url('bid_answer', question=asked.reference)}?use={entry.key}")
    entries, search = _found(request, supplier, desk.at)
    page = Paginator(nearest_first(entries, asked), ON_A_PAGE)
    return desk.page(
        "bid_answer_library",
        question=asked,
        number=desk.questions.index(asked) + 1,
        search=search,
        words=search.chosen().get("words", ""),
        page=page.get_page(request.GET.get("page")),
    )


def text_to_use(request, desk):
    """The text of the entry that the address names, or ""; of the own organisation's only."""
    key = request.GET.get("use", "")
    if request.method != "GET" or not key:
        return ""
    entry = entry_of(desk.bid.supplier, request.vaults, key, at=desk.at)
    return entry.text if entry is not None else ""


def _own(request, reference, permission="suppliers.read_supplier"):
    supplier = get_object_or_404(Supplier.objects.of(request.user), reference=reference)
    require(request.user, permission, supplier)
    return supplier


def _found(request, supplier, at):
    search = LibrarySearch(request.GET)
    search.full_clean()
    entries = library_of(supplier, request.vaults, at=at)
    return saying(entries, search.chosen().get("words", "")), search


def _kept(form, **facts):
    """Whether the answer was saved; otherwise the form says why not."""
    try:
        return keep_answer(**form.cleaned_data, **facts)
    except Refused as refusal:
        refuse(form, refusal)
        return None
