"""The agreement as its page shows it: what was signed, how it changed, and what holds today."""

from dataclasses import dataclass
from datetime import date

from contracts.models import Contract, Modification, TerminationNotice
from contracts.selectors.ending import is_over, notice_due_on
from contracts.selectors.standing import standstill_ends_on, with_current_terms
from contracts.states import ContractState
from suppliers.periods import months_after


@dataclass
class Agreement:
    """One contract with everything that was agreed about its term and value."""

    contract: Contract
    modifications: list[Modification]
    options: list
    standstill_ends_on: date | None
    notice: TerminationNotice | None
    notice_due_on: date | None
    today: date

    @property
    def is_draft(self):
        return self.contract.state == ContractState.DRAFT

    @property
    def is_signed(self):
        return self.contract.state == ContractState.SIGNED

    @property
    def was_refused(self):
        return self.contract.state == ContractState.TERMINATED and self.contract.signed_on is None

    @property
    def in_standstill(self):
        """Whether the award may not be signed yet."""
        return (
            self.is_draft
            and self.standstill_ends_on is not None
            and self.today <= self.standstill_ends_on
        )

    @property
    def is_changed(self):
        """Whether term or value are not those that were signed."""
        was = self.contract.ends_on, self.contract.value
        return (self.contract.now_ends_on, self.contract.now_value) != was

    @property
    def left(self):
        """The options that nobody has taken."""
        return [option for option, taken in self.options if taken is None]

    @property
    def longest_end(self):
        """The last day if every option that is left were taken."""
        ends_on = self.contract.now_ends_on
        if ends_on is None or not self.left:
            return None
        return months_after(ends_on, sum(option.months for option in self.left))


def agreement_of(contract, *, today):
    """The agreement of `contract`, in a number of queries that is fixed."""
    found = with_current_terms(Contract.objects.for_list()).select_related("award")
    contract = found.select_related("signed_by", "terminated_by").get(pk=contract.pk)
    changes = list(contract.modifications.select_related("option", "recorded_by"))
    taken = {change.option_id: change for change in changes if change.option_id}
    has_ended = is_over(contract, today)
    return Agreement(
        contract=contract,
        modifications=changes,
        options=[(option, taken.get(option.pk)) for option in contract.extension_options.all()],
        standstill_ends_on=standstill_ends_on(contract.award),
        notice=TerminationNotice.objects.filter(contract=contract).first(),
        notice_due_on=notice_due_on(contract) if has_ended else None,
        today=today,
    )
