"""An accepted report, as everybody may read it.

What is told of single organisations is their names alone: their figures are published together
with those of others, by the rule of small numbers that the register keeps.
"""

from django.shortcuts import get_object_or_404, render

from contracts.models import SupplyChainReport
from framework_portal.freshness import public_page


@public_page
def chain_report(request, reference):
    """Whose year it is, the lead's words, who was in the chain, joined and left."""
    reports = SupplyChainReport.objects.published().select_related(
        "contract__lot", "contract__commissioner", "signing"
    )
    report = get_object_or_404(reports, reference=reference)
    context = {
        "report": report,
        "contract": report.contract,
        "rows": report.signing.rows.order_by("subcontractor__position"),
    }
    return render(request, "contracts/public/chain_report.html", context)
