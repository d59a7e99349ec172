"""Bringing in an organisation that is asked by mail: the link, its taking up, and its end.

The lead names an address, as in a bid, and learns nothing of it: whether it has an account is
asked nowhere. The link is always sent anew, even to who has answered this lead before: which of
their organisations is meant, the holder of the mailbox says each time.
"""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bids.models import ConsentRequest
from contracts.actions import newcomers
from contracts.actions.case_locks import locked_with_contract
from contracts.models import ChangeCase
from contracts.states import CASE
from framework_portal.audit import trail
from framework_portal.refusals import Refused
from suppliers.actions.inviting import call_off, invite_organisation


def invite(case, email, at):
    """Ask the organisation behind `email` in for a case that is being raised, under its locks."""
    newcomers.refuse_address(case, email)
    _send(case, email, case.raised_by, at)


@trail.keeps_refusals("case.inviting_refused", of="case")
@transaction.atomic
def invite_again(*, case, by, at):
    """Send the link to the same address again, or a new one where it works no more."""
    case = locked_with_contract(case)
    CASE.target("answer", case.state)
    if not case.waits_for_taking_up:
        raise Refused("taken_up", _("An organisation has taken up the invitation already"))
    if case.invited_on == timezone.localdate(at):
        raise Refused("sent_today", _("The link was sent today already. Wait until tomorrow"))
    _send(case, case.invitation.email, by, at)
    case.save(update_fields=["invitation", "invited_on"])
    trail.record("case.invited_again", case, by=by)
    return case


def claim_for(*, by, at):
    """Every case that waits for an organisation of `by`, by the invitation that it took up.

    Done where such people come by, again and again. Gives what was refused: (case, code).
    """
    waiting = ChangeCase.objects.waiting().filter(
        replacement=None, invitation__accepted_for__memberships__user=by
    )
    refused = []
    for case in waiting.select_related("contract"):
        try:
            claim_case(case=case, by=by, at=at)
        except Refused as refusal:
            refused.append((case, refusal.code))
    return refused


@trail.keeps_refusals("case.claim_refused", of="case")
@transaction.atomic
def claim_case(*, case, by, at):
    """The organisation that took up the invitation is the one to come in. Twice is once."""
    case = locked_with_contract(case)
    if case.replacement is not None:
        return case
    CASE.target("answer", case.state)
    case.replacement, case.claimed_at = case.invitation.accepted_for, at
    newcomers.refuse_unfit(case, at)
    case.save(update_fields=["replacement", "claimed_at"])
    trail.record("case.claimed", case, by=by, supplier=case.replacement.reference)
    return case


def let_go(case, *, by, at):
    """The link of a case that ended stops working, unless it is waited for elsewhere."""
    invitation = case.invitation
    if invitation is None or case.replacement_id is not None:
        return
    others = ChangeCase.objects.waiting().filter(invitation=invitation).exclude(pk=case.pk)
    bids = ConsentRequest.objects.waiting_at(invitation.email, inviter=invitation.inviter_id, at=at)
    if not others.exists() and not bids.exists():
        call_off(invitation=invitation, by=by, at=at)


def _send(case, email, by, at):
    case.invitation = invite_organisation(inviter=case.contract.supplier, email=email, by=by, at=at)
    case.invited_on = timezone.localdate(at)
