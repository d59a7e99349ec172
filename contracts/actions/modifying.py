"""Modifying a signed contract: rows beside it, and what holds now is the last that says so."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contracts import guards
from contracts.actions.locking import locked, words
from contracts.models import Contract, Modification
from contracts.models.contract import LATEST
from contracts.selectors.standing import with_current_terms
from contracts.states import ContractState
from framework_portal.audit import trail
from framework_portal.refusals import Refused
from suppliers.periods import months_after


@trail.keeps_refusals("contract.modification_refused", of="contract")
@guards.in_words
@transaction.atomic
def modify_contract(
    *, contract, what, reasons, agreed_on, by, at, ends_on=None, value=None, option=None, seen=None
):
    """Record a modification, with a new end, a new value or an option taken where there is one.

    Light-touch contracts may be modified freely, but not to swap the supplier (Procurement Act
    2023 s.74(2) and (9)): who leads never changes, and who delivers changes by a case. `seen` is
    how many modifications the page showed: what came between is looked at first.
    """
    contract = locked(contract)
    if contract.state != ContractState.SIGNED:
        raise Refused("illegal_move", _("Only a signed contract is modified"))
    what = words(what, field="what", message=_("Say what changes"))
    reasons = words(reasons, field="reasons", message=_("Say why it changes"))
    done = list(contract.modifications.order_by("number"))
    if seen is not None and seen != len(done):
        if done and _is_said(done[-1], what, reasons, agreed_on, by):
            return done[-1]  # pressed twice
        raise Refused("changed", _("Another modification was recorded meanwhile. Look at it first"))
    if agreed_on > timezone.localdate(at):
        raise Refused(
            "future", _("The day it was agreed cannot be in the future"), field="agreed_on"
        )
    if agreed_on < contract.signed_on:
        raise Refused(
            "before", _("A modification comes after the contract was signed"), field="agreed_on"
        )
    now = with_current_terms(Contract.objects.filter(pk=contract.pk)).get()
    if option is not None:
        ends_on = _option_end(contract, option, now)
    if ends_on is not None and ends_on < contract.starts_on:
        raise Refused("dates", _("The end must be on or after the start"), field="ends_on")
    modification = Modification.objects.create(
        contract=contract,
        number=len(done) + 1,
        what=what,
        reasons=reasons,
        ends_on=ends_on,
        value=value,
        option=option,
        agreed_on=agreed_on,
        recorded_at=at,
        recorded_by=by,
    )
    trail.record(
        "contract.modified",
        contract,
        by=by,
        number=modification.number,
        ends_on=ends_on,
        value=value,
        option=option and option.position,
    )
    return modification


def _is_said(last, what, reasons, agreed_on, by):
    said = (last.what, last.reasons, last.agreed_on, last.recorded_by_id)
    return said == (what, reasons, agreed_on, by.pk)


def _option_end(contract, option, now):
    if option.contract_id != contract.pk:
        raise Refused("option", _("Choose an option of this contract"), field="option")
    if Modification.objects.filter(option=option).exists():
        raise Refused("taken", _("This option was taken already"), field="option")
    try:
        ends_on = months_after(now.now_ends_on, option.months)
    except ValueError:  # after the year 9999
        ends_on = None
    if ends_on is None or ends_on > LATEST:
        raise Refused("dates", _("The contract would end too late"), field="option")
    return ends_on
