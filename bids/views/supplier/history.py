"""What the parts of a bid said before: who wrote it, when, what changed; and giving it back."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from bids.actions.drafting import Changed
from bids.actions.restoring import restore_version
from bids.comparing import differences
from bids.content import answer_text, fingerprint, price_of
from bids.merging import words_gone, words_new
from bids.models import AnswerVersion
from bids.selectors.writers import said, versions_of
from bids.views.supplier.desk import Desk, named
from framework_portal.access import allow, require
from framework_portal.forms import count_words
from framework_portal.refusals import Refused

ON_A_PAGE = 20


@allow("suppliers.use_supplier_pages")
@require_safe
def answer_history(request, reference, question):
    """The versions of one answer."""
    desk = Desk(request, reference)
    return _listed(desk, desk.asked(question))


@allow("suppliers.use_supplier_pages")
@require_safe
def price_history(request, reference):
    """The versions of the price and its note."""
    desk = Desk(request, reference)
    if not desk.is_priced:
        raise Http404
    return _listed(desk, None)


@allow("suppliers.use_supplier_pages")
@require_http_methods(["GET", "POST"])
def bid_version(request, reference, version):
    """One version to read; and to restore, which makes a new version of it."""
    desk = Desk(request, reference)
    version = get_object_or_404(AnswerVersion, bid=desk.bid, reference=version)
    version.bid = desk.bid
    question = desk.asked(version.question.reference) if version.question_id else None
    vault = request.vaults.of(desk.bid.supplier)
    value, problem = said(version, vault), None
    if request.method == "POST":
        require(request.user, "bids.edit_bid", desk.bid)
        shown = request.POST.get("shown", "")
        facts = {"by": request.user, "at": desk.at, "shown": shown}
        try:
            restore_version(version=version, value=value, **facts)
        except Refused as refusal:
            problem = refusal.message
            if isinstance(refusal, Changed):
                problem = _(
                    "This was changed after you opened the page. See what your bid says now, then "
                    "restore the version if you still want to: what it replaces stays in the list"
                )
        else:
            messages.success(request, _("Restored. What it replaced is in the list too"))
            return redirect(desk.url_of_part(question))
    now = _now(desk, question)
    before = _before(version, question)
    context = {
        "version": version,
        "by": named(version.saved_by),
        "value": value,
        "text": _text(value),
        "heading": _heading(desk, question),
        "history": desk.history_url(question),
        "shown": fingerprint(now),
        "is_now": value == now,
        "from_now": differences(_text(now), _text(value)),
        "from_before": before and differences(_text(said(before, vault)), _text(value)),
        "problem": problem,
        "has_errors": problem is not None,
    }
    return desk.page("bid_version", **context)


def _listed(desk, question):
    versions = versions_of(desk.bid, question)
    page = Paginator(versions, ON_A_PAGE).get_page(desk.request.GET.get("page"))
    vault = desk.request.vaults.of(desk.bid.supplier) if page.paginator.count else None
    # One more than is shown, for what the last one of the page changed.
    start = page.start_index() - 1 if page.paginator.count else 0
    found = [(each, _text(said(each, vault))) for each in versions[start : start + ON_A_PAGE + 1]]
    rows = [_row(place, found) for place in range(len(page.object_list))]
    context = {"page": page, "rows": rows, "heading": _heading(desk, question)}
    return desk.page("bid_history", **context, part_url=desk.url_of_part(question))


def _row(place, found):
    version, text = found[place]
    earlier = (other for each, other in found[place + 1 :] if not each.is_aside)
    before = next(earlier, "")
    return {
        "version": version,
        "by": named(version.saved_by),
        "words": count_words(text),
        "new": words_new(before, text),
        "gone": words_gone(before, text),
    }


def _before(version, question):
    earlier = versions_of(version.bid, question).filter(is_aside=False, pk__lt=version.pk)
    return earlier.filter(saved_at__lte=version.saved_at).first()


def _now(desk, question):
    return answer_text(desk.content, question) if question else price_of(desk.content)


def _text(value):
    if isinstance(value, str):
        return value
    price = f"£{value['price']}" if value["price"] else _("No price")
    return f"{price}\n{value['price_note']}".rstrip()


def _heading(desk, question):
    if question is None:
        return _("Your price")
    return _("Question %(number)d") % {"number": desk.questions.index(question) + 1}
