"""Patterns across all the contracts of a commissioner."""

from django.core.paginator import Paginator
from django.http import QueryDict
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from contracts.forms.overview import TABLES, OverviewFilter
from contracts.selectors.overview import dependence, same_teams
from contracts.selectors.use import drifting, never_used
from contracts.sheets import sheet
from framework_portal.access import allow

FOUND_BY = {
    "unused": never_used,
    "drift": drifting,
    "team": same_teams,
    "dependence": dependence,
}


@allow("lots.use_commissioner_pages")
@require_safe
def chain_overview(request):
    """One table at a time: each takes reading all the contracts."""
    filters, show, about = _asked(request)
    found = FOUND_BY[show](request.user, **about)
    page = Paginator(found, 50).get_page(request.GET.get("page"))
    kept = request.GET.copy()
    kept.pop("page", None)
    context = {
        "filters": filters,
        "show": show,
        "title": TABLES[show],
        "tables": [
            {"name": name, "words": words, "url": _url(about, name)}
            for name, words in TABLES.items()
        ],
        "page": page,
        "narrowed": bool(about),
        "query": kept.urlencode(),
    }
    return render(request, "contracts/commissioner/chain_overview.html", context)


@allow("lots.use_commissioner_pages")
@require_safe
def chain_overview_file(request):
    """All of one table, as a file."""
    _filters, show, about = _asked(request)
    head, row = COLUMNS[show]
    rows = [row(each) for each in FOUND_BY[show](request.user, **about)]
    return sheet(f"supply-chains-{show}.csv", head, rows)


def _asked(request):
    filters = OverviewFilter(request.GET)
    chosen = filters.chosen()
    about = {name: chosen[name] for name in ("lead", "subcontractor") if name in chosen}
    return filters, chosen.get("show", "unused"), about


def _url(about, name):
    query = QueryDict(mutable=True)
    query.update({**about, "show": name})
    return f"?{query.urlencode()}"


COLUMNS = {
    "unused": (
        [
            _("Subcontractor"),
            _("Lead"),
            _("Contract"),
            _("Lot"),
            _("Share promised, in per cent"),
            _("Quarters told of"),
            _("Quarters in dispute"),
        ],
        lambda row: [
            row.subcontractor,
            row.lead,
            row.contract,
            row.title,
            row.promised,
            row.quarters,
            row.disputed,
        ],
    ),
    "drift": (
        [
            _("Subcontractor"),
            _("Lead"),
            _("Contract"),
            _("Lot"),
            _("Year of the contract"),
            _("Share promised, in per cent"),
            _("Share delivered, in per cent"),
            _("Behind the promise, in per cent of it"),
            _("Limit of the contract, in per cent"),
            _("Quarters in dispute"),
        ],
        lambda row: [
            row.subcontractor,
            row.lead,
            row.contract,
            row.title,
            row.year,
            row.promised,
            row.delivered,
            row.behind,
            row.limit,
            row.disputed,
        ],
    ),
    "team": (
        [
            _("Lead"),
            _("Contracts"),
            _("Named in every one of them"),
            _("Others that it names"),
        ],
        lambda row: [row.lead, row.contracts, "; ".join(row.everywhere), row.others],
    ),
    "dependence": (
        [
            _("Organisation"),
            _("Leads"),
            _("Contracts"),
            _("Lead that pays most"),
            _("Its part of the money, in per cent"),
        ],
        lambda row: [row.name, len(row.leads), row.contracts, row.leads[0][0], row.most],
    ),
}
