"""What opens an organisation's vault. What lies in it are sealed rows, wherever they belong."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from framework_portal.accounts.models import PersonalKey
from framework_portal.clock import PortalClock
from suppliers.models.organisations import Supplier

PERSON = settings.AUTH_USER_MODEL


class Vault(models.Model):
    """A key pair of an organisation; the newest takes what is kept from now on.

    Nothing holds the private half but the grants: it was thrown away when the pair was made.
    """

    hidden_from_reports = True

    supplier = models.ForeignKey(Supplier, models.CASCADE, related_name="vaults")
    generation = models.PositiveIntegerField()
    public = models.BinaryField()
    made_at = models.DateTimeField(db_default=PortalClock(), editable=False)

    class Meta:
        verbose_name = _("vault")
        ordering = ["supplier", "-generation"]
        constraints = [
            models.UniqueConstraint(fields=["supplier", "generation"], name="vault_generations"),
        ]

    def __str__(self):
        return f"{self.supplier} {self.generation}"


class RecoveryKey(models.Model):
    """A key pair whose private half is wrapped under a printed code that nobody stores.

    Vaults made later are sealed to it too, so the paper stays good when people come and go.
    """

    hidden_from_reports = True

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    supplier = models.OneToOneField(Supplier, models.CASCADE, related_name="recovery_key")
    public = models.BinaryField()
    wrapped = models.BinaryField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("recovery code of an organisation")
        verbose_name_plural = _("recovery codes of organisations")

    def __str__(self):
        return str(self.supplier)


class VaultGrant(models.Model):
    """The private half of a vault, sealed to one member's personal key or to the recovery key."""

    hidden_from_reports = True

    vault = models.ForeignKey(Vault, models.CASCADE, related_name="grants")
    key = models.ForeignKey(PersonalKey, models.CASCADE, null=True, related_name="vault_grants")
    recovery = models.ForeignKey(RecoveryKey, models.CASCADE, null=True, related_name="grants")
    sealed = models.BinaryField()
    granted_at = models.DateTimeField(db_default=PortalClock(), editable=False)

    class Meta:
        verbose_name = _("key to a vault")
        verbose_name_plural = _("keys to vaults")
        constraints = [
            models.CheckConstraint(
                condition=Q(key__isnull=False, recovery__isnull=True)
                | Q(key__isnull=True, recovery__isnull=False),
                name="vault_granted_to_one",
            ),
            models.UniqueConstraint(fields=["vault", "key"], name="vault_granted_once_a_person"),
            models.UniqueConstraint(
                fields=["vault", "recovery"], name="vault_granted_once_a_recovery"
            ),
        ]

    def __str__(self):
        return f"{self.vault_id} to {self.key_id or self.recovery_id}"
