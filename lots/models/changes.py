"""What happens to a published competition: changes, extensions, clarifications."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from framework_portal.constraints import together
from lots.models.competitions import Competition
from lots.models.lots import Lot
from lots.querysets import (
    ClarificationQuerySet,
    ExtensionQuerySet,
)
from lots.states import (
    ChangeKind,
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
    made_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")

    append_only = True

    class Meta:
        verbose_name = _("change to a competition")
        verbose_name_plural = _("changes to competitions")
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=ChangeKind.values), name="competition_change_kind_known"
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
