"""The evidence: who did what, when, with which outcome. Append-only, chained by digest."""

import json

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from framework_portal.audit.querysets import AuditEventQuerySet
from framework_portal.clock import PortalClock
from framework_portal.sealing.signed import SignedRow


class AuditEvent(models.Model):
    """One thing that happened. `seq`, `at`, `prev_hash` and `hash` are the database's own."""

    # What happens to bids before their opening is here too.
    hidden_from_reports = True

    append_only = True

    # The defaults are never stored: the trigger sets these four, and the insert reads them back.
    seq = models.BigIntegerField(primary_key=True, editable=False, db_default=0)
    at = models.DateTimeField(editable=False, db_default=PortalClock())
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=True
    )
    verb = models.CharField(max_length=80)
    subject_type = models.CharField(max_length=80)
    subject_reference = models.CharField(max_length=80)
    outcome = models.CharField(max_length=40, default="done")
    # The exact text that was hashed: canonical JSON with ids and facts, no names, no content.
    detail_text = models.TextField(default="{}")
    prev_hash = models.CharField(max_length=64, editable=False, db_default="")
    hash = models.CharField(max_length=64, unique=True, editable=False, db_default="")

    objects = AuditEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit event")
        ordering = ["seq"]
        indexes = [
            models.Index(fields=["subject_type", "subject_reference", "seq"], name="audit_subject")
        ]

    def __str__(self):
        return f"{self.seq} {self.verb}"

    @property
    def details(self):
        """The ids and facts kept with the event."""
        return json.loads(self.detail_text)


class AuditHead(SignedRow):
    """The last event of a day's morning, signed and published as its number and hash."""

    append_only = True

    day = models.DateField(unique=True)
    seq = models.BigIntegerField()
    hash = models.CharField(max_length=64)
    signed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("signed head of the audit trail")
        verbose_name_plural = _("signed heads of the audit trail")
        ordering = ["day"]

    def __str__(self):
        return f"{self.day}: {self.seq}"
