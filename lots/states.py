"""States and kinds of competitions and lots."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from framework_portal.lifecycle import Lifecycle


class CompetitionState(models.TextChoices):
    """Decisions somebody took. Open and closed are computed from the deadline."""

    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    OPENED = "opened", _("Opened")
    EVALUATED = "evaluated", _("Evaluated")
    AWARDED = "awarded", _("Awarded")
    ABANDONED = "abandoned", _("Abandoned")


COMPETITION = Lifecycle(
    edit={CompetitionState.DRAFT: CompetitionState.DRAFT},
    publish={CompetitionState.DRAFT: CompetitionState.PUBLISHED},
    change={CompetitionState.PUBLISHED: CompetitionState.PUBLISHED},
    open={CompetitionState.PUBLISHED: CompetitionState.OPENED},
    score={CompetitionState.OPENED: CompetitionState.OPENED},
    evaluate={CompetitionState.OPENED: CompetitionState.EVALUATED},
    reopen_evaluation={CompetitionState.EVALUATED: CompetitionState.OPENED},
    award={CompetitionState.EVALUATED: CompetitionState.AWARDED},
    abandon={
        CompetitionState.DRAFT: CompetitionState.ABANDONED,
        CompetitionState.PUBLISHED: CompetitionState.ABANDONED,
        CompetitionState.OPENED: CompetitionState.ABANDONED,
        CompetitionState.EVALUATED: CompetitionState.ABANDONED,
    },
)

# Everybody may read a competition in these states. An abandoned one is public only if it was
# published before: see CompetitionQuerySet.public.
PUBLIC_STATES = [
    CompetitionState.PUBLISHED,
    CompetitionState.OPENED,
    CompetitionState.EVALUATED,
    CompetitionState.AWARDED,
]


class AgreementKind(models.TextChoices):
    """What the award leads to."""

    CONTRACT = "contract", _("Contract")
    GRANT = "grant", _("Grant")


class CriterionKind(models.TextChoices):
    """How a criterion is judged."""

    GATE = "gate", _("Pass or fail")
    QUALITY = "quality", _("Quality")
    PRICE = "price", _("Price")


class Sex(models.TextChoices):
    """Whom a lot serves."""

    ANY = "any", _("Men and women")
    MEN = "men", _("Men")
    WOMEN = "women", _("Women")


class AwardRoute(models.TextChoices):
    """How a lot came to be awarded."""

    COMPETITION = "call_off_competition", _("Call-off competition")
    DIRECT = "direct_award_after_failed_competition", _("Direct award after a failed competition")


class ChangeKind(models.TextChoices):
    """What happened to a competition after it was published."""

    CHANGED = "changed", _("Details changed")
    EXTENDED = "extended", _("Deadline extended")
    ANSWERED = "answered", _("Question answered")
    DOCUMENT = "document", _("Documents changed")
    ABANDONED = "abandoned", _("Abandoned")
    INCIDENT = "incident", _("Deadline moved after an outage")
    LATE_CHANGE = "late_change", _("Deadline moved after a late change")


# What moved the deadline; and what a bid that was submitted before may have to be read against.
BY_RULE = [ChangeKind.INCIDENT, ChangeKind.LATE_CHANGE]
MOVES = [ChangeKind.EXTENDED, *BY_RULE]
SUBSTANCE = [ChangeKind.CHANGED, ChangeKind.ANSWERED, ChangeKind.DOCUMENT]


class MoveCause(models.TextChoices):
    """Why a deadline moved without two officers."""

    INCIDENT = "incident", _("An outage of the portal")
    LATE_CHANGE = "late_change", _("A late change or answer")


def public_standing(state, closes_at, *, at):
    """A competition's state as everybody may know it: what officers do after closing is theirs."""
    if state == CompetitionState.PUBLISHED:
        return "open" if at < closes_at else "closed"
    if state in (CompetitionState.OPENED, CompetitionState.EVALUATED):
        return "closed"
    return str(state)
