"""What the portal cannot deny: receipts, and the log of a competition that they make together."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bids.models.arriving import Submission
from bids.models.bid import Bid
from framework_portal.sealing.merkle import leaf_hash
from framework_portal.sealing.signed import SignedRow
from lots.models import Competition


class ReceiptKind(models.TextChoices):
    """What was received."""

    SUBMISSION = "submission", _("Bid submitted")
    WITHDRAWAL = "withdrawal", _("Bid withdrawn")
    STANDBY = "standby", _("Stand-by version")
    UNSEATED = "unseated", _("Bid no longer submitted")


# These tell that a version counts no more.
OF_NO_VERSION = ["withdrawal", "unseated"]


class Receipt(SignedRow):
    """One signed receipt, and at the same time one entry of its competition's log.

    Its leaf is the hash of the signed text. The log has no order and no numbers, so that no
    receipt tells how many others there are.
    """

    append_only = True
    hidden_from_reports = True

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # What people read out on the telephone; mails carry it.
    number = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=12, choices=ReceiptKind)
    competition = models.ForeignKey(Competition, models.PROTECT, related_name="receipts")
    bid = models.ForeignKey(Bid, models.PROTECT, related_name="receipts")
    submission = models.OneToOneField(Submission, models.PROTECT, null=True, related_name="receipt")
    # The instant that the receipt is about: of arrival, or of when the bid was taken back.
    at = models.DateTimeField()
    leaf = models.CharField(max_length=64, unique=True)

    class Meta:
        verbose_name = _("receipt")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=ReceiptKind.values), name="receipt_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=OF_NO_VERSION, submission__isnull=True)
                | ~Q(kind__in=OF_NO_VERSION) & Q(submission__isnull=False),
                name="receipt_of_a_version_names_it",
            ),
            models.UniqueConstraint(
                fields=["bid"], condition=Q(kind="withdrawal"), name="one_receipt_of_a_withdrawal"
            ),
        ]

    def __str__(self):
        return self.number


class LogHead(SignedRow):
    """The root of a competition's log, published when the competition had closed.

    Which leaves there are, and how many, stays hidden until the opening. A deadline that was moved
    after publication gets a newer head; both stay visible.
    """

    append_only = True
    hidden_from_reports = True

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    competition = models.ForeignKey(Competition, models.PROTECT, related_name="log_heads")
    closes_at = models.DateTimeField()
    root = models.CharField(max_length=64)
    # Every leaf, sorted, the blinding one among them; and the text whose leaf that one is.
    leaves = models.JSONField()
    blinding = models.TextField()
    published_at = models.DateTimeField()

    class Meta:
        verbose_name = _("head of a log")
        verbose_name_plural = _("heads of logs")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["competition", "closes_at"], name="one_log_head_for_a_deadline"
            ),
        ]

    def __str__(self):
        return self.root

    @property
    def blinding_leaf(self):
        """The one leaf that belongs to no receipt."""
        return leaf_hash(self.blinding.encode()).hex()

    @property
    def receipt_count(self):
        """How many receipts the log holds: to be told from the opening on, and not before."""
        return len(self.leaves) - 1
