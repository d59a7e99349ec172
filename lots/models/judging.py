"""How bids are judged: criteria, and the questions under them."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lots.models.competitions import Competition
from lots.states import (
    CriterionKind,
)

PERSON = settings.AUTH_USER_MODEL


class Criterion(models.Model):
    """What is judged, and for how much of the score. Weights are per cent and sum to 100."""

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    competition = models.ForeignKey(Competition, models.CASCADE, related_name="criteria")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=CriterionKind, default=CriterionKind.QUALITY)
    name = models.CharField(max_length=120)
    description = models.TextField(blank=True)
    weight = models.DecimalField(max_digits=5, decimal_places=2, default=0)
    # A bid below this mark is not successful, whatever its total.
    lowest_mark = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")
        ordering = ["competition", "position"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=CriterionKind.values), name="criterion_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(weight__gte=0, weight__lte=100), name="criterion_weight_is_a_share"
            ),
            models.CheckConstraint(
                condition=Q(kind=CriterionKind.GATE, weight=0)
                | ~Q(kind=CriterionKind.GATE) & Q(weight__gt=0),
                name="gates_carry_no_weight_and_the_rest_do",
            ),
            models.UniqueConstraint(
                fields=["competition"],
                condition=Q(kind=CriterionKind.PRICE),
                name="one_price_criterion",
            ),
        ]

    def __str__(self):
        return self.name


class Question(models.Model):
    """One thing a bid answers in words, judged under one criterion."""

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    criterion = models.ForeignKey(Criterion, models.CASCADE, related_name="questions")
    position = models.PositiveSmallIntegerField()
    text = models.TextField()
    guidance = models.TextField(blank=True)
    word_limit = models.PositiveIntegerField(default=500)

    class Meta:
        verbose_name = _("question")
        ordering = ["criterion", "position"]
        constraints = [
            models.CheckConstraint(
                condition=Q(word_limit__range=(1, 5000)), name="word_limit_is_usable"
            ),
        ]

    def __str__(self):
        return self.text[:80]
