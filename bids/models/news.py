"""Who wants to be told what, and how far each was told."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lots.models import Competition

PERSON = settings.AUTH_USER_MODEL


class NewsBy(models.TextChoices):
    """When somebody who follows a competition is told of answers and other news."""

    DAILY = "daily", _("One email a day")
    AT_ONCE = "at_once", _("An email at once")
    NONE = "none", _("No email")


class NewsReader(models.Model):
    """How one person is told of news, and up to when: what came before is not told again."""

    # Who follows a competition may be bidding for it.
    hidden_from_reports = True

    person = models.OneToOneField(PERSON, models.CASCADE, related_name="+")
    by = models.CharField(max_length=8, choices=NewsBy, default=NewsBy.DAILY)
    chosen_at = models.DateTimeField(null=True)
    told_until = models.DateTimeField()
    # The last digest: its day, and from when on it told. One that could not be sent is taken back
    # on the next day, and its news goes into the next one.
    digest_on = models.DateField(null=True)
    digest_from = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("reader of news")
        verbose_name_plural = _("readers of news")
        constraints = [
            models.CheckConstraint(condition=Q(by__in=NewsBy.values), name="news_by_known"),
        ]

    def __str__(self):
        return f"{self.person_id}: {self.by}"


class Unfollowed(models.Model):
    """A competition of which somebody wants no more news."""

    # Who follows a competition may be bidding for it.
    hidden_from_reports = True

    person = models.ForeignKey(PERSON, models.CASCADE, related_name="+")
    competition = models.ForeignKey(Competition, models.CASCADE, related_name="+")
    since = models.DateTimeField()

    class Meta:
        verbose_name = _("competition not followed")
        verbose_name_plural = _("competitions not followed")
        constraints = [
            models.UniqueConstraint(fields=["person", "competition"], name="unfollowed_once"),
        ]

    def __str__(self):
        return f"{self.person_id}: {self.competition_id}"
