"""Filling in an unsigned contract: what the award left open, and nothing of what was promised."""

from django.db import transaction
from django.utils.translation import gettext as _

from contracts import guards
from contracts.actions.locking import locked
from contracts.models import ExtensionOption
from contracts.states import ContractKind, ContractState
from framework_portal.audit import trail
from framework_portal.refusals import Refused

MOST_OPTIONS = 10
FIELDS = [
    "kind",
    "legal_power",
    "value",
    "starts_on",
    "ends_on",
    "drift_limit_percent",
    "chain_signs_by",
]


@trail.keeps_refusals("contract.terms_refused", of="contract")
@guards.in_words
@transaction.atomic
def state_terms(*, contract, by, at, **terms):
    """Keep the `terms` (FIELDS) of an unsigned contract. Its price stays that of the bid."""
    contract = _unsigned(contract)
    terms = {name: terms[name] for name in FIELDS if name in terms}
    if contract.value is not None:
        terms.pop("value", None)
    if terms.get("kind", contract.kind) == ContractKind.CONTRACT:
        terms["legal_power"] = ""
    elif not terms.get("legal_power", contract.legal_power).strip():
        raise Refused(
            "no_power",
            _("Name the legal power the grant is paid under"),
            field="legal_power",
        )
    starts_on = terms.get("starts_on", contract.starts_on)
    ends_on = terms.get("ends_on", contract.ends_on)
    if starts_on and ends_on and ends_on < starts_on:
        raise Refused("dates", _("The end must be on or after the start"), field="ends_on")
    changed = [name for name, value in terms.items() if getattr(contract, name) != value]
    if not changed:
        return contract
    for name in changed:
        setattr(contract, name, terms[name])
    contract.save(update_fields=changed)
    said = {name: terms[name] for name in changed if name != "legal_power"}
    trail.record("contract.terms_stated", contract, by=by, changed=sorted(changed), **said)
    return contract


@trail.keeps_refusals("contract.option_refused", of="contract")
@guards.in_words
@transaction.atomic
def add_option(*, contract, months, notice_days, by, at):
    """Agree a right to make the contract longer by `months`."""
    contract = _unsigned(contract)
    options = list(contract.extension_options.order_by("position"))
    if len(options) >= MOST_OPTIONS:
        raise Refused("too_many", _("A contract has ten extension options at most"))
    position = options[-1].position + 1 if options else 1
    option = ExtensionOption.objects.create(
        contract=contract, position=position, months=months, notice_days=notice_days
    )
    trail.record("contract.option_added", contract, by=by, option=position, months=months)
    return option


@trail.keeps_refusals("contract.option_refused", of="contract")
@guards.in_words
@transaction.atomic
def remove_option(*, contract, position, by, at):
    """Take back an option that was not signed yet. Removed twice it is removed once."""
    contract = _unsigned(contract)
    removed, _rows = contract.extension_options.filter(position=position).delete()
    if removed:
        trail.record("contract.option_removed", contract, by=by, option=position)
    return contract


def _unsigned(contract):
    contract = locked(contract)
    if contract.state != ContractState.DRAFT:
        raise Refused("signed", _("Its terms stand since it was signed. Record a modification"))
    return contract
