"""What arrived, and when."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from bids.models.bid import Bid
from bids.states import Act
from framework_portal.clock import PortalClock
from framework_portal.sealing.models import SealedOffer

PERSON = settings.AUTH_USER_MODEL


class Arrival(models.Model):
    """A request has arrived complete: the database writes down when, before any work.

    It counts against the deadline, so that nobody is punished for the load on the portal, and it
    proves the attempt where what was asked for is refused or fails. It is worth nothing for
    another act than its own.
    """

    # Reports must not tell of bids that are not opened yet.
    hidden_from_reports = True

    bid = models.ForeignKey(Bid, models.PROTECT, related_name="arrivals")
    account = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    # One press of the button: a second request with the same key is the same submission.
    key = models.UUIDField()
    act = models.CharField(max_length=20, choices=Act, db_default=Act.SUBMISSION)
    # Set by a trigger to portal_clock(), and read back; what a caller writes is not looked at.
    at = models.DateTimeField(editable=False, db_default=PortalClock())

    append_only = True

    class Meta:
        verbose_name = _("arrival")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(act__in=Act.values), name="act_known")
        ]

    def __str__(self):
        return f"{self.bid_id} at {self.at}"


class StandbyInstruction(models.Model):
    """A bidder's word: if I have not submitted, the last complete version counts. Or no longer.

    The newest row is what holds. The versions kept under an instruction hang on its row, so that
    taking it back drops them, and giving it again begins anew.
    """

    # Reports must not tell of bids that are not opened yet.
    hidden_from_reports = True

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    bid = models.ForeignKey(Bid, models.PROTECT, related_name="standby_instructions")
    is_on = models.BooleanField()
    # The request that said so; one that a page did not bring is timed when it is written.
    arrival = models.ForeignKey(Arrival, models.PROTECT, null=True, related_name="+")
    # Set by a trigger to the arrival's instant, which is taken for no word at or after closing.
    given_at = models.DateTimeField(editable=False, db_default=PortalClock())
    given_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")

    append_only = True

    class Meta:
        verbose_name = _("standing instruction")
        ordering = ["-pk"]

    def __str__(self):
        return str(self.reference)


class Submission(models.Model):
    """A version of a bid that was taken in, with its receipt. The newest one counts.

    With an instruction it is a stand-by version: it counts at closing, if by then it is still the
    newest and the instruction still holds.
    """

    # Reports must not tell of bids that are not opened yet.
    hidden_from_reports = True

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    bid = models.ForeignKey(Bid, models.PROTECT, related_name="submissions")
    sequence = models.PositiveIntegerField()
    arrival = models.OneToOneField(Arrival, models.PROTECT, related_name="submission")
    key = models.UUIDField()
    instruction = models.ForeignKey(
        StandbyInstruction, models.PROTECT, null=True, related_name="versions"
    )
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
    def is_standby(self):
        """Whether nobody pressed submit: it was kept by a standing instruction."""
        return self.instruction_id is not None

    @property
    def receipt_number(self):
        """What people read out on the telephone."""
        return self.receipt.number
