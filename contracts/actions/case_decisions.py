"""The commissioner decides a requested change; a granted one is in the ledger in that instant."""

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from contracts import case_periods
from contracts.actions import case_inviting, case_news, newcomers
from contracts.actions.case_locks import locked_with_contract
from contracts.actions.findings import raise_finding
from contracts.actions.proposing import refuse_share
from contracts.models import KeySubcontractor, LedgerEntry
from contracts.selectors.cases import (
    TERMS,
    answers_of,
    edition_of,
    is_heard,
    is_in_force,
    not_agreed,
)
from contracts.states import (
    CASE,
    Basis,
    CaseParty,
    CaseState,
    Emergency,
    FindingKind,
    ReviewOutcome,
)
from framework_portal.audit import trail
from framework_portal.refusals import Refused
from framework_portal.wording import day


@trail.keeps_refusals("case.decision_refused", of="case")
@transaction.atomic
def decide_case(*, case, grant, reasons, by, at, edition=None):
    """Grant it, and write the ledger, or refuse it: with reasons, once.

    `edition` is what the page was made from: what was said since is read before it is decided.
    Of two officers at once the second is told that it is decided.
    """
    case = locked_with_contract(case)
    _refuse_party(case, by)
    reasons = _said(reasons, "reasons", _("Give your reasons"))
    wanted = CaseState.GRANTED if grant else CaseState.REFUSED
    if (case.state, case.decided_by_id, case.reasons) == (wanted, by.pk, reasons):
        return case  # pressed twice
    case.state = CASE.target("grant" if grant else "refuse", case.state)
    if edition is not None and edition != edition_of(case):
        raise Refused("news", _("Something was said in the meantime. Read it before you decide"))
    if grant:
        _refuse_ungrantable(case, at)
    case.decided_at, case.decided_by, case.reasons = at, by, reasons
    case.save(
        update_fields=[
            *("state", "decided_at", "decided_by", "reasons"),
            *("before_hearing", "review_due_on"),
        ]
    )
    if grant:
        _carry_out(case)
    case_news.tell_ended(case)
    case_inviting.let_go(case, by=by, at=at)
    trail.record(f"case.{wanted.value}", case, by=by, before_hearing=case.before_hearing)
    return case


@trail.keeps_refusals("case.review_refused", of="case")
@transaction.atomic
def review_case(*, case, outcome, words, by, at, edition=None):
    """Look again at what took effect before the hearing: another officer, with the view at hand.

    The ledger is not turned back here: what the change took away is given back by a new case,
    and until then a finding stands.
    """
    case = locked_with_contract(case)  # a finding refers to the contract
    _refuse_party(case, by)
    words = _said(words, "words", _("Say what you found"))
    if (case.review_outcome, case.reviewed_by_id, case.review_words) == (outcome, by.pk, words):
        return case  # pressed twice
    CASE.target("review", case.state)
    if not case.waits_for_review:
        raise Refused("reviewed", _("There is nothing to review, or it was reviewed already"))
    if by.pk == case.decided_by_id:
        raise Refused("same_officer", _("Another officer than the one who granted it reviews it"))
    if not is_heard(case, at=at):
        raise Refused("not_heard", _still_heard(case))
    if edition is not None and edition != edition_of(case):
        raise Refused("news", _("Something was said in the meantime. Read it before you review"))
    case.reviewed_at, case.reviewed_by = at, by
    case.review_outcome, case.review_words = outcome, words
    case.save(update_fields=["reviewed_at", "reviewed_by", "review_outcome", "review_words"])
    if outcome == ReviewOutcome.NOT_UPHELD:
        raise_finding(
            FindingKind.EMERGENCY_NOT_UPHELD,
            case.contract,
            subcontractor=case.subcontractor,
            key=f"case-not-upheld:{case.reference}",
            at=at,
            case=str(case.reference),
        )
    case_news.tell_reviewed(case)
    trail.record("case.reviewed", case, by=by, outcome=str(outcome))
    return case


def _refuse_ungrantable(case, at):
    if not is_in_force(case.contract, on=timezone.localdate(at)):
        raise Refused("not_in_force", _("The contract is no longer in force"))
    missing = [line.name for line in not_agreed(case)]
    if missing:
        raise Refused(
            "not_agreed",
            _("%(name)s has not agreed to the proposed terms. You cannot grant it before")
            % {"name": missing[0]},
        )
    if case.replacement is not None:
        newcomers.refuse_standing(case, at)
    lines = list(case.lines.all())
    newcomers.refuse_unqualified(case, lines, at)
    refuse_share(case, lines, on=_begins(case, at))
    if not is_heard(case, at=at):
        if case.emergency == Emergency.NONE:
            raise Refused("not_heard", _still_heard(case))
        case.before_hearing = True
        case.review_due_on = case_periods.day_after(case_periods.REVIEW, at)


def _refuse_party(case, by):
    # Asked under the lock: an officer may have joined one of them since the page was made.
    if case_news.people_of(case).filter(user=by).exists():
        raise Refused(
            "own_case",
            _("You belong to an organisation that this is about. Another officer decides"),
        )


def _still_heard(case):
    return _("%(name)s has not said all it wants to say, and has time until the end of %(day)s") % {
        "name": case.subcontractor.name,
        "day": day(case.views_due_on),
    }


def _carry_out(case):
    """The entries of the ledger, equal to what was proposed: the database compares them."""
    answers = answers_of(case)
    begins = _begins(case, case.decided_at)
    for line in case.lines.order_by("party"):
        subcontractor, answer = case.subcontractor, answers.get(line.pk)
        if line.party == CaseParty.REPLACEMENT:
            subcontractor = _newcomer(case, line, answer)
        number = subcontractor.entries.aggregate(last=Max("number"))["last"] or 0
        LedgerEntry.objects.create(
            subcontractor=subcontractor,
            number=number + 1,
            basis=Basis.CASE,
            case=case,
            in_force_from=begins,
            consent=answer.signed if answer else None,
            made_at=case.decided_at,
            **{name: getattr(line, name) for name in TERMS},
        )


def _begins(case, at):
    """The first day of what is granted at the instant `at`: never one that has passed."""
    return max(case.effective_on, timezone.localdate(at))


def _newcomer(case, line, answer):
    """In the name in which it agreed; what the lead called it stays beside."""
    subcontractors = case.contract.subcontractors
    last = subcontractors.aggregate(last=Max("position"))["last"] or 0
    name = answer.signed["statement"]["organisation_name"]
    if name != line.name and subcontractors.filter(name__iexact=name).exists():
        name = f"{name} ({line.name})"[:200]  # two lines of a quarter are told apart by name
    return KeySubcontractor.objects.create(
        contract=case.contract,
        position=last + 1,
        name=name,
        named_as="" if name == line.name else line.name,
        supplier=case.replacement,
        case=case,
        added_at=case.decided_at,
    )


def _said(text, field, missing):
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise Refused("empty", missing, field=field)
    return text
