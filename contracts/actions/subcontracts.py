"""What the lead and the subcontractor say of a subcontract, each for itself."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contracts import guards
from contracts.actions.findings import settle_by_signature
from contracts.actions.locking import locked
from contracts.models import KeySubcontractor, SubcontractStatement
from contracts.selectors.standing import subcontracts
from contracts.states import ContractState, Signer
from framework_portal.audit import trail
from framework_portal.refusals import Refused
from suppliers.actions.independence import refuse_people_of


@trail.keeps_refusals("subcontract.statement_refused", of="subcontractor")
@guards.in_words
@transaction.atomic
def state_subcontract(*, subcontractor, party, signed_on, by, at):
    """Keep that `party` signed the subcontract on `signed_on`, or with None that it has not yet.

    Said again, the same is kept once; something else is a new row beside the old. A signature that
    counts settles the finding that it was missing.
    """
    contract = locked(subcontractor.contract)
    if party == Signer.SUBCONTRACTOR:
        refuse_people_of(contract.supplier, by)
    if contract.is_history:
        raise Refused("history", _("This contract is from the public record"))
    if signed_on is not None and signed_on > timezone.localdate(at):
        raise Refused("future", _("The day of signing cannot be in the future"), field="signed_on")
    last = subcontractor.statements.filter(party=party).order_by("pk").last()
    if last is not None and last.signed_on == signed_on:
        return last
    if contract.state == ContractState.TERMINATED:
        raise Refused("ended", _("This contract has ended"))
    statement = SubcontractStatement.objects.create(
        subcontractor=subcontractor, party=party, signed_on=signed_on, said_at=at, said_by=by
    )
    trail.record(
        "subcontract.stated", statement, by=by, party=str(party), has_signed=signed_on is not None
    )
    (standing,) = subcontracts(KeySubcontractor.objects.filter(pk=subcontractor.pk))
    if signed_on is not None and standing.word == statement:
        settle_by_signature(statement=statement, at=at)
    return statement
