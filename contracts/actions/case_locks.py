"""Locks of requested changes: the contract first and then the case, where both are needed."""

from contracts.models import ChangeCase, Contract


def locked(case):
    """The case as it is, with its row locked; its contract and parties are at hand."""
    return (
        ChangeCase.objects.select_for_update(of=("self",))
        .select_related("contract__lot", "contract__supplier", "subcontractor__supplier")
        .select_related("replacement", "invitation__accepted_for")
        .get(pk=case.pk)
    )


def locked_with_contract(case):
    """The same, under the lock of its contract: for what others of its cases must wait for."""
    contract = Contract.objects.select_for_update(of=("self",)).get(pk=case.contract_id)
    case = locked(case)
    case.contract = contract
    return case
