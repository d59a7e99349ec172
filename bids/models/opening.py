"""Opening: two officers, all bids at once."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from framework_portal.sealing.signed import SignedRow
from lots.models import Competition, Opener, Part

PERSON = settings.AUTH_USER_MODEL


class OpeningApproval(models.Model):
    """One officer's act towards opening. It runs out, and it takes a second person's."""

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    competition = models.ForeignKey(Competition, models.PROTECT, related_name="opening_approvals")
    part = models.CharField(max_length=10, choices=Part, default=Part.WHOLE)
    # The printed share stood for the officer's own, whose passphrase was lost.
    by_recovery = models.BooleanField(default=False)
    approved_at = models.DateTimeField()
    approved_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()

    append_only = True

    class Meta:
        verbose_name = _("approval of an opening")
        verbose_name_plural = _("approvals of openings")
        ordering = ["-approved_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("approved_at")), name="opening_approval_runs_out"
            ),
        ]

    def __str__(self):
        return str(self.reference)


class HandedShare(models.Model):
    """The first officer's share, sealed to one of the others, until the approval runs out."""

    approval = models.ForeignKey(OpeningApproval, models.PROTECT, related_name="handed")
    opener = models.ForeignKey(Opener, models.PROTECT, related_name="+")
    sealed = models.BinaryField()

    append_only = True
    discardable = True
    hidden_from_reports = True

    class Meta:
        verbose_name = _("share handed to another opener")
        verbose_name_plural = _("shares handed to other openers")
        constraints = [
            models.UniqueConstraint(fields=["approval", "opener"], name="share_handed_once"),
        ]

    def __str__(self):
        return f"{self.approval_id} to {self.opener_id}"


class OpeningAct(SignedRow):
    """The second of two acts, and what it found, as it was signed."""

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    approval = models.OneToOneField(OpeningApproval, models.PROTECT, related_name="+")
    first_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    second_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    # Which envelopes, by hash, and which could not be read.
    record = models.JSONField(default=list)

    append_only = True

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=~Q(first_by=F("second_by")), name="%(class)s_takes_two_people"
            ),
        ]

    def __str__(self):
        return str(self.reference)


class Opening(OpeningAct):
    """The act that unsealed all bids of a competition together."""

    competition = models.OneToOneField(Competition, models.PROTECT, related_name="opening")

    class Meta(OpeningAct.Meta):
        verbose_name = _("opening")


class QualityLock(models.Model):
    """The quality scores stand: from now on, and not before, the prices can be opened."""

    competition = models.OneToOneField(Competition, models.PROTECT, related_name="quality_lock")
    locked_at = models.DateTimeField()
    locked_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")

    append_only = True

    class Meta:
        verbose_name = _("lock of quality scores")
        verbose_name_plural = _("locks of quality scores")

    def __str__(self):
        return str(self.competition)


class PriceOpening(OpeningAct):
    """The act that unsealed all prices together, where price is opened after quality."""

    competition = models.OneToOneField(Competition, models.PROTECT, related_name="price_opening")

    class Meta(OpeningAct.Meta):
        verbose_name = _("opening of prices")
        verbose_name_plural = _("openings of prices")
