"""The register as a file: a row for each contract and each organisation it names."""

from django.db.models import OuterRef, Subquery
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from contracts.models import KeySubcontractor, LedgerEntry
from contracts.selectors.register import STANDINGS, for_rows, standing

HEAD = [
    _("Contract"),
    _("Lot"),
    _("Commissioner"),
    _("Lead"),
    _("Kind"),
    _("Standing"),
    _("Value in pounds, excluding VAT"),
    _("Starts on"),
    _("Ends on"),
    _("Signed on"),
    _("Categories"),
    _("Areas"),
    _("Named subcontractor"),
    _("Named in the bid as"),
    _("Its role"),
    _("Its share promised, in per cent"),
    _("Holds from"),
    _("No longer named"),
]


def rows(contracts, *, at, categories, places):
    """The rows under `HEAD`: two queries, however many contracts there are."""
    found = list(for_rows(contracts, at=at))
    chains = {}
    for line in _lines(contracts, at):
        chains.setdefault(line[0], []).append(line[1:])
    for contract in found:
        told = _contract(contract, at, categories, places)
        # A contract that names nobody has a row too, and nobody in it.
        for line in chains.get(contract.pk) or [("", "", "", None, None, None)]:
            yield [*told, *line[:5], {None: "", True: _("Yes"), False: _("No")}[line[5]]]


def _lines(contracts, at):
    entry = LedgerEntry.objects.holding(localdate(at)).filter(subcontractor=OuterRef("pk"))
    return (
        KeySubcontractor.objects.filter(contract__in=contracts.order_by().values("pk"))
        .order_by("contract", "position")
        .values_list(
            "contract_id",
            "name",
            "named_as",
            *(
                Subquery(entry.values(field)[:1])
                for field in ("role", "share_percent", "in_force_from", "is_end")
            ),
        )
    )


def _contract(contract, at, categories, places):
    ordered = sorted(contract.area_keys, key=places.order.get)
    return [
        contract.reference,
        contract.lot.title,
        contract.commissioner.name,
        contract.lead_name,
        contract.get_kind_display(),
        STANDINGS[standing(contract, at)][1],
        contract.now_value,
        contract.starts_on,
        contract.now_ends_on,
        contract.signed_on,
        "; ".join(categories[pk].name for pk in contract.category_keys),
        "; ".join(places.by_pk[pk].name for pk in ordered),
    ]
