"""States and kinds of bids and awards."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from framework_portal.lifecycle import Lifecycle


class BidState(models.TextChoices):
    """A supplier's entry for one lot."""

    DRAFT = "draft", _("Not submitted")
    SUBMITTED = "submitted", _("Submitted")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    OPENED = "opened", _("Opened")
    SUCCESSFUL = "successful", _("Successful")
    UNSUCCESSFUL = "unsuccessful", _("Not successful")


class Act(models.TextChoices):
    """What a request that arrived was to do."""

    SUBMISSION = "submission", _("Submit the bid")
    WITHDRAWAL = "withdrawal", _("Withdraw the bid")
    INSTRUCTION = "instruction", _("Give or take back the standing instruction")
    SAVE = "save", _("Save under the standing instruction")


BID = Lifecycle(
    edit={BidState.DRAFT: BidState.DRAFT, BidState.SUBMITTED: BidState.SUBMITTED},
    submit={BidState.DRAFT: BidState.SUBMITTED, BidState.SUBMITTED: BidState.SUBMITTED},
    withdraw={BidState.DRAFT: BidState.WITHDRAWN, BidState.SUBMITTED: BidState.WITHDRAWN},
    # A key subcontractor that was named has withdrawn its consent: it must be submitted again.
    unseat={BidState.SUBMITTED: BidState.DRAFT},
    open={BidState.SUBMITTED: BidState.OPENED},
    accept={BidState.OPENED: BidState.SUCCESSFUL},
    reject={BidState.OPENED: BidState.UNSUCCESSFUL},
    # The contract was refused to its bidder; and a bid further down has its turn.
    refuse={BidState.SUCCESSFUL: BidState.UNSUCCESSFUL},
    take_next={BidState.UNSUCCESSFUL: BidState.SUCCESSFUL},
)

# The buying side may know of a bid in these states, and in no other.
UNSEALED = [BidState.OPENED, BidState.SUCCESSFUL, BidState.UNSUCCESSFUL]


class ConsentAnswer(models.TextChoices):
    """What a key subcontractor answered to the terms it was asked about."""

    AGREED = "agreed", _("Agreed")
    CHANGE_ASKED = "change_asked", _("Asks for a change")
    DECLINED = "declined", _("Declined")


class Exclusivity(models.TextChoices):
    """Whether a key subcontractor was asked to work for one lead alone, as it says itself."""

    ASKED = "asked", _("Yes")
    NOT_ASKED = "not_asked", _("No")
    UNSAID = "unsaid", _("Prefers not to say")


class Consenting(models.TextChoices):
    """How it stands with the consent of an organisation named in a draft."""

    UNSAID = "unsaid", _("Terms not complete")
    NOT_ASKED = "not_asked", _("Not asked yet")
    CHANGED = "changed", _("Terms changed: ask again")
    WAITING = "waiting", _("Waiting for its answer")
    AGREED = "agreed", _("Agreed")
    CHANGE_ASKED = "change_asked", _("Asks for a change")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrew its consent")
    UNQUALIFIED = "unqualified", _("Agreed, but not qualified")


class AwardState(models.TextChoices):
    """The decision on one lot."""

    PROPOSED = "proposed", _("Proposed")
    APPROVED = "approved", _("Approved")
    ANNOUNCED = "announced", _("Announced")
    CONFIRMED = "confirmed", _("Confirmed")
    SET_ASIDE = "set_aside", _("Set aside")
    REFUSED = "refused", _("Contract refused")


# Those that stand no more: the lot is free for another decision.
FALLEN = [AwardState.SET_ASIDE, AwardState.REFUSED]

AWARD = Lifecycle(
    approve={AwardState.PROPOSED: AwardState.APPROVED},
    send_back={
        AwardState.PROPOSED: AwardState.SET_ASIDE,
        AwardState.APPROVED: AwardState.SET_ASIDE,
    },
    announce={AwardState.APPROVED: AwardState.ANNOUNCED},
    confirm={AwardState.ANNOUNCED: AwardState.CONFIRMED},
    set_aside={AwardState.ANNOUNCED: AwardState.SET_ASIDE},
    # The commissioner refused to enter into the contract (Procurement Act 2023 s.72(3)(a)).
    refuse={AwardState.ANNOUNCED: AwardState.REFUSED},
)


class Decision(models.TextChoices):
    """What the award decides."""

    AWARD = "award", _("Award")
    NO_AWARD = "no_award", _("No award")
