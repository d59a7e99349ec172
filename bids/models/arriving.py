"""What arrived, and when."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from bids.models.bid import Bid
from framework_portal.clock import PortalClock
from framework_portal.sealing.models import SealedOffer

PERSON = settings.AUTH_USER_MODEL


class Arrival(models.Model):
    """A request to submit has arrived complete: the database writes down when, before any work.

    It counts against the deadline, so that nobody is punished for the load on the portal, and it
    proves the attempt where the submission is refused or fails.
    """

    bid = models.ForeignKey(Bid, models.PROTECT, related_name="arrivals")
    account = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    # One press of the button: a second request with the same key is the same submission.
    key = models.UUIDField()
    # Set by a trigger to portal_clock(), and read back; what a caller writes is not looked at.
    at = models.DateTimeField(editable=False, db_default=PortalClock())

    append_only = True

    class Meta:
        verbose_name = _("arrival")
        ordering = ["pk"]

    def __str__(self):
        return f"{self.bid_id} at {self.at}"


class Submission(models.Model):
    """A submitted version of a bid, with its receipt. The newest one counts."""

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    bid = models.ForeignKey(Bid, models.PROTECT, related_name="submissions")
    sequence = models.PositiveIntegerField()
    arrival = models.OneToOneField(Arrival, models.PROTECT, related_name="submission")
    key = models.UUIDField()
    # Sealed to the competition: nobody reads it before two openers act.
    offer = models.OneToOneField(SealedOffer, models.PROTECT, related_name="submission")
    # The price in an envelope of its own, where it is opened after quality.
    price_offer = models.OneToOneField(
        SealedOffer, models.PROTECT, null=True, related_name="price_of"
    )
    # The same content for the bidder's own people.
    copy = models.OneToOneField(SealedOffer, models.PROTECT, null=True, related_name="+")
    # The arrival's instant, copied by a trigger, which refuses what came at or after closing.
    received_at = models.DateTimeField(editable=False, db_default=PortalClock())
    submitted_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")

    append_only = True

    class Meta:
        verbose_name = _("submission")
        ordering = ["bid", "sequence"]
        constraints = [
            models.UniqueConstraint(fields=["bid", "sequence"], name="submissions_in_sequence"),
            models.UniqueConstraint(fields=["bid", "key"], name="one_submission_per_press"),
        ]

    def __str__(self):
        return f"{self.bid_id} version {self.sequence}"

    @property
    def receipt_number(self):
        """What people read out on the telephone."""
        return self.receipt.number
