"""States and kinds of suppliers, applications and qualifications."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from framework_portal.lifecycle import Lifecycle


class LegalForm(models.TextChoices):
    """What the organisation is in law."""

    CHARITY = "charity", _("Registered charity")
    CIO = "cio", _("Charitable incorporated organisation")
    CHARITABLE_COMPANY = "charitable_company", _("Charitable company")
    CIC = "cic", _("Community interest company")
    SOCIETY = "society", _("Co-operative or community benefit society")
    COMPANY = "company", _("Company limited by shares")
    GUARANTEE = "guarantee", _("Company limited by guarantee")
    PARTNERSHIP = "partnership", _("Partnership")
    PUBLIC_BODY = "public_body", _("Public body")
    CONSORTIUM = "consortium", _("Consortium or unincorporated group")
    OTHER = "other", _("Another form")


class Size(models.TextChoices):
    """By staff; a small firm has fewer than 250 and small turnover or balance sheet."""

    MICRO = "micro", _("Fewer than 10 people")
    SMALL = "small", _("10 to 49 people")
    MEDIUM = "medium", _("50 to 249 people")
    LARGE = "large", _("250 people or more")


class MemberRole(models.TextChoices):
    """What a person may do for the organisation."""

    OWNER = "owner", _("Owner")
    EDITOR = "editor", _("Editor")
    READER = "reader", _("Reader")


class IdentifierScheme(models.TextChoices):
    """Registers that number organisations, by the codes of org-id.guide."""

    CHC = "GB-CHC", _("Charity number (England and Wales)")
    COH = "GB-COH", _("Company number")
    SC = "GB-SC", _("Scottish charity number")
    NIC = "GB-NIC", _("Northern Ireland charity number")
    MPR = "GB-MPR", _("Mutuals register number")
    UKPRN = "GB-UKPRN", _("UK provider reference number")
    NHS = "GB-NHS", _("NHS organisation code")
    PPON = "GB-PPON", _("Public procurement organisation number")


class ApplicationState(models.TextChoices):
    """An application to join the framework."""

    DRAFT = "draft", _("Not submitted")
    SUBMITTED = "submitted", _("Submitted")
    RETURNED = "returned", _("More information needed")
    DECIDED = "decided", _("Decided")
    WITHDRAWN = "withdrawn", _("Withdrawn")


APPLICATION = Lifecycle(
    edit={
        ApplicationState.DRAFT: ApplicationState.DRAFT,
        ApplicationState.RETURNED: ApplicationState.RETURNED,
    },
    submit={
        ApplicationState.DRAFT: ApplicationState.SUBMITTED,
        ApplicationState.RETURNED: ApplicationState.SUBMITTED,
    },
    ask_for_more={ApplicationState.SUBMITTED: ApplicationState.RETURNED},
    decide={ApplicationState.SUBMITTED: ApplicationState.DECIDED},
    withdraw={
        ApplicationState.DRAFT: ApplicationState.WITHDRAWN,
        ApplicationState.SUBMITTED: ApplicationState.WITHDRAWN,
        ApplicationState.RETURNED: ApplicationState.WITHDRAWN,
    },
)

LIVE_APPLICATION = [
    ApplicationState.DRAFT,
    ApplicationState.SUBMITTED,
    ApplicationState.RETURNED,
]


class QualificationState(models.TextChoices):
    """A supplier's standing in a category."""

    APPLIED = "applied", _("Applied")
    GRANTED = "granted", _("Qualified")
    REFUSED = "refused", _("Not qualified")
    SUSPENDED = "suspended", _("Suspended")
    REMOVED = "removed", _("Removed")


QUALIFICATION = Lifecycle(
    apply={
        QualificationState.REFUSED: QualificationState.APPLIED,
        QualificationState.REMOVED: QualificationState.APPLIED,
        # Only where it has expired; the action asks.
        QualificationState.GRANTED: QualificationState.APPLIED,
    },
    grant={QualificationState.APPLIED: QualificationState.GRANTED},
    renew={QualificationState.GRANTED: QualificationState.GRANTED},
    refuse={QualificationState.APPLIED: QualificationState.REFUSED},
    suspend={QualificationState.GRANTED: QualificationState.SUSPENDED},
    reinstate={QualificationState.SUSPENDED: QualificationState.GRANTED},
    remove={
        QualificationState.GRANTED: QualificationState.REMOVED,
        QualificationState.SUSPENDED: QualificationState.REMOVED,
    },
    withdraw={QualificationState.APPLIED: QualificationState.REMOVED},
)


class AnswerKind(models.TextChoices):
    """How a joining question is answered."""

    TEXT = "text", _("Words")
    YES_NO = "yes_no", _("Yes or no")
    EVIDENCE = "evidence", _("A document")
    DECLARATION = "declaration", _("A declaration")


class Outcome(models.TextChoices):
    """What a compliance check found. What is not known is referred, never passed."""

    PASS = "pass", _("In order")
    REFER = "refer", _("An assessor must look")
    FAIL = "fail", _("Not in order")
