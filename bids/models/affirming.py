"""What a bidder says of a submitted bid after something changed."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from bids.models.arriving import Submission
from bids.models.bid import Bid
from lots.models import CompetitionChange


class Affirmation(models.Model):
    """My bid stands: said of a submitted version, after reading what changed up to a change."""

    # Reports must not tell of bids that are not opened yet.
    hidden_from_reports = True

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    bid = models.ForeignKey(Bid, models.PROTECT, related_name="affirmations")
    submission = models.ForeignKey(Submission, models.PROTECT, related_name="+")
    change = models.ForeignKey(CompetitionChange, models.PROTECT, related_name="+")
    affirmed_at = models.DateTimeField()
    affirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    append_only = True

    class Meta:
        verbose_name = _("affirmation of a bid")
        verbose_name_plural = _("affirmations of bids")
        ordering = ["-affirmed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "change"], name="one_affirmation_per_version_and_change"
            ),
        ]

    def __str__(self):
        return str(self.reference)
