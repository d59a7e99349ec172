"""States and kinds of contracts and of what they promise."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from framework_portal.lifecycle import Lifecycle


class ContractKind(models.TextChoices):
    """A purchase, or a grant, which is not one (Government Functional Standard 015)."""

    CONTRACT = "contract", _("Contract")
    GRANT = "grant", _("Grant agreement")


class ContractState(models.TextChoices):
    """A stored decision; whether a contract runs or has ended is a matter of its dates."""

    DRAFT = "draft", _("Not signed")
    SIGNED = "signed", _("Signed")
    TERMINATED = "terminated", _("Terminated")


CONTRACT = Lifecycle(
    sign={ContractState.DRAFT: ContractState.SIGNED},
    terminate={
        ContractState.DRAFT: ContractState.TERMINATED,
        ContractState.SIGNED: ContractState.TERMINATED,
    },
)


class Basis(models.TextChoices):
    """What a line of the ledger rests on."""

    BID = "bid", _("The winning bid")
    HISTORY = "history", _("The public record")


class FindingKind(models.TextChoices):
    """What the portal noticed of a supply chain, for the commissioner to look at."""

    NOT_IN_LEDGER = "not_in_ledger", _("Paid, but not in the ledger")
    NOTHING_FLOWING = "nothing_flowing", _("In the ledger, but nothing flows")
    EMERGENCY_UNREVIEWED = "emergency_unreviewed", _("Emergency change not reviewed")
    DECISION_OVERDUE = "decision_overdue", _("Decision on a change is late")
    REPORT_OVERDUE = "report_overdue", _("Report is late")
    DRIFT = "drift", _("Delivery behind the promise")
    NOT_SIGNED = "not_signed", _("Subcontract not signed")
