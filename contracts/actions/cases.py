"""A lead asks to change its supply chain, and takes it back."""

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from contracts import case_periods
from contracts.actions import case_inviting, case_news, newcomers
from contracts.actions.case_locks import locked
from contracts.actions.proposing import proposed_lines
from contracts.models import ChangeCase, Contract, ProposedLine
from contracts.selectors.cases import current_entry, is_in_force, last_day_of
from contracts.states import (
    BRINGS_IN,
    CASE,
    MAY_BE_URGENT,
    CaseKind,
    CaseState,
    Emergency,
)
from framework_portal.audit import trail
from framework_portal.refusals import Refused


@trail.keeps_refusals("case.raising_refused", of="contract")
@transaction.atomic
def raise_case(
    *,
    contract,
    kind,
    what,
    why,
    effective_on,
    by,
    at,
    subcontractor=None,
    replacement=None,
    name="",
    email="",
    terms=None,
    emergency=Emergency.NONE,
    emergency_facts="",
):
    """Ask the commissioner for a change; whom it is about is told at once, with its own days.

    `terms` are what the lead writes of the line that is to be (`proposing.WRITTEN`). Who comes in
    is the `replacement`, or an organisation called `name` that is invited at `email`.
    """
    # The contract's row: cases are numbered, and it must not be terminated meanwhile.
    contract = Contract.objects.select_for_update(of=("self",)).get(pk=contract.pk)
    case = ChangeCase(
        contract=contract,
        kind=kind,
        subcontractor=subcontractor if kind != CaseKind.ADD else None,
        replacement=replacement if kind in BRINGS_IN else None,
        what=_words(what, "what", _("Say what you ask for")),
        why=_words(why, "why", _("Say why you ask for it")),
        effective_on=effective_on,
        emergency=emergency,
        emergency_facts="" if emergency == Emergency.NONE else emergency_facts.strip(),
        raised_at=at,
        raised_by=by,
    )
    _refuse_untimely(case, at)
    _refuse_wrong_party(case)
    if kind in BRINGS_IN:
        _bring_in(case, name, email, at)
    case.number = (contract.cases.aggregate(last=Max("number"))["last"] or 0) + 1
    if case.subcontractor is not None:
        case.views_due_on = case_periods.day_after(case_periods.VIEW, at)
    is_urgent = emergency != Emergency.NONE
    decision = case_periods.EMERGENCY_DECISION if is_urgent else case_periods.DECISION
    case.decide_by = case_periods.day_after(decision, at)
    lines = proposed_lines(case, terms or {}, name=" ".join(name.split()))
    newcomers.refuse_unqualified(case, lines, at)
    case.save(force_insert=True)
    ProposedLine.objects.bulk_create(lines)
    case_news.tell_raised(case)
    trail.record("case.raised", case, by=by, kind=str(kind), contract=str(contract.reference))
    return case


@trail.keeps_refusals("case.withdrawal_refused", of="case")
@transaction.atomic
def withdraw_case(*, case, by, at):
    """The lead asks for it no more. Twice is once; what was decided stands."""
    case = locked(case)
    if case.state == CaseState.WITHDRAWN:
        return case
    case.state = CASE.target("withdraw", case.state)
    case.withdrawn_at, case.withdrawn_by = at, by
    case.save(update_fields=["state", "withdrawn_at", "withdrawn_by"])
    case_news.tell_ended(case)
    case_inviting.let_go(case, by=by, at=at)
    trail.record("case.withdrawn", case, by=by)
    return case


def _words(text, field, missing):
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise Refused("empty", missing, field=field)
    return text


def _refuse_untimely(case, at):
    today, contract = timezone.localdate(at), case.contract
    if not is_in_force(contract, on=today):
        raise Refused("not_in_force", _("Only a signed contract that has not ended is changed"))
    if case.effective_on < today:
        raise Refused("past", _("The change cannot begin in the past"), field="effective_on")
    ends_on = last_day_of(contract)
    if ends_on is not None and case.effective_on > ends_on:
        raise Refused("too_late", _("The contract ends before that day"), field="effective_on")
    if case.emergency != Emergency.NONE:
        if case.kind not in MAY_BE_URGENT:
            raise Refused("not_urgent", _("Only taking work away can be an emergency"))
        if not case.emergency_facts:
            raise Refused("no_facts", _("Say what has happened"), field="emergency_facts")


def _refuse_wrong_party(case):
    line = case.subcontractor
    if case.kind != CaseKind.ADD:
        if line is None or line.contract_id != case.contract.pk:
            raise Refused("not_named", _("This is no key subcontractor of the contract"))
        # Under the contract's lock, which every case of it takes.
        if ChangeCase.objects.waiting().filter(subcontractor=line).exists():
            raise Refused(
                "one_at_a_time", _("A change of this subcontractor is being decided already")
            )
        held = current_entry(line)
        if held is None or held.is_end:
            raise Refused("ended", _("The work of this subcontractor has ended already"))


def _bring_in(case, name, email, at):
    """Who was found may come in; who was not is asked by mail."""
    if case.replacement is not None or not email:
        newcomers.refuse_unfit(case, at)
        return
    newcomers.refuse_name(case, _words(name, "name", _("Enter the name of the organisation")))
    case_inviting.invite(case, email, at)
