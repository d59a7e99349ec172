"""Who writes in a bid, and what its parts said before."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bids.models.bid import Bid
from framework_portal.sealing.models import SealedOffer
from lots.models import Question

PERSON = settings.AUTH_USER_MODEL


class AnswerVersion(models.Model):
    """What one part of a bid said, who wrote it and when. Written only by `bids.actions.versions`.

    What it said lies sealed to the organisation's vault, so it stays readable after submission, and
    by the organisation's own signed-in people alone. The newest version of a person who goes on
    writing is replaced; all others stay.
    """

    hidden_from_reports = True

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    bid = models.ForeignKey(Bid, models.PROTECT, related_name="versions")
    # The question whose answer it is; none where it is the price.
    question = models.ForeignKey(Question, models.PROTECT, null=True, related_name="+")
    begun_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    # Typed while somebody else changed the same words, and never what the bid said.
    is_aside = models.BooleanField(default=False)
    sealed = models.OneToOneField(SealedOffer, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("earlier version")
        ordering = ["-saved_at", "-pk"]
        indexes = [models.Index(fields=["bid", "question", "-saved_at"], name="versions_of_a_part")]
        constraints = [
            models.CheckConstraint(
                condition=Q(begun_at__lte=F("saved_at")), name="version_begun_before_saved"
            ),
        ]

    def __str__(self):
        return str(self.reference)


class Presence(models.Model):
    """Somebody has a page of a bid open and does something there. Gone when it is old."""

    hidden_from_reports = True

    bid = models.ForeignKey(Bid, models.CASCADE, related_name="+")
    # The reference of the question, or the name of the part.
    part = models.CharField(max_length=40)
    person = models.ForeignKey(PERSON, models.CASCADE, related_name="+")
    seen_at = models.DateTimeField()
    # How often its page has saved by itself in the minute that began then.
    saves = models.PositiveIntegerField(default=0)
    counted_from = models.DateTimeField()

    class Meta:
        verbose_name = _("presence")
        verbose_name_plural = _("presences")
        constraints = [
            models.UniqueConstraint(fields=["bid", "part", "person"], name="present_once"),
        ]

    def __str__(self):
        return f"{self.part} {self.seen_at:%H:%M}"
