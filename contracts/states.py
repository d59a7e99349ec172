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


class LineState(models.TextChoices):
    """Where one line of a quarter stands between the lead and the subcontractor."""

    ASKED = "asked", _("Waiting for the subcontractor")
    CONFIRMED = "confirmed", _("Confirmed")
    DISPUTED = "disputed", _("Disputed")
    SETTLED = "settled", _("Settled by the commissioner")
    # Paid to somebody who is not in the ledger, or who has no account to answer in.
    NOT_ASKED = "not_asked", _("Nobody to confirm it")


# Lines that a supply chain report is made from.
COUNTED = [LineState.CONFIRMED, LineState.SETTLED]

LINE = Lifecycle(
    confirm={LineState.ASKED: LineState.CONFIRMED},
    dispute={LineState.ASKED: LineState.DISPUTED},
    # The subcontractor is asked anew of what the lead changed.
    correct={
        LineState.ASKED: LineState.ASKED,
        LineState.CONFIRMED: LineState.ASKED,
        LineState.DISPUTED: LineState.ASKED,
        LineState.NOT_ASKED: LineState.NOT_ASKED,
    },
    settle={LineState.DISPUTED: LineState.SETTLED},
)


class Ruling(models.TextChoices):
    """Whose figures the commissioner holds to in a dispute about a line."""

    LEAD = "lead", _("The lead’s figures stand")
    SUBCONTRACTOR = "subcontractor", _("The subcontractor’s figures stand")


class ReportState(models.TextChoices):
    """A stored decision about a year's supply chain report."""

    DRAFT = "draft", _("Not signed")
    SIGNED = "signed", _("Signed, waiting for the commissioner")
    RETURNED = "returned", _("Returned to the lead")
    ACCEPTED = "accepted", _("Accepted and published")


UNSIGNED = [ReportState.DRAFT, ReportState.RETURNED]

REPORT = Lifecycle(
    write={ReportState.DRAFT: ReportState.DRAFT, ReportState.RETURNED: ReportState.RETURNED},
    sign={ReportState.DRAFT: ReportState.SIGNED, ReportState.RETURNED: ReportState.SIGNED},
    accept={ReportState.SIGNED: ReportState.ACCEPTED},
    return_to_lead={ReportState.SIGNED: ReportState.RETURNED},
    # A line was answered or settled after the signing: what was signed is no longer what is so.
    reopen={ReportState.SIGNED: ReportState.DRAFT},
)


class Basis(models.TextChoices):
    """What a line of the ledger rests on."""

    BID = "bid", _("The winning bid")
    HISTORY = "history", _("The public record")
    CASE = "case", _("A granted change")


class FindingKind(models.TextChoices):
    """What the portal noticed of a supply chain, for the commissioner to look at."""

    NOT_IN_LEDGER = "not_in_ledger", _("Paid, but not in the ledger")
    NOTHING_FLOWING = "nothing_flowing", _("In the ledger, but nothing flows")
    EMERGENCY_UNREVIEWED = "emergency_unreviewed", _("Emergency change not reviewed")
    EMERGENCY_NOT_UPHELD = "emergency_not_upheld", _("Emergency change not upheld")
    DECISION_OVERDUE = "decision_overdue", _("Decision on a change is late")
    REPORT_OVERDUE = "report_overdue", _("Report is late")
    DRIFT = "drift", _("Delivery behind the promise")
    NOT_SIGNED = "not_signed", _("Subcontract not signed")


class VoiceKind(models.TextChoices):
    """What a subcontractor reports in confidence."""

    EXCLUSIVITY = "exclusivity", _("I was asked to work for one lead only")
    LATE_PAY = "late_pay", _("I am paid late, or not in full")
    NO_WORK = "no_work", _("I do not get the work that was promised")
    PRESSURE = "pressure", _("I am put under pressure")
    SOMETHING_ELSE = "something_else", _("Something else")


