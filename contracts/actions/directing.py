"""What a commissioner does where a subcontractor relied on has not signed (s.72)."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bids.actions.next_award import refuse_award
from contracts import guards
from contracts.actions.locking import locked, words
from contracts.models import ChainDecision, KeySubcontractor
from contracts.selectors.standing import subcontracts
from contracts.states import CONTRACT, ChainMove, ContractState
from framework_portal.audit import trail
from framework_portal.notifications import outbox
from framework_portal.refusals import Refused

ONLY_BEFORE_SIGNING = [ChainMove.WITHOUT, ChainMove.REFUSE]
AFTER_A_DIRECTION = [ChainMove.ANOTHER, ChainMove.REFUSE]


@trail.keeps_refusals("chain.decision_refused", of="subcontractor")
@guards.in_words
@transaction.atomic
def decide_chain(*, subcontractor, move, reasons, due_on, by, at):
    """Direct the lead, refuse the contract, or go on; lead and subcontractor are told.

    The ledger is not changed: what is owed to the subcontractor is changed by a granted case alone.
    A contract that is refused ends unsigned, and its award falls with it.
    """
    contract = locked(subcontractor.contract)
    (standing,) = subcontracts(KeySubcontractor.objects.filter(pk=subcontractor.pk))
    today = timezone.localdate(at)
    reasons = words(reasons, field="reasons", message=_("Give the reasons of this decision"))
    due_on = due_on if move in ChainMove.directions() else None
    if _is_said(standing.decision, move, reasons, due_on, by):
        return standing.decision  # pressed twice
    _refuse_wrong(contract, standing, move, today)
    if move in ChainMove.directions() and (due_on is None or due_on <= today):
        raise Refused("due", _("The lead needs a date after today"), field="due_on")
    decision = ChainDecision.objects.create(
        subcontractor=subcontractor,
        move=move,
        reasons=reasons,
        due_on=due_on,
        decided_at=at,
        decided_by=by,
    )
    if move == ChainMove.REFUSE:
        _refuse_contract(contract, reasons, by, at, today)
    _tell(contract, subcontractor, decision)
    trail.record("chain.decided", decision, by=by, move=str(move), due_on=due_on)
    return decision


def _is_said(last, move, reasons, due_on, by):
    return last is not None and (last.move, last.reasons, last.due_on, last.decided_by_id) == (
        *(move, reasons, due_on, by.pk),
    )


def _refuse_wrong(contract, standing, move, today):
    if contract.state == ContractState.TERMINATED:
        raise Refused("ended", _("This contract has ended"))
    if not standing.is_relied_on or standing.is_ended:
        raise Refused(
            "not_relied_on",
            _("This can be decided of a subcontractor that the lead relies on only"),
        )
    if standing.is_signed:
        raise Refused("has_signed", _("It has signed its subcontract in the meantime"))
    if move in ONLY_BEFORE_SIGNING and contract.state != ContractState.DRAFT:
        raise Refused("signed", _("The contract is signed. Direct the lead, or end the contract"))
    if move in AFTER_A_DIRECTION and not standing.direction_failed(today):
        raise Refused(
            "not_directed",
            _("First direct the lead to sign with it. This can follow when the date has passed"),
            field="move",
        )


def _refuse_contract(contract, reasons, by, at, today):
    contract.state = CONTRACT.target("terminate", contract.state)
    contract.terminated_on, contract.terminated_at, contract.terminated_by = today, at, by
    contract.terminated_because = reasons
    fields = ["state", "terminated_on", "terminated_at", "terminated_by", "terminated_because"]
    contract.save(update_fields=fields)
    trail.record("contract.refused", contract, by=by)
    refuse_award(award=contract.award, by=by, at=at)


def _tell(contract, subcontractor, decision):
    key = f"chain_decision:{decision.reference}"
    outbox.queue(
        "chain_decision_lead",
        to=contract.supplier.contact_email,
        key=f"{key}:lead",
        contract=str(contract.reference),
    )
    if subcontractor.supplier_id is not None:
        outbox.queue(
            "chain_decision_subcontractor",
            to=subcontractor.supplier.contact_email,
            key=f"{key}:subcontractor",
            subcontract=str(subcontractor.reference),
        )
