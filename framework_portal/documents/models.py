"""Documents: what is known of a file. Its bytes lie encrypted outside the database."""

import uuid
from functools import cached_property

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from framework_portal.clock import PortalClock
from framework_portal.documents.envelope import opened_label


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
    uploaded_at = models.DateTimeField(db_default=PortalClock(), editable=False)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("document")
        indexes = [
            models.Index(
                fields=["uploaded_at"],
                condition=models.Q(scan_state="unscanned"),
                name="document_to_scan",
            ),
        ]
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

    @cached_property
    def label(self):
        """Name, type, size and digest, decrypted in memory: no query."""
        return opened_label(self)

    @property
    def name(self):
        """The person's own name for the file, cleaned."""
        return self.label["name"]

    @property
    def media_type(self):
        return self.label["media_type"]

    @property
    def size(self):
        """Bytes of the file as it was uploaded."""
        return self.label["size"]

    @property
    def sha256(self):
        """Digest of the file as it was uploaded, as hexadecimal text."""
        return self.label["sha256"]

    @property
    def may_be_downloaded(self):
        """Never infected; a bid's files, where there is a scanner, only after it found nothing."""
        if self.purpose == DocumentPurpose.BID and settings.CLAMD_ADDRESS:
            return self.scan_state == ScanState.CLEAN
        return self.scan_state != ScanState.INFECTED

    @property
    def scan_words(self):
        """What the virus scanner said, in words, also where there is none."""
        if self.scan_state == ScanState.UNSCANNED and not settings.CLAMD_ADDRESS:
            return _("Not checked for viruses: no scanner is set up")
        return self.get_scan_state_display()
