"""Contracts that are over, and by when the notice of it is due (Procurement Act 2023 s.80)."""

from datetime import timedelta

from django.db.models import Q

from contracts.models import Contract
from contracts.selectors.standing import with_current_terms
from contracts.states import ContractState
from framework_portal.reference.models import Period

NOTICE_DAYS = 30


def ended_on(contract):
    """The last day of a contract read `with_current_terms`."""
    if contract.state == ContractState.TERMINATED:
        return contract.terminated_on
    return contract.now_ends_on


def is_over(contract, today):
    """Whether a signed contract has ended: by its date, or before."""
    found = Contract.objects.filter(pk=contract.pk, signed_on__isnull=False, is_history=False)
    return over(found, today).exists()


def over(contracts, today):
    """Those of `contracts` that were signed and have ended, with their current terms."""
    ended = Q(state=ContractState.TERMINATED) | Q(state=ContractState.SIGNED, now_ends_on__lt=today)
    return with_current_terms(contracts).filter(ended, signed_on__isnull=False, is_history=False)


def without_notice(today, contracts=None):
    """Those that have ended and whose termination notice is not recorded."""
    contracts = Contract.objects.all() if contracts is None else contracts
    found = over(contracts, today).filter(termination_notice=None)
    return found.select_related("commissioner", "lot").order_by("pk")


def notice_days():
    """How many days after the end the notice is due."""
    row = Period.objects.filter(slug="termination-notice").first()
    return row.days if row is not None and row.days else NOTICE_DAYS


def notice_due_on(contract, days=None):
    """The last day for the notice of a contract that is over."""
    return ended_on(contract) + timedelta(days=days or notice_days())
