"""Lots: what is bought and bid for."""

import uuid

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from framework_portal.reference.models import Area, Category
from lots.models.competitions import Competition
from lots.querysets import (
    LotQuerySet,
    words_of_lot,
)
from lots.states import (
    AwardRoute,
    Sex,
)

PERSON = settings.AUTH_USER_MODEL


class Lot(models.Model):
    """What is bought and bid for: categories over a list of areas."""

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    competition = models.ForeignKey(Competition, models.PROTECT, related_name="lots")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    categories = models.ManyToManyField(Category, related_name="lots")
    # A free list: later contracts were let for groups and for parts of areas.
    areas = models.ManyToManyField(Area, related_name="lots")
    sex = models.CharField(max_length=6, choices=Sex, default=Sex.ANY)
    minimum_age = models.PositiveSmallIntegerField(null=True, blank=True)
    maximum_age = models.PositiveSmallIntegerField(null=True, blank=True)
    value = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    value_if_extended = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    volume = models.CharField(max_length=200, blank=True)
    award_route = models.CharField(
        max_length=40, choices=AwardRoute, default=AwardRoute.COMPETITION
    )
    # The number other systems know this lot by, such as PRJ_5549.
    outside_reference = models.CharField(max_length=40, blank=True)

    objects = LotQuerySet.as_manager()

    class Meta:
        verbose_name = _("lot")
        ordering = ["competition", "position"]
        indexes = [
            models.Index(F("value").desc(nulls_last=True), "id", name="lot_by_worth"),
            GinIndex(words_of_lot(), name="lot_words"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["competition", "position"],
                name="one_lot_per_position",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(condition=Q(sex__in=Sex.values), name="lot_sex_known"),
            models.CheckConstraint(
                condition=Q(award_route__in=AwardRoute.values), name="lot_award_route_known"
            ),
            models.CheckConstraint(
                condition=Q(minimum_age__isnull=True)
                | Q(maximum_age__isnull=True)
                | Q(maximum_age__gte=F("minimum_age")),
                name="lot_ages_in_order",
            ),
            models.CheckConstraint(
                condition=Q(value__isnull=True) | Q(value__gte=0), name="lot_value_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(value_if_extended__isnull=True)
                | Q(value__isnull=True)
                | Q(value_if_extended__gte=F("value")),
                name="lot_extension_adds_value",
            ),
        ]

    def __str__(self):
        return self.title
