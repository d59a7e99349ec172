"""Organisations asked in by another, which names them in a bid or brings them into a contract."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from framework_portal.constraints import together
from suppliers.links import token_of
from suppliers.models.organisations import Supplier
from suppliers.querysets import OrganisationInvitationQuerySet

PERSON = settings.AUTH_USER_MODEL


class OrganisationInvitation(models.Model):
    """An organisation asked to answer `inviter`, by a link that proves its mailbox.

    Written only by `suppliers.actions.inviting`. Who may answer for it is settled when it is
    taken up: `accepted_for` is the organisation, new or long known here.
    """

    # Who is named in whose bid shows here.
    hidden_from_reports = True

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    inviter = models.ForeignKey(Supplier, models.PROTECT, related_name="organisations_invited")
    email = models.EmailField()
    # The link is made of these two when the mail is written; the digest is all that is kept of it.
    seed = models.UUIDField(default=uuid.uuid4, editable=False)
    token_digest = models.CharField(max_length=64, unique=True)
    invited_at = models.DateTimeField()
    invited_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    accepted_for = models.ForeignKey(
        Supplier, models.PROTECT, null=True, related_name="organisation_invitations"
    )
    cancelled_at = models.DateTimeField(null=True)
    cancelled_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")

    objects = OrganisationInvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation of an organisation")
        verbose_name_plural = _("invitations of organisations")
        ordering = ["-invited_at"]
        constraints = [
            models.UniqueConstraint(
                "inviter",
                Lower("email"),
                condition=Q(accepted_at__isnull=True, cancelled_at__isnull=True),
                name="one_open_invitation_per_organisation",
            ),
            models.CheckConstraint(
                condition=together("accepted_at", "accepted_by", "accepted_for"),
                name="organisation_acceptance_is_whole",
            ),
            models.CheckConstraint(
                condition=together("cancelled_at", "cancelled_by"),
                name="organisation_invitation_cancellation_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True) | Q(cancelled_at__isnull=True),
                name="organisation_invitation_ends_once",
            ),
            models.CheckConstraint(
                condition=Q(accepted_for__isnull=True) | ~Q(accepted_for=F("inviter")),
                name="organisation_invites_another",
            ),
        ]

    def __str__(self):
        return str(self.reference)

    @property
    def token(self):
        """What its link carries: for its mail, and for who has proved the same mailbox."""
        return token_of(self)
