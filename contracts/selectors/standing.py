"""Whether a contract can be signed, what it says today, and how its subcontracts stand."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import F, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Coalesce

from contracts.models import (
    ChainDecision,
    KeySubcontractor,
    LedgerEntry,
    Modification,
    SubcontractStatement,
)
from contracts.states import ChainMove, ContractState, Signer
from framework_portal.reference.calendar import add_working_days
from framework_portal.reference.models import Period


def standstill_ends_on(award):
    """The last day of the standstill of an announced award; None where there is no such period.

    Eight working days, the day of publication counted as the first (Procurement Act 2023 s.51(2));
    announced for every award, so it may not be shorter (s.51(3) to (5)).
    """
    standstill = Period.objects.filter(slug="standstill").first()
    if standstill is None or award.announced_on is None:
        return None
    return add_working_days(award.announced_on - timedelta(days=1), standstill.working_days)


def with_current_terms(contracts):
    """`contracts` with `now_ends_on` and `now_value`: the last modification that says so holds."""
    changes = Modification.objects.filter(contract=OuterRef("pk")).order_by("-number")
    ends = changes.filter(ends_on__isnull=False).values("ends_on")[:1]
    value = changes.filter(value__isnull=False).values("value")[:1]
    return contracts.annotate(
        now_ends_on=Coalesce(Subquery(ends), F("ends_on")),
        now_value=Coalesce(Subquery(value), F("value")),
    )


def runs(today):
    """Condition on contracts with current terms: signed, begun and not over on the date `today`."""
    return Q(state=ContractState.SIGNED, starts_on__lte=today, now_ends_on__gte=today)


@dataclass
class Subcontract:
    """How the subcontract of one key subcontractor stands, with what each party said last."""

    row: KeySubcontractor
    by_lead: SubcontractStatement | None
    by_itself: SubcontractStatement | None
    decisions: list[ChainDecision]
    is_relied_on: bool
    is_ended: bool
    first_due_on: object

    @property
    def word(self):
        """The statement that counts: its own, and the lead's for whoever has no account."""
        return self.by_lead if self.row.supplier_id is None else self.by_itself

    @property
    def is_signed(self):
        return self.word is not None and self.word.signed_on is not None

    @property
    def decision(self):
        """The last decision, or None."""
        return self.decisions[-1] if self.decisions else None

    @property
    def is_waited_for(self):
        """Relied on, and not signed."""
        return self.is_relied_on and not self.is_ended and not self.is_signed

    @property
    def due_on(self):
        """By when it, or another, must be signed: as a direction says, or else the contract."""
        return (self.decision and self.decision.due_on) or self.first_due_on

    @property
    def is_decided(self):
        """Whether a decision lets the contract be signed all the same."""
        return self.decision is not None and self.decision.move in (
            *(ChainMove.ANOTHER, ChainMove.WITHOUT),
        )

    def is_late(self, today):
        """Whether it stops the signing: waited for, past its date, and nothing decided."""
        is_due = self.due_on is None or self.due_on < today
        return self.is_waited_for and not self.is_decided and is_due

    def is_found(self, today):
        """Whether the commissioner is told of it: its date has passed, and nobody let it be.

        A direction to sign with another is followed by a case that ends this line.
        """
        let_be = self.decision is not None and self.decision.move == ChainMove.WITHOUT
        is_past = self.due_on is not None and self.due_on < today
        return self.is_waited_for and not let_be and is_past

    def direction_failed(self, today):
        """Whether the lead was directed to sign with it and the date has passed (s.72(3))."""
        return self.is_waited_for and any(
            each.move == ChainMove.DIRECT and each.due_on < today for each in self.decisions
        )


def subcontracts_of(contract):
    """Every line of `contract` with its statements and decisions, in four queries."""
    return subcontracts(KeySubcontractor.objects.filter(contract=contract))


def subcontracts(rows):
    """The same of any key subcontractors."""
    said = SubcontractStatement.objects.order_by("pk").select_related("said_by")
    decided = ChainDecision.objects.order_by("pk").select_related("decided_by")
    rows = rows.select_related("supplier", "contract").prefetch_related(
        Prefetch("entries", queryset=LedgerEntry.objects.order_by("number")),
        Prefetch("statements", queryset=said),
        Prefetch("decisions", queryset=decided),
    )
    return [_subcontract(row) for row in rows.order_by("contract", "position")]


def _subcontract(row):
    entries, said = list(row.entries.all()), list(row.statements.all())
    last = {statement.party: statement for statement in said}
    current = entries[-1] if entries else None
    return Subcontract(
        row=row,
        by_lead=last.get(Signer.LEAD),
        by_itself=last.get(Signer.SUBCONTRACTOR),
        decisions=list(row.decisions.all()),
        is_relied_on=bool(current and current.relied_on),
        is_ended=bool(current and current.is_end),
        first_due_on=row.contract.chain_signs_by,
    )
