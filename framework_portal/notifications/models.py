"""Messages to people: a row first, then delivery."""

import uuid

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from framework_portal.clock import PortalClock
from framework_portal.notifications.querysets import MessageQuerySet

# How the keys of messages begin that tell of something said in confidence: the admin has none.
CONFIDENTIAL = "confidential:"


class Message(models.Model):
    """One mail to one person. Queued by `outbox`, delivered by a task, swept until it is out."""

    # Whom the portal writes to tells who bids.
    hidden_from_reports = True

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=60)
    to = models.EmailField()
    # References and links only: a mailbox is not a safe place for offers or reasons.
    context = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    # Who claims a message claims it once: `key` names the effect, and it is unique.
    key = models.CharField(max_length=200, null=True, unique=True)
    queued_at = models.DateTimeField(db_default=PortalClock())
    # When to try next: later after every failure.
    due_at = models.DateTimeField(db_default=PortalClock())
    # From then on it is stale and is not sent any more.
    expires_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    # The kind of the last failure; mail servers' own words may name people.
    last_error = models.CharField(max_length=80, default="", blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=models.Q(sent_at__isnull=True, cancelled_at__isnull=True),
                name="message_waiting",
            ),
        ]

    def __str__(self):
        return f"{self.kind} {self.reference}"
