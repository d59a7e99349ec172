"""Raising what nobody pressed a button for: a subcontractor relied on that has not signed."""

from django.db import transaction
from django.utils import timezone

from contracts.actions.findings import raise_finding
from contracts.actions.locking import locked
from contracts.models import ChainFinding, Contract, KeySubcontractor
from contracts.selectors.standing import subcontracts
from contracts.states import ContractState, FindingKind


def raise_unsigned(*, at):
    """A finding for each subcontract that is late: once for each date it should be signed by."""
    today = timezone.localdate(at)
    live = Contract.objects.filter(
        state__in=[ContractState.DRAFT, ContractState.SIGNED], is_history=False
    )
    rows = KeySubcontractor.objects.filter(contract__in=live, entries__relied_on=True).distinct()
    late = [each.row for each in subcontracts(rows) if each.is_found(today)]
    raised = [_raise(row, today, at) for row in late]
    return [finding for finding in raised if finding is not None]


@transaction.atomic
def _raise(row, today, at):
    # Whoever says that it is signed holds the contract: one of us sees what the other did.
    locked(row.contract)
    (late,) = subcontracts(KeySubcontractor.objects.filter(pk=row.pk))
    if not late.is_found(today):
        return None
    finding, _is_new = raise_finding(
        FindingKind.NOT_SIGNED,
        late.row.contract,
        subcontractor=late.row,
        key=_key(late),
        at=at,
        name=late.row.name,
        due_on=late.due_on,
    )
    return finding


def _key(late):
    """Once for each date; and anew where a signature that had settled it was taken back."""
    key = f"not_signed:{late.row.reference}:{late.due_on.isoformat()}"
    settled = ChainFinding.objects.filter(subcontractor=late.row, key__startswith=key)
    if settled.filter(settled_by_statement__isnull=False).exists():
        return f"{key}:{late.word.pk}"
    return key
