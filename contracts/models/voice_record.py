"""What is public of confidential reports, and what proves that none was changed."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class VoiceFigures(models.Model):
    """The numbers of one year, April to March: published once, long after it, and never changed.

    Numbers that are counted as one looks would move the day after somebody reported.
    """

    append_only = True

    # The year in which it begins.
    year = models.PositiveSmallIntegerField(unique=True)
    # By kind: how many, or null where there were too few to say.
    by_kind = models.JSONField()
    total = models.PositiveIntegerField(null=True)
    published_at = models.DateTimeField()

    class Meta:
        verbose_name = _("yearly figures of confidential reports")
        verbose_name_plural = _("yearly figures of confidential reports")
        ordering = ["-year"]
        constraints = [
            models.CheckConstraint(
                condition=Q(total__isnull=True) | Q(total__gte=5),
                name="voice_total_of_five_or_more",
            ),
        ]

    def __str__(self):
        return f"{self.year}/{(self.year + 1) % 100:02}"


class ConfidentialAnchor(models.Model):
    """A digest of everything said in confidence up to one day, under a salt of its own.

    Its digest goes into the audit trail every day, whether anything was said or not: so the rows
    are as hard to change as the trail, and the trail tells nobody that there are any.
    """

    append_only = True
    hidden_from_reports = True

    day = models.DateField(unique=True)
    salt = models.BinaryField()
    # How far it reaches: the last row of each table.
    reaches = models.JSONField()
    digest = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("daily digest")
        ordering = ["day"]

    def __str__(self):
        return str(self.day)
