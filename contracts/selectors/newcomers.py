"""Organisations that a lead may find by name, to bring them in.

Only what everybody may know finds one: the register, and the chains of public contracts. Another
one is invited by its address, whether it is on the portal or not, and no page tells which.
"""

from django.db.models import Exists, OuterRef

from contracts.models import Contract, KeySubcontractor
from suppliers.models import Supplier

MOST = 10


def findable(contract, *, at):
    """Suppliers that are qualified, or publicly named under another contract; never the lead."""
    named = KeySubcontractor.objects.filter(
        contract__in=Contract.objects.public().values("pk"),
        supplier=OuterRef("pk"),
        name=OuterRef("name"),
    )
    public = Supplier.objects.filter(Exists(named)).exclude(
        pk__in=Supplier.objects.shut_out(at=at).values("pk")
    )
    found = Supplier.objects.qualified(at=at) | public
    return found.exclude(pk=contract.supplier_id)


def found_by(name, contract, *, at):
    """Those that somebody who typed `name` may mean; at most ten."""
    name = " ".join(name.split())
    if len(name) < 3 or "\x00" in name:
        return []
    return list(
        findable(contract, at=at).filter(name__icontains=name).order_by("name", "pk")[:MOST]
    )
