"""Whether subcontracts are signed, what the commissioner decided where one was not, and the end."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contracts.models.contract import Contract, within_reason
from contracts.models.ledger import KeySubcontractor
from contracts.querysets import ChainDecisionQuerySet, SubcontractStatementQuerySet
from contracts.states import ChainMove, Signer

PERSON = settings.AUTH_USER_MODEL


class SubcontractStatement(models.Model):
    """What one party says of a subcontract: that it has signed it, or that it has not yet.

    Rows are added and the newest of each party holds. The lead and the subcontractor see their
    own; the commissioner sees both.
    """

    append_only = True

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    subcontractor = models.ForeignKey(KeySubcontractor, models.PROTECT, related_name="statements")
    party = models.CharField(max_length=15, choices=Signer)
    # The day it signed; null: it says that it has not.
    signed_on = models.DateField(null=True)
    said_at = models.DateTimeField()
    said_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")

    objects = SubcontractStatementQuerySet.as_manager()

    class Meta:
        verbose_name = _("statement about a subcontract")
        verbose_name_plural = _("statements about subcontracts")
        ordering = ["subcontractor", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(party__in=Signer.values), name="subcontract_statement_party_known"
            ),
            models.CheckConstraint(
                condition=within_reason("signed_on"),
                name="subcontract_statement_within_reason",
            ),
        ]

    def __str__(self):
        return str(self.reference)


class ChainDecision(models.Model):
    """What the commissioner decided of a subcontractor relied on that has not signed.

    Procurement Act 2023 s.72: it may direct the lead to sign; where the lead fails to, refuse the
    contract or direct it to sign with another.
    """

    append_only = True

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    subcontractor = models.ForeignKey(KeySubcontractor, models.PROTECT, related_name="decisions")
    move = models.CharField(max_length=10, choices=ChainMove)
    reasons = models.TextField()
    # By when the lead must have followed a direction.
    due_on = models.DateField(null=True)
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")

    objects = ChainDecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision about a subcontract")
        verbose_name_plural = _("decisions about subcontracts")
        ordering = ["subcontractor", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(move__in=ChainMove.values), name="chain_decision_move_known"
            ),
            models.CheckConstraint(
                condition=within_reason("due_on"), name="chain_direction_within_reason"
            ),
            models.CheckConstraint(condition=~Q(reasons=""), name="chain_decision_says_why"),
            models.CheckConstraint(
                condition=Q(move__in=ChainMove.directions(), due_on__isnull=False)
                | ~Q(move__in=ChainMove.directions()) & Q(due_on__isnull=True),
                name="chain_direction_has_a_date",
            ),
        ]

    def __str__(self):
        return str(self.reference)


class TerminationNotice(models.Model):
    """That the termination notice (UK11) of a contract was published, expiry included.

    Procurement Act 2023 s.80: within 30 days of the end.
    """

    append_only = True

    contract = models.OneToOneField(Contract, models.PROTECT, related_name="termination_notice")
    published_on = models.DateField()
    notice_reference = models.CharField(max_length=100)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("termination notice")
        constraints = [
            models.CheckConstraint(
                condition=~Q(notice_reference=""), name="termination_notice_can_be_found"
            ),
            models.CheckConstraint(
                condition=within_reason("published_on"), name="termination_notice_within_reason"
            ),
        ]

    def __str__(self):
        return self.notice_reference
