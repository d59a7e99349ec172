"""What is sealed, as rows."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from framework_portal.clock import PortalClock


class Purpose(models.TextChoices):
    """What a sealed row is for. Each purpose has a key of its own."""

    # Under a key of the portal.
    DRAFT = "draft", _("Draft")
    OPENED = "opened", _("Opened offer")
    STASH = "stash", _("Form kept through a time-out")
    # Under the key of a competition, which only its openers have, together.
    OFFER = "offer", _("Offer")
    PRICE = "price", _("Price opened after quality")
    DUMMY = "dummy", _("Dummy offer of a rehearsal")
    # Under the key of a bidder's vault, which only its signed-in people have.
    COPY = "copy", _("Bidder’s own copy of an offer")
    KEPT = "kept", _("What a bidder keeps for itself")


class SealedOffer(models.Model):
    """One encrypted version of an offer or a draft. Written by `seal`, never changed.

    The database refuses every UPDATE, and DELETE of offers; what is only being written, and what
    bidders keep for themselves, may be discarded.
    """

    append_only = True
    discardable = True
    hidden_from_reports = True

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    purpose = models.CharField(max_length=10, choices=Purpose)
    version = models.PositiveSmallIntegerField(default=1)
    key_id = models.CharField(max_length=32)
    # The content key of this row alone: wrapped under a key of the portal (version 1), or sealed
    # to the public key that key_id is the fingerprint of (version 2).
    wrapped_key = models.BinaryField()
    ciphertext = models.BinaryField()
    # SHA-256 over a random salt and the canonical content: in the receipt, checkable after opening.
    digest = models.CharField(max_length=64)
    # SHA-256 of the stored bytes.
    envelope_hash = models.CharField(max_length=64)
    sealed_at = models.DateTimeField(db_default=PortalClock(), editable=False)

    class Meta:
        verbose_name = _("sealed offer")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(purpose__in=Purpose.values), name="sealed_purpose_known"
            ),
        ]

    def __str__(self):
        return str(self.reference)
