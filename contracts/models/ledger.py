"""The obligation ledger: what the lead promised each key subcontractor.

It begins with the winning bid, unchanged, and grows by granted cases alone: rows are added and
none is ever changed. What holds of a subcontractor now is its entry with the highest number.
"""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contracts.models.contract import Contract
from contracts.models.terms import Terms
from contracts.querysets import KeySubcontractorQuerySet, LedgerEntryQuerySet
from contracts.states import Basis
from suppliers.models import Supplier


class KeySubcontractor(models.Model):
    """An organisation that the lead promised work, under one contract."""

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="subcontractors")
    position = models.PositiveSmallIntegerField()
    # As the organisation that agreed was called then; it stays when it changes its own.
    name = models.CharField(max_length=200)
    # What the bid calls it, where that is another name.
    named_as = models.CharField(max_length=200, blank=True)
    # Null for history, where only the name is known.
    supplier = models.ForeignKey(
        Supplier, models.PROTECT, null=True, related_name="key_subcontracts"
    )
    # The granted case by which it came in; null where the bid or the public record names it.
    case = models.OneToOneField(
        "contracts.ChangeCase", models.PROTECT, null=True, related_name="newcomer"
    )
    added_at = models.DateTimeField()

    append_only = True

    objects = KeySubcontractorQuerySet.as_manager()

    class Meta:
        verbose_name = _("key subcontractor")
        ordering = ["contract", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "position"], name="key_subcontractor_once_per_position"
            ),
        ]

    def __str__(self):
        return self.name


class LedgerEntry(Terms):
    """One version of what a key subcontractor is owed under a contract."""

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    subcontractor = models.ForeignKey(KeySubcontractor, models.PROTECT, related_name="entries")
    number = models.PositiveSmallIntegerField()
    basis = models.CharField(max_length=10, choices=Basis)
    # The granted case that it carries out; null for what the bid or the public record says.
    case = models.ForeignKey(
        "contracts.ChangeCase", models.PROTECT, null=True, related_name="entries"
    )
    # The first day this entry holds; null: from the contract's start on.
    in_force_from = models.DateField(null=True)
    # What the subcontractor agreed to, as it signed it; null where nobody asked (history).
    consent = models.JSONField(null=True)
    made_at = models.DateTimeField()

    append_only = True

    objects = LedgerEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger entries")
        ordering = ["subcontractor", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["subcontractor", "number"], name="ledger_entry_once_per_number"
            ),
            models.CheckConstraint(
                condition=Q(basis__in=Basis.values), name="ledger_entry_basis_known"
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="ledger_entry_numbered_from_1"),
            models.CheckConstraint(
                condition=Q(basis=Basis.CASE, case__isnull=False)
                | ~Q(basis=Basis.CASE) & Q(case__isnull=True),
                name="ledger_entry_names_its_case",
            ),
            models.UniqueConstraint(
                fields=["case", "subcontractor"], name="case_is_carried_out_once"
            ),
            models.CheckConstraint(
                condition=~Q(basis=Basis.BID) | Q(number=1), name="bid_is_the_first_entry"
            ),
            models.CheckConstraint(
                condition=Q(share_percent__isnull=True) | Q(share_percent__range=(0, 100)),
                name="ledger_share_is_a_share",
            ),
            models.CheckConstraint(
                condition=Q(payment_days__isnull=True) | Q(payment_days__lte=30),
                name="ledger_pays_within_30_days",
            ),
        ]

    def __str__(self):
        return str(self.reference)
