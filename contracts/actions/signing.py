"""Signing a contract: after the standstill, whole, and with those the lead relies on."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contracts import guards
from contracts.actions.locking import locked
from contracts.selectors.standing import standstill_ends_on, subcontracts_of
from contracts.states import CONTRACT, ContractKind, ContractState
from framework_portal import wording
from framework_portal.audit import trail
from framework_portal.refusals import Refused


@trail.keeps_refusals("contract.signing_refused", of="contract")
@guards.in_words
@transaction.atomic
def sign_contract(*, contract, signed_on, no_claim, by, at, aware=False):
    """Record that both sides signed on `signed_on`.

    `no_claim`: the officer says that no claim was notified in the standstill, or that the
    suspension has ended (Procurement Act 2023 s.101); the portal cannot know. `aware`: the officer
    was shown who has not signed a subcontract while its date has not come.
    """
    contract = locked(contract)
    if (contract.state, contract.signed_by_id, contract.signed_on) == (
        *(ContractState.SIGNED, by.pk, signed_on),
    ):
        return contract  # pressed twice
    reached = CONTRACT.target("sign", contract.state)
    today = timezone.localdate(at)
    _refuse_incomplete(contract)
    _refuse_too_early(contract, signed_on, today)
    if not no_claim:
        raise Refused(
            "claim", _("Say that no claim stands in the way of signing"), field="no_claim"
        )
    chain = subcontracts_of(contract)
    _refuse_unsettled(chain, today, aware)

    contract.state, contract.signed_on = reached, signed_on
    contract.signed_at, contract.signed_by = at, by
    contract.save(update_fields=["state", "signed_on", "signed_at", "signed_by"])
    trail.record(
        "contract.signed",
        contract,
        by=by,
        signed_on=signed_on,
        no_claim=True,
        unsigned=[str(each.row.reference) for each in chain if each.is_waited_for],
    )
    return contract


def _refuse_incomplete(contract):
    for name, message in (
        ("value", _("State the value before the contract is signed")),
        ("starts_on", _("State the start before the contract is signed")),
        ("ends_on", _("State the end before the contract is signed")),
    ):
        if getattr(contract, name) is None:
            raise Refused("incomplete", message)
    if contract.kind == ContractKind.GRANT and not contract.legal_power:
        raise Refused("no_power", _("Name the legal power the grant is paid under"))


def _refuse_too_early(contract, signed_on, today):
    if signed_on > today:
        raise Refused("future", _("The day of signing cannot be in the future"), field="signed_on")
    ends_on = standstill_ends_on(contract.award)
    if ends_on is not None and signed_on <= ends_on:
        raise Refused(
            "standstill",
            _("The standstill lasts until the end of %(day)s. Sign the contract after it")
            % {"day": wording.day(ends_on)},
            field="signed_on",
        )


def _refuse_unsettled(chain, today, aware):
    late = [each for each in chain if each.is_late(today)]
    if late:
        raise Refused(
            "chain",
            _("%(name)s, which the lead relies on, has not signed. Decide about it first")
            % {"name": late[0].row.name},
        )
    if any(each.is_waited_for for each in chain) and not aware:
        raise Refused(
            "unaware",
            _("Say that you know who has not signed a subcontract yet"),
            field="aware",
        )
