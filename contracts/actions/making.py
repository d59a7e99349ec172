"""Award makes the contract: its obligations are those of the winning bid, unchanged."""

from django.db import transaction

from bids.content import empty, pounds_of
from bids.models import Award
from bids.selectors.agreed import agreed_in
from bids.selectors.evaluation import opened_offer
from bids.states import AwardState, Decision
from contracts.models import Contract, KeySubcontractor, LedgerEntry
from contracts.models.contract import EARLIEST, LATEST
from contracts.states import Basis, ContractKind
from framework_portal.audit import trail
from framework_portal.each import for_each
from suppliers.models import Supplier

ANNOUNCED = [AwardState.ANNOUNCED, AwardState.CONFIRMED]


def make_missing(*, at):
    """The contract of every announced award that has none yet, each on its own; how many are new.

    One that cannot be made is logged, and keeps no other waiting.
    """

    def make_missing_contract(award):
        return len(_make_all(_lacking().filter(pk=award.pk), at))

    return for_each(_lacking().order_by("pk"), make_missing_contract)


@transaction.atomic
def make_contracts(*, at, competition=None):
    """The contracts of the announced awards that have none yet, all or none; answers the new ones.

    Run twice or in parallel, each award has one contract: the awards are locked, and the
    database holds one row for each.
    """
    awards = _lacking()
    if competition is not None:
        awards = awards.filter(lot__competition=competition)
    return _make_all(awards, at)


def _lacking():
    return Award.objects.filter(
        is_history=False, decision=Decision.AWARD, state__in=ANNOUNCED, contract=None
    )


def _make_all(awards, at):
    rows = awards.select_for_update(of=("self",)).select_related(
        "lot__competition", "bid__supplier", "bid__opened", "bid__opened_price", "bid__lot"
    )
    return [_make(award, at) for award in rows.order_by("pk")]


def _make(award, at):
    offer = empty() | (opened_offer(award.bid) or {})
    competition = award.lot.competition
    contract = Contract.objects.create(
        award=award,
        lot=award.lot,
        commissioner_id=competition.commissioner_id,
        supplier=award.bid.supplier,
        lead_name=award.lead_name,
        kind=competition.kind,
        legal_power=competition.legal_power if competition.kind == ContractKind.GRANT else "",
        value=offer["price"],
        starts_on=_reasonable(competition.service_starts_on),
        ends_on=_reasonable(competition.service_ends_on),
        made_at=at,
    )
    _open_ledger(contract, offer, at)
    trail.record("contract.made", contract, award=str(award.reference))
    return contract


def _reasonable(day):
    """The day, or none where its year was mistyped: the officers then state it anew."""
    return day if day and EARLIEST <= day <= LATEST else None


def _open_ledger(contract, offer, at):
    agreed = agreed_in(offer)
    keys = [each.supplier for each in agreed if each.supplier]
    found = Supplier.objects.filter(reference__in=keys)
    suppliers = {str(supplier.reference): supplier for supplier in found}
    lines = KeySubcontractor.objects.bulk_create(
        KeySubcontractor(
            contract=contract,
            position=position,
            name=each.name,
            named_as=each.named_as,
            supplier=suppliers.get(each.supplier),
            added_at=at,
        )
        for position, each in enumerate(agreed, start=1)
    )
    LedgerEntry.objects.bulk_create(
        LedgerEntry(
            subcontractor=line,
            number=1,
            basis=Basis.BID,
            consent=each.consent,
            made_at=at,
            **ledger_terms(offer, each.entry),
        )
        for line, each in zip(lines, agreed, strict=True)
    )


def ledger_terms(offer, entry):
    """The ledger's columns of one subcontractor of an opened offer, as the bid says them."""
    return {
        "role": entry["role"],
        "categories": entry["categories"],
        "areas": entry["areas"],
        "share_percent": entry["share_percent"],
        "share_pounds": pounds_of(offer, entry),
        "volume_per_quarter": entry["volume"],
        "payment_days": entry["payment_days"],
        "starts_on": entry["starts_on"] or None,
        "relied_on": entry["relied_on"],
    }
