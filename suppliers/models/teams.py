"""The people of an organisation, and those asked to join them."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from framework_portal.constraints import together
from suppliers.models.organisations import Supplier
from suppliers.querysets import MembershipQuerySet
from suppliers.states import (
    MemberRole,
)

PERSON = settings.AUTH_USER_MODEL


class Membership(models.Model):
    """A person's place in an organisation."""

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    supplier = models.ForeignKey(Supplier, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(PERSON, models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=10, choices=MemberRole)
    # Of owners and editors: whether they submit bids, or only write them. An owner decides.
    may_submit = models.BooleanField(_("may submit bids"), default=True)
    joined_at = models.DateTimeField()

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        ordering = ["supplier", "joined_at"]
        constraints = [
            models.UniqueConstraint(fields=["supplier", "user"], name="one_membership_each"),
            models.CheckConstraint(
                condition=Q(role__in=MemberRole.values), name="membership_role_known"
            ),
        ]

    def __str__(self):
        return f"{self.user}, {self.supplier}"


class Invitation(models.Model):
    """A colleague asked to join the organisation's account, by a link in a mail."""

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    supplier = models.ForeignKey(Supplier, models.CASCADE, related_name="invitations")
    email = models.EmailField()
    role = models.CharField(max_length=10, choices=MemberRole)
    invited_at = models.DateTimeField()
    invited_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    cancelled_at = models.DateTimeField(null=True)
    cancelled_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("invitation")
        ordering = ["-invited_at"]
        constraints = [
            models.UniqueConstraint(
                "supplier",
                Lower("email"),
                condition=Q(accepted_at__isnull=True, cancelled_at__isnull=True),
                name="one_open_invitation_per_address",
            ),
            models.CheckConstraint(
                condition=together("accepted_at", "accepted_by"),
                name="invitation_acceptance_is_whole",
            ),
            models.CheckConstraint(
                condition=together("cancelled_at", "cancelled_by"),
                name="invitation_cancellation_is_whole",
            ),
        ]

    def __str__(self):
        return str(self.reference)
