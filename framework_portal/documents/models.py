"""Documents: what is known of a file. Its bytes lie encrypted outside the database."""

import logging
import uuid
from functools import cached_property

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from framework_portal.clock import PortalClock
from framework_portal.documents.envelope import (
    content_key,
    opened_label,
    read_key,
    written_key,
)
from framework_portal.sealing.broken import InvalidSeal

logger = logging.getLogger(__name__)

LABEL = ("name", "size", "sha256", "media_type")


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

    # A bid's files are among them.
    hidden_from_reports = True

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    purpose = models.CharField(max_length=12, choices=DocumentPurpose)
    # Name, type, size and digest lie in here too: a name can tell as much as the page inside.
    # Of a bid's document this, the key and its id stay empty: they lie in the offer.
    sealed_label = models.BinaryField(default=b"")
    stored_as = models.CharField(max_length=64, unique=True, editable=False)
    key_id = models.CharField(max_length=32, blank=True)
    wrapped_key = models.BinaryField(default=b"")
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
            models.CheckConstraint(
                condition=~models.Q(purpose=DocumentPurpose.BID)
                | models.Q(key_id="", wrapped_key=b"", sealed_label=b""),
                name="bid_document_keeps_no_key",
            ),
        ]

    def __str__(self):
        return str(self.reference)

    @property
    def keeps_its_key(self):
        """Whether the row holds its key, wrapped. A bid's document leaves it to the offer."""
        return self.purpose != DocumentPurpose.BID

    @cached_property
    def key(self):
        """The key of the bytes, or InvalidSeal where neither the row nor an entry has it."""
        return content_key(self)

    @cached_property
    def label(self):
        """Name, type, size and digest, decrypted in memory: no query.

        A label that does not open breaks no page: its file is said to be unreadable.
        """
        try:
            return opened_label(self)
        except InvalidSeal as error:
            logger.error("The label of document %s cannot be read: %s", self.reference, error)
            return dict.fromkeys(LABEL) | {"name": _("This file cannot be read")}

    @property
    def entry(self):
        """What an offer holds of this document: its label and its key."""
        return {name: self.label[name] for name in LABEL} | {"key": written_key(self.key)}

    def as_in(self, entry):
        """This document, to be read by what the entry of an offer says of it."""
        self.label = {name: entry.get(name) for name in LABEL}
        try:
            self.key = read_key(entry.get("key"))
        except InvalidSeal:
            self.__dict__.pop("key", None)  # reading it will say so
        return self

    @property
    def is_readable(self):
        """Whether it is known what the file is."""
        return self.size is not None

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
    def is_infected(self):
        return self.scan_state == ScanState.INFECTED

    @property
    def may_be_downloaded(self):
        """Never infected; a bid's files, where there is a scanner, only after it found nothing."""
        if self.purpose == DocumentPurpose.BID and settings.CLAMD_ADDRESS:
            return self.scan_state == ScanState.CLEAN
        return not self.is_infected

    @property
    def scan_words(self):
        """What the virus scanner said, in words, also where there is none."""
        if self.scan_state == ScanState.UNSCANNED and not settings.CLAMD_ADDRESS:
            return _("Not checked for viruses: no scanner is set up")
        if self.scan_state == ScanState.UNSCANNED:
            return _("Not checked for viruses yet: the scanner did not answer")
        return self.get_scan_state_display()
