"""What the portal noticed of supply chains. Nothing confidential is told here."""

import uuid

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contracts.models.contract import Contract
from contracts.models.ledger import KeySubcontractor
from contracts.models.signing import SubcontractStatement
from contracts.querysets import ChainFindingQuerySet
from contracts.states import FindingKind
from framework_portal.constraints import implies


class ChainFinding(models.Model):
    """One thing that the commissioner should look at: raised once for each `key`, then settled."""

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="findings")
    # Null where it is of the whole chain, or of somebody who is not in it.
    subcontractor = models.ForeignKey(
        KeySubcontractor, models.PROTECT, null=True, related_name="findings"
    )
    kind = models.CharField(max_length=24, choices=FindingKind)
    # Names the fact: it is raised once, whoever looks and however often.
    key = models.CharField(max_length=200, unique=True)
    # References, names of organisations and figures.
    facts = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    raised_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    # What settled it where no person did: the statement that the subcontract is signed.
    settled_by_statement = models.ForeignKey(
        SubcontractStatement, models.PROTECT, null=True, related_name="settled_findings"
    )
    settled_because = models.TextField(blank=True)

    objects = ChainFindingQuerySet.as_manager()

    class Meta:
        verbose_name = _("finding of a supply chain")
        verbose_name_plural = _("findings of supply chains")
        ordering = ["-raised_at", "-pk"]
        indexes = [
            models.Index(
                fields=["contract", "kind"],
                condition=Q(settled_at__isnull=True),
                name="chain_finding_waiting",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=FindingKind.values), name="chain_finding_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(
                    settled_at__isnull=True,
                    settled_by__isnull=True,
                    settled_by_statement__isnull=True,
                )
                | Q(
                    settled_at__isnull=False,
                    settled_by__isnull=False,
                    settled_by_statement__isnull=True,
                )
                | Q(
                    settled_at__isnull=False,
                    settled_by__isnull=True,
                    settled_by_statement__isnull=False,
                ),
                name="chain_finding_settling_whole",
            ),
            models.CheckConstraint(
                condition=implies(Q(settled_at__isnull=False), ~Q(settled_because="")),
                name="chain_finding_settled_in_words",
            ),
            models.CheckConstraint(condition=~Q(key=""), name="chain_finding_has_a_key"),
        ]

    def __str__(self):
        return str(self.reference)
