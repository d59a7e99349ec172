"""The yearly numbers of confidential reports, for everybody."""

from django.shortcuts import render

from contracts.models import VoiceFigures
from contracts.selectors.voice import LEAST, rows_of_figures
from framework_portal.freshness import public_page


@public_page
def supply_chain_reports_figures(request):
    """What was published, year by year; nothing here is counted as one looks."""
    years = [
        {"figures": figures, "rows": rows_of_figures(figures)}
        for figures in VoiceFigures.objects.all()[:10]
    ]
    context = {"years": years, "least": LEAST}
    return render(request, "contracts/public/supply_chain_reports_figures.html", context)
