"""The contract with a lead supplier, and how it may and did change."""

import uuid
from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bids.models import Award
from contracts.querysets import ContractQuerySet
from contracts.states import ContractKind, ContractState
from framework_portal.constraints import implies, together
from framework_portal.reference.models import Commissioner
from lots.models import Lot
from suppliers.models import Supplier

PERSON = settings.AUTH_USER_MODEL
# Outside these a year was mistyped.
EARLIEST, LATEST = date(2015, 1, 1), date(2100, 12, 31)


def within_reason(name):
    return Q(**{f"{name}__isnull": True}) | Q(**{f"{name}__range": (EARLIEST, LATEST)})


class Contract(models.Model):
    """What the award of one lot led to. Written only by `contracts.actions`.

    History (the contracts of 2021) has a lead known by name alone and neither value nor dates
    beyond those that are public.
    """

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    award = models.OneToOneField(Award, models.PROTECT, related_name="contract")
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="contracts")
    commissioner = models.ForeignKey(Commissioner, models.PROTECT, related_name="contracts")
    # The lead; null for history, where only the name is known.
    supplier = models.ForeignKey(Supplier, models.PROTECT, null=True, related_name="contracts")
    lead_name = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, choices=ContractKind, default=ContractKind.CONTRACT)
    # The power that a grant is paid under, such as the Offender Management Act 2007 s.6.
    legal_power = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=12, choices=ContractState, default=ContractState.DRAFT)
    is_history = models.BooleanField(default=False)
    # As agreed at first; modifications are rows beside it.
    value = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    # By how many per cent a subcontractor's share may stay behind the promise, unremarked.
    drift_limit_percent = models.DecimalField(max_digits=5, decimal_places=2, default=20)
    # By when those relied on must have signed (Procurement Act 2023 s.72).
    chain_signs_by = models.DateField(null=True)
    made_at = models.DateTimeField()
    signed_on = models.DateField(null=True)
    signed_at = models.DateTimeField(null=True)
    signed_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    terminated_on = models.DateField(null=True)
    terminated_at = models.DateTimeField(null=True)
    terminated_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    terminated_because = models.TextField(blank=True)

    objects = ContractQuerySet.as_manager()

    class Meta:
        verbose_name = _("contract")
        ordering = ["-made_at", "pk"]
        indexes = [models.Index(fields=["commissioner", "state"], name="contract_by_body")]
        constraints = [
            # After a refusal the lot is awarded again: the first contract has ended by then.
            models.UniqueConstraint(
                fields=["lot"],
                condition=Q(is_history=False) & ~Q(state=ContractState.TERMINATED),
                name="one_standing_contract_per_lot",
            ),
            models.CheckConstraint(
                condition=Q(state__in=ContractState.values), name="contract_state_known"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=ContractKind.values), name="contract_kind_known"
            ),
            models.CheckConstraint(
                condition=together("signed_at", "signed_by"), name="contract_signing_is_whole"
            ),
            models.CheckConstraint(
                condition=together("terminated_on", "terminated_at", "terminated_by"),
                name="contract_termination_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(is_history=True) | Q(supplier__isnull=False),
                name="contract_has_a_lead",
            ),
            models.CheckConstraint(
                condition=Q(is_history=True)
                | Q(state=ContractState.DRAFT, signed_on__isnull=True, signed_at__isnull=True)
                | Q(state=ContractState.TERMINATED)
                | Q(
                    state=ContractState.SIGNED,
                    signed_on__isnull=False,
                    signed_at__isnull=False,
                    value__isnull=False,
                    starts_on__isnull=False,
                    ends_on__isnull=False,
                ),
                name="contract_signed_with_its_terms",
            ),
            models.CheckConstraint(
                condition=implies(
                    Q(state=ContractState.TERMINATED), Q(terminated_on__isnull=False)
                ),
                name="contract_terminated_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True)
                | Q(starts_on__isnull=True)
                | Q(ends_on__gte=F("starts_on")),
                name="contract_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=within_reason("starts_on")
                & within_reason("ends_on")
                & within_reason("terminated_on"),
                name="contract_dates_within_reason",
            ),
            models.CheckConstraint(
                condition=within_reason("chain_signs_by") & within_reason("signed_on"),
                name="contract_signing_within_reason",
            ),
            models.CheckConstraint(
                condition=Q(value__isnull=True) | Q(value__gte=0), name="contract_value_not_below_0"
            ),
            models.CheckConstraint(
                condition=Q(drift_limit_percent__range=(0, 100)),
                name="contract_drift_limit_is_a_share",
            ),
            models.CheckConstraint(
                condition=Q(kind=ContractKind.CONTRACT)
                | Q(state=ContractState.DRAFT)
                | ~Q(legal_power=""),
                name="grant_names_its_power",
            ),
        ]

    def __str__(self):
        return str(self.reference)


class ExtensionOption(models.Model):
    """A right to make a contract longer, as it was agreed."""

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="extension_options")
    position = models.PositiveSmallIntegerField()
    months = models.PositiveSmallIntegerField()
    notice_days = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("extension option")
        ordering = ["contract", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "position"], name="extension_option_once_per_position"
            ),
            models.CheckConstraint(
                condition=Q(months__range=(1, 120)), name="extension_option_of_some_months"
            ),
        ]

    def __str__(self):
        return f"{self.contract}, {self.position}"


class Modification(models.Model):
    """A change of a signed contract (Procurement Act 2023 s.74). The supply chain is not changed
    here: that takes a case."""

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="modifications")
    number = models.PositiveSmallIntegerField()
    what = models.TextField()
    reasons = models.TextField()
    # What holds from then on; null: as before.
    ends_on = models.DateField(null=True)
    value = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    option = models.OneToOneField(
        ExtensionOption, models.PROTECT, null=True, related_name="modification"
    )
    agreed_on = models.DateField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")

    append_only = True

    class Meta:
        verbose_name = _("modification")
        ordering = ["contract", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "number"], name="modification_once_per_number"
            ),
            models.CheckConstraint(
                condition=~Q(what="") & ~Q(reasons=""), name="modification_says_what_and_why"
            ),
            models.CheckConstraint(
                condition=Q(value__isnull=True) | Q(value__gte=0),
                name="modification_value_not_below_0",
            ),
            models.CheckConstraint(
                condition=within_reason("ends_on"), name="modification_end_within_reason"
            ),
            models.CheckConstraint(
                condition=within_reason("agreed_on"), name="modification_day_within_reason"
            ),
        ]

    def __str__(self):
        return str(self.reference)
