"""Every public page that search engines may want, in one file."""

from itertools import chain, islice

from django.conf import settings
from django.shortcuts import render
from django.urls import reverse

from contracts.models import Contract, SupplyChainReport
from framework_portal.freshness import public_page
from lots.models import Competition

PAGES = [
    "home",
    "competition_list",
    "framework",
    "supplier_list",
    "award_list",
    "coverage",
    "contract_list",
    "delivery",
    "supply_chain_reports_figures",
]
# The standard allows a sitemap no more addresses.
MOST = 50_000


@public_page
def sitemap(request):
    """The pages, and each public competition, contract and report, newest first."""
    found = {
        "competition": Competition.objects.public(),
        "contract": Contract.objects.public(),
        "chain_report": SupplyChainReport.objects.published(),
    }
    paths = [reverse(f"public:{page}") for page in PAGES]
    paths = chain(paths, *(_paths(page, rows) for page, rows in found.items()))
    addresses = [f"{settings.PORTAL_ADDRESS}{path}" for path in islice(paths, MOST)]
    context = {"addresses": addresses}
    return render(request, "contracts/public/sitemap.xml", context, content_type="application/xml")


def _paths(page, rows):
    references = rows.order_by("-pk").values_list("reference", flat=True)[:MOST]
    return (reverse(f"public:{page}", args=[reference]) for reference in references)
