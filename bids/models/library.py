"""What an organisation keeps of its answers, to be used again."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bids.models.arriving import Submission
from bids.models.bid import Bid
from framework_portal.constraints import implies, together
from framework_portal.sealing.models import SealedOffer
from lots.models import Question
from suppliers.models import Supplier

PERSON = settings.AUTH_USER_MODEL


class LibraryAnswer(models.Model):
    """An answer that somebody put into the organisation's library, with a title.

    Title and text lie sealed to the organisation's vault: its signed-in people read them, and
    nobody else. Where it came from is the bid it was written in, if there is one.
    """

    hidden_from_reports = True

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    supplier = models.ForeignKey(Supplier, models.PROTECT, related_name="library")
    sealed = models.OneToOneField(SealedOffer, models.PROTECT, related_name="+")
    bid = models.ForeignKey(Bid, models.PROTECT, null=True, related_name="+")
    question = models.ForeignKey(Question, models.PROTECT, null=True, related_name="+")
    # Until when its facts hold, where somebody said so.
    good_until = models.DateField(null=True)
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("answer in a library")
        verbose_name_plural = _("answers in libraries")
        ordering = ["-saved_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=together("bid", "question"), name="library_source_is_whole"
            ),
        ]

    def __str__(self):
        return str(self.reference)


class AnswerUse(models.Model):
    """An answer of the library, or of an earlier bid, was put into a bid to be edited there."""

    supplier = models.ForeignKey(Supplier, models.PROTECT, related_name="+")
    kept = models.ForeignKey(LibraryAnswer, models.CASCADE, null=True, related_name="uses")
    submission = models.ForeignKey(Submission, models.PROTECT, null=True, related_name="+")
    question = models.ForeignKey(Question, models.PROTECT, null=True, related_name="+")
    bid = models.ForeignKey(Bid, models.PROTECT, related_name="+")
    used_at = models.DateTimeField()
    used_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")

    hidden_from_reports = True

    class Meta:
        verbose_name = _("use of an answer")
        verbose_name_plural = _("uses of answers")
        ordering = ["-used_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=together("submission", "question"), name="answer_use_source_is_whole"
            ),
            models.CheckConstraint(
                condition=implies(Q(kept__isnull=False), Q(submission__isnull=True))
                & implies(Q(kept__isnull=True), Q(submission__isnull=False)),
                name="answer_use_has_one_source",
            ),
        ]

    def __str__(self):
        return f"{self.bid_id} at {self.used_at}"
