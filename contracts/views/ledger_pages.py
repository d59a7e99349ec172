"""A contract's ledger, as its first page and as a file, for whoever may read it."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from bids.printing.pdf import rendered
from contracts.selectors.agreement import agreement_of
from contracts.selectors.ledger import digest_of, ledger_of
from contracts.selectors.ledger_file import ledger_said, ledger_sheet
from contracts.sheets import sheet
from framework_portal import clock


def ledger_page(request, contract, template):
    """The obligation ledger. Whoever calls has asked who may read it."""
    lines = ledger_of(contract)
    context = {"contract": contract, "lines": lines, "digest": digest_of(contract, lines)}
    return render(request, template, context)


def ledger_file(contract, kind):
    """The ledger of `contract` as `csv` or `pdf`. Whoever calls has asked who may read it."""
    lines = ledger_of(contract)
    if kind == "csv":
        return sheet("ledger.csv", *ledger_sheet(contract, lines))
    at = clock.now()
    agreement = agreement_of(contract, today=timezone.localdate(at))
    response = HttpResponse(
        rendered(ledger_said(agreement, lines, at=at), at=at), content_type="application/pdf"
    )
    response["Content-Disposition"] = 'attachment; filename="ledger.pdf"'
    return response
