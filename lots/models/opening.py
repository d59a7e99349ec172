"""Who will open a competition, and the keys that only they hold, together."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from framework_portal.clock import PortalClock
from framework_portal.sealing.models import SealedOffer
from lots.models.competitions import Competition

PERSON = settings.AUTH_USER_MODEL


class OpenerKey(models.Model):
    """An officer's key pair for opening; the private half opens with the opening passphrase only.

    A new passphrase is a new pair. The former one stays for the competitions published with it.
    """

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(PERSON, models.PROTECT, related_name="opener_keys")
    public_key = models.BinaryField()
    wrapped_key = models.BinaryField()
    made_at = models.DateTimeField(db_default=PortalClock(), editable=False)
    retired_at = models.DateTimeField(null=True)

    hidden_from_reports = True

    class Meta:
        verbose_name = _("opener’s key")
        verbose_name_plural = _("openers’ keys")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(retired_at__isnull=True), name="one_opener_key_in_use"
            ),
        ]

    def __str__(self):
        return str(self.reference)


class OpenerProof(models.Model):
    """An officer has shown that the passphrase opens the key, for a `competition` or for none."""

    key = models.ForeignKey(OpenerKey, models.PROTECT, related_name="proofs")
    competition = models.ForeignKey(
        Competition, models.PROTECT, null=True, related_name="opener_proofs"
    )
    # Set by a trigger to portal_clock(), and read back; what a caller writes is not looked at.
    proven_at = models.DateTimeField(db_default=PortalClock(), editable=False)

    append_only = True

    class Meta:
        verbose_name = _("proof of an opening passphrase")
        verbose_name_plural = _("proofs of opening passphrases")
        ordering = ["pk"]

    def __str__(self):
        return f"{self.key_id} at {self.proven_at}"


class Opener(models.Model):
    """One of the officers who may open a competition. Chosen in the draft, fixed from then on."""

    competition = models.ForeignKey(Competition, models.CASCADE, related_name="openers")
    user = models.ForeignKey(PERSON, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("opener")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["competition", "user"], name="opener_named_once"),
        ]

    def __str__(self):
        return f"{self.user} for {self.competition_id}"


class Part(models.TextChoices):
    """What of a bid is sealed to a key."""

    WHOLE = "whole", _("The whole bid")
    QUALITY = "quality", _("Everything but the price")
    PRICE = "price", _("The price")
    # Opens nothing but a dummy: its second share lies in the open, for one officer to practise.
    REHEARSAL = "rehearsal", _("A dummy bid")


class SealingKey(models.Model):
    """What bids of a competition are sealed to. The private half was split and thrown away."""

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    competition = models.ForeignKey(Competition, models.PROTECT, related_name="sealing_keys")
    part = models.CharField(max_length=10, choices=Part)
    public_key = models.BinaryField()
    # SHA-256, for the check when the private half is put together again.
    private_hash = models.CharField(max_length=64)
    # SHA-256 of the share that was printed at publication and is kept nowhere here.
    recovery_hash = models.CharField(max_length=64)
    # Of a rehearsal's key only: a share that everybody may know, and the dummy it opens.
    open_share = models.TextField(blank=True)
    dummy = models.OneToOneField(SealedOffer, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(db_default=PortalClock(), editable=False)

    append_only = True
    hidden_from_reports = True

    class Meta:
        verbose_name = _("sealing key")
        ordering = ["competition", "part"]
        constraints = [
            models.UniqueConstraint(fields=["competition", "part"], name="one_key_for_each_part"),
            models.CheckConstraint(condition=Q(part__in=Part.values), name="sealing_part_known"),
            models.CheckConstraint(
                condition=Q(open_share="") | Q(part=Part.REHEARSAL),
                name="only_rehearsals_have_an_open_share",
            ),
        ]

    def __str__(self):
        return f"{self.competition_id} {self.part}"


class KeyShare(models.Model):
    """One opener's share of a private key, sealed to that opener's public key."""

    key = models.ForeignKey(SealingKey, models.PROTECT, related_name="shares")
    opener = models.ForeignKey(Opener, models.PROTECT, related_name="shares")
    opener_key = models.ForeignKey(OpenerKey, models.PROTECT, related_name="shares")
    sealed = models.BinaryField()

    append_only = True
    hidden_from_reports = True

    class Meta:
        verbose_name = _("share of a sealing key")
        verbose_name_plural = _("shares of sealing keys")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["key", "opener"], name="one_share_for_each_opener"),
        ]

    def __str__(self):
        return f"{self.key_id} of {self.opener_id}"
