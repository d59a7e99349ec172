"""The contracts of the past, made from past awards: who led what, and with whom.

Nothing is invented: no value, no signature, no role, share or consent is in the public record.
"""

import uuid

from django.db import transaction

from bids.history import NAMES
from bids.models import Award, NamedSubcontractor
from bids.states import Decision
from contracts.models import Contract, KeySubcontractor, LedgerEntry
from contracts.states import Basis, ContractState
from framework_portal.audit import trail
from framework_portal.reference.actions.upsert import Outcome


@transaction.atomic
def make_history_contracts(*, at, by=None):
    """Bring the contracts of the past to the past awards; gives what was done.

    Safe to run again. A ledger only grows: whom the mended record no longer names has an entry
    more, which ends it.
    """
    awards = list(
        Award.objects.select_for_update(of=("self",))
        .filter(is_history=True, decision=Decision.AWARD)
        .select_related("lot__competition", "contract")
        .order_by("pk")
    )
    contracts, made, mended = {}, [], []
    for award in awards:
        held = getattr(award, "contract", None)
        contract = held or _contract(award, at)
        contracts[award.pk] = contract
        if held is None:
            made.append(contract)
        elif held.lead_name != award.lead_name:
            held.lead_name = award.lead_name
            mended.append(held)
    Contract.objects.bulk_create(made)
    Contract.objects.bulk_update(mended, ["lead_name"])
    trail.record_many("contract.made", made, by=by)
    trail.record_many("contract.history_mended", mended, by=by)
    return {
        "contracts": Outcome(len(made), len(mended), len(awards) - len(made) - len(mended)),
        "subcontractors promised work": _name_chain(contracts, at),
    }


def _contract(award, at):
    lot = award.lot
    return Contract(
        reference=uuid.uuid5(NAMES, f"{lot.outside_reference or award.reference} contract"),
        award=award,
        lot=lot,
        commissioner_id=lot.competition.commissioner_id,
        lead_name=award.lead_name,
        state=ContractState.SIGNED,
        is_history=True,
        starts_on=lot.competition.service_starts_on,
        ends_on=lot.competition.service_ends_on,
        made_at=at,
    )


def _name_chain(contracts, at):
    """Lines and entries for whom the record names; `contracts` are by the key of their award."""
    lines = {
        (line.contract_id, line.name): line
        for line in KeySubcontractor.objects.filter(contract__in=contracts.values())
    }
    newest = {
        entry.subcontractor_id: entry
        for entry in LedgerEntry.objects.current().filter(subcontractor__in=lines.values())
    }
    last = {}
    for line in lines.values():
        last[line.contract_id] = max(last.get(line.contract_id, 0), line.position)
    named, new = set(), []
    for row in NamedSubcontractor.objects.filter(award__in=contracts).order_by("award", "position"):
        contract = contracts[row.award_id]
        named.add((contract.pk, row.name))
        if (contract.pk, row.name) not in lines:
            last[contract.pk] = last.get(contract.pk, 0) + 1
            new.append(_line(contract, row.name, last[contract.pk], at))
    KeySubcontractor.objects.bulk_create(new)
    # Whom the record named, no longer names, and names again.
    turned = [
        _entry(line, newest[line.pk].number + 1, at, is_end=key not in named)
        for key, line in lines.items()
        if newest[line.pk].is_end == (key in named)
    ]
    LedgerEntry.objects.bulk_create([*(_entry(line, 1, at) for line in new), *turned])
    return Outcome(len(new), len(turned), len(lines) - len(turned))


def _line(contract, name, position, at):
    return KeySubcontractor(
        reference=uuid.uuid5(contract.reference, name),
        contract=contract,
        position=position,
        name=name,
        added_at=at,
    )


def _entry(line, number, at, *, is_end=False):
    return LedgerEntry(
        subcontractor=line, number=number, basis=Basis.HISTORY, is_end=is_end, made_at=at
    )
