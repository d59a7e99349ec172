"""What happens to a published competition: changes, extensions, clarifications."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from framework_portal.constraints import together
from framework_portal.reference.models import IncidentStep
from framework_portal.watch.models import Outage
from lots.models.competitions import Competition
from lots.models.lots import Lot
from lots.querysets import (
    ClarificationQuerySet,
    ExtensionQuerySet,
)
from lots.states import (
    ChangeKind,
    MoveCause,
)

PERSON = settings.AUTH_USER_MODEL


class CompetitionChange(models.Model):
    """Something that changed after publication, with its reason. Everybody may read it."""

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    competition = models.ForeignKey(Competition, models.PROTECT, related_name="changes")
    kind = models.CharField(max_length=12, choices=ChangeKind)
    summary = models.TextField()
    reason = models.TextField(blank=True)
    closed_at_before = models.DateTimeField(null=True)
    closes_at_after = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    # Nobody, where the incident rule made it.
    made_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")

    append_only = True

    class Meta:
        verbose_name = _("change to a competition")
        verbose_name_plural = _("changes to competitions")
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=ChangeKind.values), name="competition_change_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(made_by__isnull=False) | Q(kind=ChangeKind.INCIDENT),
                name="competition_change_made_by_somebody",
            ),
        ]

    def __str__(self):
        return self.summary[:80]


class DeadlineExtension(models.Model):
    """A later deadline, asked for by one officer and confirmed by a second, before it passes."""

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    competition = models.ForeignKey(Competition, models.PROTECT, related_name="extensions")
    closes_at = models.DateTimeField()
    reason = models.TextField()
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    rejected_at = models.DateTimeField(null=True)
    rejected_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")

    objects = ExtensionQuerySet.as_manager()

    class Meta:
        verbose_name = _("deadline extension")
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=together("confirmed_at", "confirmed_by"),
                name="extension_confirmation_is_whole",
            ),
            models.CheckConstraint(
                condition=together("rejected_at", "rejected_by"),
                name="extension_rejection_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("proposed_by")),
                name="extension_takes_two_people",
            ),
            models.UniqueConstraint(
                fields=["competition"],
                condition=Q(confirmed_at__isnull=True, rejected_at__isnull=True),
                name="one_extension_waiting_per_competition",
            ),
        ]

    def __str__(self):
        return f"{self.competition} until {self.closes_at:%Y-%m-%d %H:%M}"


class DeadlineMove(models.Model):
    """A later deadline that a written rule made, after an outage or a late change.

    A trigger works the deadlines out and fills in the row: whoever writes it names the cause,
    and has no say in how far the deadline moves. One row for an outage and a competition.
    """

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    competition = models.ForeignKey(Competition, models.PROTECT, related_name="moves")
    cause = models.CharField(max_length=12, choices=MoveCause)
    moved_at = models.DateTimeField()
    outage = models.ForeignKey(Outage, models.PROTECT, null=True, related_name="moves")
    change = models.OneToOneField(CompetitionChange, models.PROTECT, null=True, related_name="move")
    # The rest is the trigger's.
    step = models.ForeignKey(
        IncidentStep, models.PROTECT, null=True, related_name="+", editable=False
    )
    counted_from = models.DateTimeField(null=True, editable=False)
    counted_seconds = models.PositiveIntegerField(null=True, editable=False)
    closed_at_before = models.DateTimeField(null=True, editable=False)
    closes_at_after = models.DateTimeField(null=True, editable=False)

    append_only = True

    class Meta:
        verbose_name = _("move of a deadline by a rule")
        verbose_name_plural = _("moves of deadlines by a rule")
        ordering = ["-moved_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(cause=MoveCause.INCIDENT, outage__isnull=False, change__isnull=True)
                | Q(cause=MoveCause.LATE_CHANGE, outage__isnull=True, change__isnull=False),
                name="deadline_move_has_its_cause",
            ),
            models.CheckConstraint(
                condition=Q(closes_at_after__gt=F("closed_at_before")),
                name="deadline_move_is_later",
            ),
            models.UniqueConstraint(
                fields=["competition", "outage"], name="one_move_per_outage_and_competition"
            ),
        ]

    def __str__(self):
        return str(self.reference)


class Clarification(models.Model):
    """A question before closing, and its published answer. Who asked is not known here."""

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    competition = models.ForeignKey(Competition, models.PROTECT, related_name="clarifications")
    lot = models.ForeignKey(
        Lot, models.PROTECT, null=True, blank=True, related_name="clarifications"
    )
    # As asked, and as published: an officer may take out what would name the asker.
    asked = models.TextField()
    # Drawn by lot for each asker of this competition: "B". Officers read it, and nobody else.
    mark = models.CharField(max_length=4, blank=True, editable=False)
    asked_at = models.DateTimeField()
    question = models.TextField(blank=True)
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    objects = ClarificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("clarification")
        ordering = ["asked_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=together("answered_at", "answered_by"),
                name="clarification_answer_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True) | (~Q(answer="") & ~Q(question="")),
                name="clarification_answered_in_words",
            ),
        ]

    def __str__(self):
        return str(self.reference)
