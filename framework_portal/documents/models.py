"""Documents: what is known of a file. Its bytes lie encrypted outside the database."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class DocumentPurpose(models.TextChoices):
    """What a document belongs to; each has its own key and its own readers."""

    COMPETITION = "competition", _("Competition document")
    EVIDENCE = "evidence", _("Evidence")
    BID = "bid", _("Bid document")


class ScanState(models.TextChoices):
    """What the virus scanner said."""

    UNSCANNED = "unscanned", _("Not scanned yet")
    CLEAN = "clean", _("Checked for viruses")
    INFECTED = "infected", _("Infected")


class Document(models.Model):
    """One uploaded file. A new version is a new row. Written only by `documents.actions`."""

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    purpose = models.CharField(max_length=12, choices=DocumentPurpose)
    # Name, type, size and digest lie in here too: a name can tell as much as the page inside.
    sealed_label = models.BinaryField()
    stored_as = models.CharField(max_length=64, unique=True, editable=False)
    key_id = models.CharField(max_length=32)
    wrapped_key = models.BinaryField()
    scan_state = models.CharField(max_length=10, choices=ScanState, default=ScanState.UNSCANNED)
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("document")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(purpose__in=DocumentPurpose.values),
                name="document_purpose_known",
            ),
            models.CheckConstraint(
                condition=models.Q(scan_state__in=ScanState.values), name="document_scan_known"
            ),
        ]

    def __str__(self):
        return str(self.reference)
