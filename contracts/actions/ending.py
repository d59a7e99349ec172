"""Ending a contract before its time, and the notice that every end needs."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contracts import guards
from contracts.actions.locking import locked, words
from contracts.models import TerminationNotice
from contracts.selectors.ending import is_over, notice_days, notice_due_on, without_notice
from contracts.states import CONTRACT, ContractState
from framework_portal.audit import trail
from framework_portal.notifications import outbox
from framework_portal.refusals import Refused

# Before the last day, and then every week.
REMINDERS = (timedelta(days=10), timedelta(days=3))


@trail.keeps_refusals("contract.termination_refused", of="contract")
@guards.in_words
@transaction.atomic
def terminate_contract(*, contract, ends_on, reasons, by, at):
    """End a signed contract with the last day `ends_on`. It stays ended."""
    contract = locked(contract)
    reasons = words(reasons, field="reasons", message=_("Say why the contract ends"))
    if contract.state == ContractState.TERMINATED and (
        (contract.terminated_on, contract.terminated_because, contract.terminated_by_id)
        == (ends_on, reasons, by.pk)
    ):
        return contract  # pressed twice
    if contract.state == ContractState.DRAFT:
        raise Refused("unsigned", _("This contract was never signed"))
    reached = CONTRACT.target("terminate", contract.state)
    if ends_on < contract.signed_on:
        raise Refused("dates", _("It cannot end before it was signed"), field="ends_on")
    if ends_on > timezone.localdate(at):
        raise Refused(
            "future",
            _("Record the end on its last day or after. To agree an earlier end, modify it"),
            field="ends_on",
        )
    contract.state, contract.terminated_because = reached, reasons
    contract.terminated_on, contract.terminated_at, contract.terminated_by = ends_on, at, by
    fields = ["state", "terminated_on", "terminated_at", "terminated_by", "terminated_because"]
    contract.save(update_fields=fields)
    trail.record("contract.terminated", contract, by=by, ends_on=ends_on)
    for kind, reference, to in _parties(contract):
        outbox.queue(kind, to=to, key=f"{kind}:{reference}", thing=str(reference))
    return contract


def _parties(contract):
    yield "contract_terminated_lead", contract.reference, contract.supplier.contact_email
    for line in contract.subcontractors.filter(supplier__isnull=False).select_related("supplier"):
        yield "contract_terminated_subcontractor", line.reference, line.supplier.contact_email


@trail.keeps_refusals("contract.notice_refused", of="contract")
@guards.in_words
@transaction.atomic
def record_termination_notice(*, contract, published_on, notice_reference, by, at):
    """Keep where the termination notice (UK11) was published. The first word stands."""
    contract = locked(contract)
    noted = TerminationNotice.objects.filter(contract=contract).first()
    if noted is not None:
        if (noted.published_on, noted.notice_reference) == (published_on, notice_reference):
            return noted  # pressed twice
        raise Refused("noted", _("The notice of this contract is recorded already"))
    if not is_over(contract, timezone.localdate(at)):
        raise Refused("runs", _("The contract has not ended"))
    if published_on > timezone.localdate(at):
        raise Refused("future", _("The notice cannot be of a day to come"), field="published_on")
    notice = TerminationNotice.objects.create(
        contract=contract,
        published_on=published_on,
        notice_reference=notice_reference,
        recorded_at=at,
        recorded_by=by,
    )
    trail.record("contract.notice_recorded", contract, by=by, published_on=published_on)
    return notice


@transaction.atomic
def remind_of_notices(*, at):
    """Remind the commissioner of the notices that are due: once for each reminder of each end."""
    today = timezone.localdate(at)
    rows, days = [], notice_days()
    for contract in without_notice(today):
        due_on = notice_due_on(contract, days)
        key = f"notice_due:{contract.reference}:{due_on}"
        passed = [f"{span.days}" for span in REMINDERS if due_on - span <= today]
        if today > due_on:
            passed.append(f"late-{(today - due_on).days // 7}")
        if passed:
            rows.append(
                {
                    "to": contract.commissioner.contact_email,
                    "key": f"{key}:{passed[-1]}",
                    "context": {"contract": str(contract.reference)},
                }
            )
    return outbox.queue_many("termination_notice_due", rows)
