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


class UnsavedEntry(models.Model):
    """What somebody types of a key subcontractor and has not saved: no part of the bid yet.

    For nobody's eyes but theirs. Under the portal's draft key while the bid is written, and sealed
    to the organisation's vault when the bid is submitted. Once it was saved or thrown away nothing
    is `sealed`: the row says from which page, so that a copy that comes late brings nothing back.
    """

    # Nor whom somebody thinks of naming.
    hidden_from_reports = True

    bid = models.ForeignKey(Bid, models.PROTECT, related_name="+")
    # The reference of the entry in the draft; none where it is a new one.
    entry = models.UUIDField(null=True)
    person = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    sealed = models.OneToOneField(SealedOffer, models.PROTECT, null=True, related_name="+")
    saved_at = models.DateTimeField()
    # Rises with every save, so that another page of the same person is noticed.
    edition = models.PositiveIntegerField(default=0)
    # The page that saved last, and its how manieth save: see `bids.sent.Hand`.
    tab = models.CharField(max_length=32)
    turn = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("entry being typed")
        verbose_name_plural = _("entries being typed")
        constraints = [
            models.UniqueConstraint(
                fields=["bid", "entry", "person"],
                name="one_entry_being_typed",
                nulls_distinct=False,
            ),
        ]

    def __str__(self):
        return f"{self.saved_at:%d %b %H:%M}"


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
