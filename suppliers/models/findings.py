"""What compliance checks found, and when they ran."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from suppliers.models.organisations import Supplier
from suppliers.states import (
    Outcome,
)

PERSON = settings.AUTH_USER_MODEL


class CheckRun(models.Model):
    """How far the daily run of a check has come, so that an interrupted one goes on."""

    check_code = models.CharField(max_length=60)
    day = models.DateField()
    started_at = models.DateTimeField()
    # Suppliers up to this key are done.
    reached = models.BigIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("run of a check")
        verbose_name_plural = _("runs of checks")
        ordering = ["-day", "check_code"]
        constraints = [
            models.UniqueConstraint(fields=["check_code", "day"], name="one_run_a_day"),
        ]

    def __str__(self):
        return f"{self.check_code} {self.day}"


class CheckResult(models.Model):
    """What a compliance check found, from when to when it was seen. History is kept."""

    supplier = models.ForeignKey(Supplier, models.CASCADE, related_name="check_results")
    check_code = models.CharField(max_length=60)
    outcome = models.CharField(max_length=8, choices=Outcome)
    message = models.CharField(max_length=300)
    how_to_mend = models.CharField(max_length=300, blank=True)
    evidence = models.JSONField(default=dict)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    # The newest finding of this check on this supplier.
    is_current = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("finding")
        ordering = ["-last_seen_at"]
        indexes = [
            models.Index(
                fields=["outcome", "check_code"],
                condition=Q(is_current=True) & ~Q(outcome="pass"),
                name="finding_open",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["supplier", "check_code"],
                condition=Q(is_current=True),
                name="one_current_finding_per_check",
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=Outcome.values), name="finding_outcome_known"
            ),
        ]

    def __str__(self):
        return f"{self.check_code}: {self.outcome}"
