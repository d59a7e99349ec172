"""What a key subcontractor is owed: the same columns in the ledger and in what a case proposes."""

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Terms(models.Model):
    """The terms of one organisation. A granted case writes into the ledger what it proposed."""

    role = models.TextField(blank=True)
    # Slugs of categories, and `level:slug` of areas.
    categories = ArrayField(models.CharField(max_length=60), default=list)
    areas = ArrayField(models.CharField(max_length=130), default=list)
    share_percent = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    share_pounds = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    # How many people a quarter are to be referred to it.
    volume_per_quarter = models.PositiveIntegerField(null=True)
    # Days from invoice to payment: 30 at most (Procurement Act 2023 s.68, s.73).
    payment_days = models.PositiveSmallIntegerField(null=True)
    starts_on = models.DateField(null=True)
    # Whether the lead meets a condition through it (Procurement Act 2023 s.72).
    relied_on = models.BooleanField(default=False)
    # The subcontract comes to its end with these terms.
    is_end = models.BooleanField(default=False)

    class Meta:
        abstract = True
