"""What stands in a requested change, and what must be known to decide it."""

from decimal import Decimal

from django.db.models import Exists, Max, OuterRef
from django.utils import timezone

from contracts.models import AffectedView, ChangeCase, LedgerEntry, ProposalAnswer
from contracts.models.terms import Terms
from contracts.states import CaseKind, CaseParty, ContractState, TermsAnswer
from framework_portal.reference.calendar import working_days_between

# The columns in which a proposed line and an entry of the ledger are alike.
TERMS = [field.name for field in Terms._meta.fields]


def last_day_of(contract):
    """The day on which the contract ends, as it was last modified."""
    moved = contract.modifications.filter(ends_on__isnull=False).order_by("-number").first()
    return moved.ends_on if moved else contract.ends_on


def is_in_force(contract, *, on):
    """Signed, not terminated, and not at its end: the promises bind from the signature on."""
    ends_on = last_day_of(contract)
    return contract.state == ContractState.SIGNED and (ends_on is None or on <= ends_on)


def current_entry(subcontractor):
    """What `subcontractor` is owed now; None where its line has no entry."""
    return subcontractor.entries.order_by("-number").first()


def changeable(contract):
    """The key subcontractors who are still owed something, each with its `entry` and `open_case`.

    In a constant number of queries.
    """
    held = LedgerEntry.objects.current().filter(subcontractor__contract=contract, is_end=False)
    rows = held.select_related("subcontractor__supplier").order_by("subcontractor__position")
    asked = {case.subcontractor_id: case for case in contract.cases.waiting()}
    lines = []
    for entry in rows:
        line = entry.subcontractor
        line.entry, line.open_case = entry, asked.get(line.pk)
        lines.append(line)
    return lines


def share_left(contract, *, on, but=None):
    """How many per cent of the price are left to promise from the day `on`, `but` one line aside.

    Of each line the most that is owed to it on that day or later.
    """
    held = LedgerEntry.objects.owed_from(on).filter(subcontractor__contract=contract, is_end=False)
    if but is not None:
        held = held.exclude(subcontractor=but)
    most = held.order_by().values("subcontractor").annotate(most=Max("share_percent"))
    return 100 - sum((row["most"] or 0 for row in most), Decimal(0))


def time_is_over(case, *, at):
    """Whether the days in which a view is waited for have passed."""
    return case.views_due_on is None or timezone.localdate(at) > case.views_due_on


def days_left(case, *, at):
    """How many working days are left for a view, today's aside; 0 where none is waited for."""
    if time_is_over(case, at=at):
        return 0
    return working_days_between(timezone.localdate(at), case.views_due_on)


def is_heard(case, *, at):
    """Whether the affected subcontractor said all it wants to say, or its time is over.

    A first word ends nothing: the ten working days to be heard are its own. Not for the lead.
    """
    said_all = AffectedView.objects.filter(case=case, says_all=True)
    return time_is_over(case, at=at) or said_all.exists()


def needs_consent(case, line):
    """Whether `line` takes effect only with the consent of whom it is for.

    A reduction and an end take away and ask nothing: there the subcontractor is heard.
    """
    return line.party == CaseParty.REPLACEMENT or case.kind == CaseKind.CHANGE


def takes_answers(case, line):
    """Whether whom `line` is for may say yes or no to it."""
    return needs_consent(case, line) or case.kind == CaseKind.REDUCE


def unanswered(user):
    """The waiting cases that would bring in an organisation of `user`, and it has not answered."""
    answers = ProposalAnswer.objects.filter(
        line__case=OuterRef("pk"), line__party=CaseParty.REPLACEMENT
    )
    waiting = ChangeCase.objects.waiting().asking(user)
    return list(waiting.filter(~Exists(answers)).order_by("decide_by", "pk"))


def answers_of(case):
    """The answer that counts of each proposed line that has one: by the line's key."""
    rows = ProposalAnswer.objects.filter(line__case=case).order_by("line", "number")
    return {answer.line_id: answer for answer in rows.select_related("answered_by")}


def not_agreed(case):
    """The proposed lines whose consent is needed and was not given."""
    answers = answers_of(case)
    return [
        line
        for line in case.lines.all()
        if needs_consent(case, line)
        and (line.pk not in answers or answers[line.pk].answer != TermsAnswer.AGREED)
    ]


def edition_of(case):
    """A number that grows with every word said in the case: what a decision was read from."""
    answers = ProposalAnswer.objects.filter(line__case=case).count()
    return answers + AffectedView.objects.filter(case=case).count()


def statement_terms(line):
    """The terms of `line` as plain values, under the names that consents in bids use."""
    return {
        "name": line.name,
        "role": line.role,
        "categories": sorted(line.categories),
        "areas": sorted(line.areas),
        "share_percent": _text(line.share_percent),
        "pounds": _text(line.share_pounds),
        "volume": line.volume_per_quarter,
        "payment_days": line.payment_days,
        "starts_on": line.starts_on and line.starts_on.isoformat(),
        "relied_on": line.relied_on,
    }


def _text(number):
    return None if number is None else f"{number:.2f}"