class VoiceOutcome(models.TextChoices):
    """How a confidential report ended."""

    PUT_RIGHT = "put_right", _("It was put right")
    ADVISED = "advised", _("We told you what you can do")
    PASSED_ON = "passed_on", _("Passed on, with your agreement")
    NO_ACTION = "no_action", _("We looked into it and take no action")


class IntegrityKind(models.TextChoices):
    """What only an integrity officer is told."""

    EXCLUSIVITY = "exclusivity", _("Exclusivity was asked for")
    RETALIATION = "retaliation", _("An end or a cut after a confidential report")


class Signer(models.TextChoices):
    """Who says whether a subcontract is signed."""

    LEAD = "lead", _("The lead")
    SUBCONTRACTOR = "subcontractor", _("The subcontractor")


class ChainMove(models.TextChoices):
    """What a commissioner decides where a subcontractor relied on has not signed.

    Direct: Procurement Act 2023 s.72(2). Refuse and direct another follow a direction that the
    lead failed: s.72(3)(a) and (b). The section says "may": to go on without is to direct nobody,
    and the ledger keeps what is owed.
    """

    DIRECT = "direct", _("Direct the lead to sign with it")
    ANOTHER = "another", _("Direct the lead to sign with another")
    WITHOUT = "without", _("Go on without directing anybody")
    REFUSE = "refuse", _("Refuse to sign the contract")

    @classmethod
    def directions(cls):
        """Moves that tell the lead to do something by a date."""
        return [cls.DIRECT, cls.ANOTHER]


class CaseKind(models.TextChoices):
    """What a lead may ask to do with a key subcontractor."""

    ADD = "add", _("Add a key subcontractor")
    SWITCH = "switch", _("Replace a key subcontractor by another")
    REDUCE = "reduce", _("Give a key subcontractor less")
    END = "end", _("End a key subcontractor’s work")
    CHANGE = "change", _("Change a key subcontractor’s terms in another way")


# Those that name an organisation which is to come into the chain.
BRINGS_IN = [CaseKind.ADD, CaseKind.SWITCH]
# Those after which the affected subcontractor is owed nothing more.
ENDS = [CaseKind.SWITCH, CaseKind.END]
# Those that an emergency may call for: they take work away from somebody.
MAY_BE_URGENT = [CaseKind.SWITCH, CaseKind.REDUCE, CaseKind.END]


class CaseParty(models.TextChoices):
    """Whose terms one line of a case proposes."""

    AFFECTED = "affected", _("The subcontractor it is about")
    REPLACEMENT = "replacement", _("The organisation to come in")


class Emergency(models.TextChoices):
    """Why a change cannot wait for a hearing."""

    NONE = "none", _("No emergency")
    SAFETY = "safety", _("Somebody’s safety is at risk")
    INSOLVENCY = "insolvency", _("The subcontractor is insolvent or has stopped working")


class CaseState(models.TextChoices):
    """A stored decision about a requested change."""

    RAISED = "raised", _("Waiting for a decision")
    GRANTED = "granted", _("Granted")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn by the lead")


CASE = Lifecycle(
    grant={CaseState.RAISED: CaseState.GRANTED},
    refuse={CaseState.RAISED: CaseState.REFUSED},
    withdraw={CaseState.RAISED: CaseState.WITHDRAWN},
    answer={CaseState.RAISED: CaseState.RAISED},
    review={CaseState.GRANTED: CaseState.GRANTED},
)


class TermsAnswer(models.TextChoices):
    """What an organisation says to terms that a case proposes for it."""

    AGREED = "agreed", _("Agreed")
    DECLINED = "declined", _("Declined")
    # Not to these terms; in words, what would have to change.
    ASKED = "asked", _("Asked for a change")


class ReviewOutcome(models.TextChoices):
    """What came of looking again at an emergency change, after everybody was heard."""

    STANDS = "stands", _("The change was right and stands")
    NOT_UPHELD = "not_upheld", _("The change should not have been made")
