"""Raising what nobody pressed a button for: a subcontractor relied on that has not signed."""

from django.db import transaction
from django.utils import timezone

from contracts.actions.findings import raise_finding
from contracts.models import Contract, KeySubcontractor
from contracts.selectors.standing import subcontracts
from contracts.states import ContractState, FindingKind


def raise_unsigned(*, at):
    """A finding for each subcontract that is late: once for each date it should be signed by."""
    today = timezone.localdate(at)
    live = Contract.objects.filter(
        state__in=[ContractState.DRAFT, ContractState.SIGNED], is_history=False
    )
    rows = KeySubcontractor.objects.filter(contract__in=live, entries__relied_on=True).distinct()
    late = [each for each in subcontracts(rows) if each.is_found(today)]
    return [_raise(each, at) for each in late]


@transaction.atomic
def _raise(late, at):
    finding, _is_new = raise_finding(
        FindingKind.NOT_SIGNED,
        late.row.contract,
        subcontractor=late.row,
        key=f"not_signed:{late.row.reference}:{late.due_on.isoformat()}",
        at=at,
        name=late.row.name,
        due_on=late.due_on,
    )
    return finding
