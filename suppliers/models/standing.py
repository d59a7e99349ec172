"""A supplier's standing in a category, and how it came about."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from framework_portal.constraints import implies, together
from framework_portal.reference.models import Category, Framework
from suppliers.models.joining import Application
from suppliers.models.organisations import Supplier
from suppliers.querysets import QualificationQuerySet
from suppliers.states import (
    QualificationState,
)

PERSON = settings.AUTH_USER_MODEL


class Qualification(models.Model):
    """A supplier's standing in a category."""

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    supplier = models.ForeignKey(Supplier, models.PROTECT, related_name="qualifications")
    framework = models.ForeignKey(Framework, models.PROTECT, related_name="qualifications")
    category = models.ForeignKey(Category, models.PROTECT, related_name="qualifications")
    application = models.ForeignKey(Application, models.PROTECT, related_name="qualifications")
    state = models.CharField(
        max_length=10, choices=QualificationState, default=QualificationState.APPLIED
    )
    expires_at = models.DateTimeField(null=True)
    # The last decision and its reasons, for the supplier to read.
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    reasons = models.TextField(blank=True)

    objects = QualificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("qualification")
        ordering = ["supplier", "category"]
        indexes = [models.Index(fields=["category", "state"], name="qualification_by_category")]
        constraints = [
            models.UniqueConstraint(
                fields=["supplier", "framework", "category"], name="one_standing_per_category"
            ),
            models.CheckConstraint(
                condition=Q(state__in=QualificationState.values), name="qualification_state_known"
            ),
            models.CheckConstraint(
                condition=together("decided_at", "decided_by"),
                name="qualification_decision_is_whole",
            ),
            models.CheckConstraint(
                condition=implies(
                    ~Q(state=QualificationState.APPLIED), Q(decided_at__isnull=False)
                ),
                name="qualification_standing_was_decided",
            ),
            models.CheckConstraint(
                condition=implies(
                    Q(
                        state__in=[
                            QualificationState.REFUSED,
                            QualificationState.SUSPENDED,
                            QualificationState.REMOVED,
                        ]
                    ),
                    ~Q(reasons=""),
                ),
                name="qualification_lost_with_reasons",
            ),
        ]

    def __str__(self):
        return f"{self.supplier}: {self.category}"


class QualificationDecision(models.Model):
    """One decision on a qualification, kept for ever: granted, refused, suspended and so on."""

    qualification = models.ForeignKey(Qualification, models.PROTECT, related_name="decisions")
    move = models.CharField(max_length=20)
    state = models.CharField(max_length=10, choices=QualificationState)
    reasons = models.TextField(blank=True)
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")

    append_only = True

    class Meta:
        verbose_name = _("decision on a qualification")
        verbose_name_plural = _("decisions on qualifications")
        ordering = ["decided_at", "pk"]

    def __str__(self):
        return f"{self.move} {self.qualification_id}"


class RemovalNotice(models.Model):
    """Told before a removal: why, and by when the supplier may answer. Reasons come first."""

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    qualification = models.ForeignKey(Qualification, models.PROTECT, related_name="removal_notices")
    reasons = models.TextField()
    given_at = models.DateTimeField()
    given_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    reply_by = models.DateTimeField()
    reply = models.TextField(blank=True)
    replied_at = models.DateTimeField(null=True)
    replied_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    # Removed, or let be.
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("notice before removal")
        verbose_name_plural = _("notices before removal")
        ordering = ["-given_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["qualification"],
                condition=Q(settled_at__isnull=True),
                name="one_open_removal_notice",
            ),
            models.CheckConstraint(condition=~Q(reasons=""), name="removal_notice_has_reasons"),
            models.CheckConstraint(
                condition=together("replied_at", "replied_by"),
                name="removal_notice_reply_is_whole",
            ),
            models.CheckConstraint(
                condition=together("settled_at", "settled_by"),
                name="removal_notice_settlement_is_whole",
            ),
        ]

    def __str__(self):
        return str(self.reference)
