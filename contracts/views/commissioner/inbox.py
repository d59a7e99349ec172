"""Across contracts: disputes to settle, reports to decide, what is overdue and what came in."""

from django.core.paginator import Paginator
from django.http import QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from contracts.forms.inbox import InboxFilter
from contracts.selectors.inbox import LISTS, Inbox, rows
from framework_portal import clock
from framework_portal.access import allow

PAGE = 25


@allow("lots.use_commissioner_pages")
@require_safe
def chain_inbox(request):
    """One list at a time, beginning with what waits; every filter is in the address."""
    filters = InboxFilter(request.GET)
    chosen = filters.chosen()
    about = {name: chosen[name] for name in ("lead", "lot") if name in chosen}
    inbox = Inbox(request.user, today=timezone.localdate(clock.now()), **about)
    show = chosen.get("show") or inbox.first()
    page = Paginator(inbox.list(show), PAGE).get_page(request.GET.get("page"))
    context = {
        "filters": filters,
        "show": show,
        "title": LISTS[show],
        "lists": [
            {"name": name, "words": words, "count": inbox.counts[name], "url": _url(about, name)}
            for name, words in LISTS.items()
        ],
        "page": page,
        "rows": rows(show, page),
        "narrowed": bool(about),
    }
    return render(request, "contracts/commissioner/chain_inbox.html", context)


def _url(about, name):
    query = QueryDict(mutable=True)
    query.update({**about, "show": name})
    return f"?{query.urlencode()}"
