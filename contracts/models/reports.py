"""The yearly supply chain report: what was promised and what came of it.

Its figures are those of confirmed lines alone, and of disputes that the commissioner settled. They
are frozen when the lead signs, row by row, and as long as a signed or accepted report stands the
database holds them to the lines.
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from contracts.models.contract import Contract
from contracts.models.ledger import KeySubcontractor
from contracts.querysets import ReportQuerySet
from contracts.states import ReportState
from framework_portal.constraints import implies, together
from suppliers.states import Size

PERSON = settings.AUTH_USER_MODEL


class SupplyChainReport(models.Model):
    """The report of one year of a contract. Written only by `contracts.actions`."""

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="reports")
    # As `QuarterReturn.year`: four calendar quarters, the first with the contract's start.
    year = models.PositiveSmallIntegerField()
    starts_on = models.DateField()
    ends_on = models.DateField()
    due_on = models.DateField()
    state = models.CharField(max_length=10, choices=ReportState, default=ReportState.DRAFT)
    # The lead's own words, numbered so that no colleague's are lost.
    words = models.TextField(blank=True)
    words_number = models.PositiveIntegerField(default=0)
    # What was signed last.
    signing = models.OneToOneField(
        "contracts.ReportSigning", models.PROTECT, null=True, related_name="+"
    )
    signed_at = models.DateTimeField(null=True)
    signed_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    # Of the last decision.
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    reasons = models.TextField(blank=True)

    # The lead's own until they are signed: then they stand in `ReportSigning`.
    hidden_columns = {"words"}

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("supply chain report")
        ordering = ["contract", "year"]
        indexes = [models.Index(fields=["state", "due_on"], name="report_by_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "year"], name="one_report_per_contract_and_year"
            ),
            models.CheckConstraint(
                condition=Q(state__in=ReportState.values), name="report_state_known"
            ),
            models.CheckConstraint(
                condition=Q(year__gte=1, ends_on__gt=F("starts_on"), due_on__gt=F("starts_on")),
                name="report_covers_a_year",
            ),
            models.CheckConstraint(
                condition=together("signing", "signed_at", "signed_by"),
                name="report_signing_is_whole",
            ),
            models.CheckConstraint(
                condition=implies(~Q(state=ReportState.DRAFT), Q(signing__isnull=False)),
                name="report_past_draft_was_signed",
            ),
            models.CheckConstraint(
                condition=together("decided_at", "decided_by"), name="report_decision_is_whole"
            ),
            models.CheckConstraint(
                condition=implies(
                    Q(state__in=[ReportState.ACCEPTED, ReportState.RETURNED]),
                    Q(decided_at__isnull=False),
                ),
                name="report_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=implies(Q(state=ReportState.RETURNED), ~Q(reasons="")),
                name="report_returned_with_reasons",
            ),
        ]

    def __str__(self):
        return str(self.reference)


class Totals(models.Model):
    """Sums over the confirmed lines of a year."""

    referrals = models.PositiveIntegerField()
    pounds = models.DecimalField(max_digits=18, decimal_places=2)
    payments = models.PositiveIntegerField()
    paid_late = models.PositiveIntegerField()
    # How many lines they are the sum of.
    lines = models.PositiveIntegerField()

    class Meta:
        abstract = True


class ReportSigning(Totals):
    """The report as the lead signed it, once for each signing."""

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    report = models.ForeignKey(SupplyChainReport, models.PROTECT, related_name="signings")
    number = models.PositiveSmallIntegerField()
    # What the commissioner paid the lead in the year: real shares are shares of this.
    income_pounds = models.DecimalField(max_digits=18, decimal_places=2)
    # Confirmed lines again, by the kind of organisation at signing; one may be both.
    voluntary_pounds = models.DecimalField(max_digits=18, decimal_places=2)
    small_pounds = models.DecimalField(max_digits=18, decimal_places=2)
    # Shown apart, and in no sum above: what nobody confirmed.
    disputed_lines = models.PositiveIntegerField()
    disputed_pounds = models.DecimalField(max_digits=18, decimal_places=2)
    unanswered_lines = models.PositiveIntegerField()
    unanswered_pounds = models.DecimalField(max_digits=18, decimal_places=2)
    outside_lines = models.PositiveIntegerField()
    outside_pounds = models.DecimalField(max_digits=18, decimal_places=2)
    words = models.TextField()
    # Of all figures and words, as `contracts.selectors.annual` writes them down.
    digest = models.CharField(max_length=64)
    signed_at = models.DateTimeField()
    signed_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")

    append_only = True

    class Meta:
        verbose_name = _("signed supply chain report")
        ordering = ["report", "number"]
        constraints = [
            models.UniqueConstraint(fields=["report", "number"], name="signing_once_per_number"),
            models.CheckConstraint(condition=~Q(words=""), name="signing_has_words"),
        ]

    def __str__(self):
        return str(self.reference)


class ReportRow(Totals):
    """One key subcontractor in a signed report: promise and delivery."""

    signing = models.ForeignKey(ReportSigning, models.PROTECT, related_name="rows")
    subcontractor = models.ForeignKey(KeySubcontractor, models.PROTECT, related_name="report_rows")
    name = models.CharField(max_length=200)
    is_voluntary = models.BooleanField()
    size = models.CharField(max_length=10, choices=Size, blank=True)
    # Of the year's income: each quarter's promise, for the days it ran, weighs as its income.
    promised_share = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    # Pounds as a share of the lead's income, however small that was; null where there was none.
    real_share = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    # People referred in the year, over the quarters the subcontract ran in.
    promised_volume = models.PositiveIntegerField(null=True)
    payment_days = models.PositiveSmallIntegerField(null=True)
    # Pounds weigh nothing here: the mean over invoices, where there were any.
    days_to_pay = models.DecimalField(max_digits=4, decimal_places=1, null=True)
    # Lines of the year that are in no sum of this row.
    unconfirmed_lines = models.PositiveIntegerField()
    joined_on = models.DateField(null=True)
    left_on = models.DateField(null=True)
    left_because = models.TextField(blank=True)

    append_only = True

    class Meta:
        verbose_name = _("row of a signed report")
        verbose_name_plural = _("rows of signed reports")
        ordering = ["signing", "subcontractor__position"]
        constraints = [
            models.UniqueConstraint(
                fields=["signing", "subcontractor"], name="one_row_per_subcontractor_and_signing"
            ),
        ]

    def __str__(self):
        return f"{self.signing}, {self.name}"


class ReportDecision(models.Model):
    """What the commissioner decided about a signed report."""

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    signing = models.OneToOneField(ReportSigning, models.PROTECT, related_name="decision")
    accepted = models.BooleanField()
    reasons = models.TextField(blank=True)
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")

    append_only = True

    class Meta:
        verbose_name = _("decision on a supply chain report")
        verbose_name_plural = _("decisions on supply chain reports")
        ordering = ["decided_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(accepted=True) | ~Q(reasons=""), name="return_of_a_report_says_why"
            ),
        ]

    def __str__(self):
        return str(self.reference)
