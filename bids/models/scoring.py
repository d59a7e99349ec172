"""Scores."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bids.models.bid import Bid
from lots.models import Criterion

PERSON = settings.AUTH_USER_MODEL


class Score(models.Model):
    """The agreed mark of one bid under one criterion, with its reasons."""

    bid = models.ForeignKey(Bid, models.PROTECT, related_name="scores")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="scores")
    # 0 to the competition's highest mark; for a gate 0 is fail and 1 is pass.
    mark = models.DecimalField(max_digits=5, decimal_places=2)
    reasons = models.TextField()
    scored_at = models.DateTimeField()
    scored_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("score")
        ordering = ["bid", "criterion__position"]
        constraints = [
            models.UniqueConstraint(fields=["bid", "criterion"], name="one_score_per_criterion"),
            models.CheckConstraint(condition=Q(mark__gte=0), name="score_not_negative"),
            models.CheckConstraint(condition=~Q(reasons=""), name="score_has_reasons"),
        ]

    def __str__(self):
        return f"{self.bid_id} {self.criterion_id}: {self.mark}"
