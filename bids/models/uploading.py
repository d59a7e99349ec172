"""Files of bids that are on their way."""

import uuid
from datetime import timedelta
from functools import cached_property

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bids.models.bid import Bid, BidDocument
from framework_portal.documents import storage
from framework_portal.documents.limits import FILE_BYTES
from framework_portal.sealing import ciphers
from framework_portal.sealing.broken import InvalidSeal
from framework_portal.sealing.canonical import canonical, parsed
from framework_portal.sealing.keys import keyring

KEPT_FOR = timedelta(hours=24)
LABEL_PADDED_TO = 512


class BidUpload(models.Model):
    """One file that comes in pieces. Written only by `bids.actions.uploading`.

    The pieces lie in the file `stored_as`, under a key of this upload alone, which is wrapped in
    this row like a draft. With the last piece the file becomes a document, the key and the pieces
    go, and only the fact that it is finished stays for a day, so that whoever lost the answer is
    told.
    """

    hidden_from_reports = True

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    bid = models.ForeignKey(Bid, models.PROTECT, related_name="uploads")
    started_at = models.DateTimeField()
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    length = models.PositiveIntegerField()
    arrived = models.PositiveIntegerField(default=0)
    expires_at = models.DateTimeField()
    stored_as = models.CharField(max_length=64, unique=True, default=storage.new_name)
    # How much of the stored file counts; a process that died may have written more.
    stored_bytes = models.PositiveBigIntegerField(default=0)
    key_id = models.CharField(max_length=32, blank=True)
    wrapped_key = models.BinaryField(default=b"")
    # The file's name, its declared type, and the mark by which its sender knows it again.
    sealed_label = models.BinaryField(default=b"")
    attached = models.OneToOneField(
        BidDocument, models.SET_NULL, null=True, related_name="+", editable=False
    )
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("upload")
        ordering = ["started_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(length__gt=0, length__lte=FILE_BYTES, arrived__lte=F("length")),
                name="bid_upload_within_its_length",
            ),
            models.CheckConstraint(
                condition=Q(finished_at__isnull=True, arrived__lt=F("length"))
                | Q(finished_at__isnull=False, arrived=F("length"), wrapped_key=b""),
                name="bid_upload_finished_keeps_no_key",
            ),
        ]

    def __str__(self):
        return str(self.reference)

    @property
    def is_finished(self):
        return self.finished_at is not None

    @property
    def bound(self):
        """What the key, the label and every piece are bound to."""
        return {"upload": str(self.reference), "bid": str(self.bid_id)}

    def give_key(self, **label):
        """Make a key for this upload, and seal its label with it."""
        ring, self.key = keyring(), ciphers.fresh_key()
        self.key_id = ring.newest
        subkey = ring.subkey(self.key_id, "upload")
        self.wrapped_key = ciphers.encrypt(subkey, self.key, self._bound("key"))
        padded = ciphers.pad(canonical(label), LABEL_PADDED_TO)
        self.sealed_label = ciphers.encrypt(self.key, padded, self._bound("label"))

    def forget(self):
        """Keep nothing by which the pieces could be read."""
        self.wrapped_key, self.sealed_label, self.key_id = b"", b"", ""

    @cached_property
    def key(self):
        """The key of the pieces, or InvalidSeal."""
        try:
            subkey = keyring().subkey(self.key_id, "upload")
        except KeyError:
            raise InvalidSeal(f"The key {self.key_id} is not in the key file") from None
        return ciphers.decrypt(subkey, bytes(self.wrapped_key), self._bound("key"))

    @cached_property
    def label(self):
        """name, declared and mark; a lost key breaks no page."""
        try:
            padded = ciphers.decrypt(self.key, bytes(self.sealed_label), self._bound("label"))
        except InvalidSeal:
            return {"name": _("This file cannot be read"), "declared": "", "mark": ""}
        return parsed(ciphers.unpad(padded))

    def _bound(self, part):
        return canonical({**self.bound, "part": part})
