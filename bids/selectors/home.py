"""The figures of the home page, counted."""

from django.db.models import Count

from bids.models import Award, NamedSubcontractor
from bids.selectors.coverage import open_lots
from bids.states import Decision
from suppliers.models import Supplier


def figures(at):
    """How many of each, in four queries."""
    won = Award.objects.public().filter(decision=Decision.AWARD)
    awards = won.aggregate(lots=Count("pk"), leads=Count("lead_name", distinct=True))
    named = NamedSubcontractor.objects.filter(award__in=won)
    return {
        "open": open_lots(at).count(),
        "suppliers": Supplier.objects.qualified(at=at).count(),
        "awarded": awards["lots"],
        "leads": awards["leads"],
        "subcontractors": named.aggregate(n=Count("name", distinct=True))["n"],
    }
