"""Award makes the contract: its obligations are those of the winning bid, unchanged."""

from decimal import ROUND_HALF_UP, Decimal

from django.db import transaction

from bids.models import Award
from bids.selectors.evaluation import opened_offer
from bids.states import AwardState, Decision
from contracts.models import Contract, KeySubcontractor, LedgerEntry
from contracts.states import Basis
from framework_portal.audit import trail
from suppliers.models import Supplier

ANNOUNCED = [AwardState.ANNOUNCED, AwardState.CONFIRMED]
CENT = Decimal("0.01")


@transaction.atomic
def make_contracts(*, at, competition=None):
    """The contract of every announced award that has none yet; answers the new ones.

    Run twice or in parallel, each award has one contract: the awards are locked, and the
    database holds one row for each.
    """
    awards = Award.objects.select_for_update(of=("self",)).filter(
        is_history=False, decision=Decision.AWARD, state__in=ANNOUNCED, contract=None
    )
    if competition is not None:
        awards = awards.filter(lot__competition=competition)
    rows = awards.select_related(
        "lot__competition", "bid__supplier", "bid__opened", "bid__opened_price", "bid__lot"
    )
    return [_make(award, at) for award in rows.order_by("pk")]


def _make(award, at):
    offer = opened_offer(award.bid) or {}
    competition = award.lot.competition
    price = Decimal(offer["price"]) if offer.get("price") else None
    contract = Contract.objects.create(
        award=award,
        lot=award.lot,
        commissioner_id=competition.commissioner_id,
        supplier=award.bid.supplier,
        lead_name=award.lead_name,
        value=price,
        starts_on=competition.service_starts_on,
        ends_on=competition.service_ends_on,
        made_at=at,
    )
    _open_ledger(contract, named_in(offer), price, at)
    trail.record("contract.made", contract, award=str(award.reference))
    return contract


def named_in(offer):
    """The subcontractors of an opened offer, each with its consent and whoever gave it.

    An organisation that was asked in by mail is named without a reference; its signed consent says
    which one it became.
    """
    consents = offer.get("consents") or {}
    named = []
    for entry in offer.get("subcontractors") or []:
        consent = entry.get("consent") or consents.get(entry["reference"])
        statement = consent.get("statement") or {} if isinstance(consent, dict) else {}
        supplier = entry.get("supplier") or statement.get("organisation")
        named.append({**entry, "consent": consent, "supplier": supplier})
    return named


def _open_ledger(contract, named, price, at):
    references = [entry["supplier"] for entry in named if entry["supplier"]]
    suppliers = {
        str(supplier.reference): supplier
        for supplier in Supplier.objects.filter(reference__in=references)
    }
    lines = KeySubcontractor.objects.bulk_create(
        KeySubcontractor(
            contract=contract,
            position=position,
            name=entry["name"],
            supplier=suppliers.get(entry["supplier"]),
            added_at=at,
        )
        for position, entry in enumerate(named, start=1)
    )
    LedgerEntry.objects.bulk_create(
        LedgerEntry(
            subcontractor=line, number=1, basis=Basis.BID, made_at=at, **terms_of(entry, price)
        )
        for line, entry in zip(lines, named, strict=True)
    )


def terms_of(entry, price):
    """The ledger's columns of one subcontractor of an opened offer, as the bid says them."""
    share = Decimal(entry["share_percent"]) if entry.get("share_percent") else None
    pounds = entry.get("share_pounds")
    if pounds is None and share is not None and price is not None:
        pounds = (price * share / 100).quantize(CENT, ROUND_HALF_UP)
    return {
        "role": entry.get("role") or "",
        "categories": entry.get("categories") or [],
        "areas": entry.get("areas") or [],
        "share_percent": share,
        "share_pounds": pounds,
        "volume_per_quarter": entry.get("volume_per_quarter", entry.get("volume")),
        "payment_days": entry.get("payment_days"),
        "starts_on": entry.get("starts_on") or None,
        "relied_on": bool(entry.get("relied_on")),
        "consent": entry.get("consent"),
    }
