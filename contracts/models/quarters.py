"""The lead's returns, quarter by quarter. Their lines are beside them, in `lines`.

Quarters are those of the calendar. The first is the one in which the contract starts; four in a
row make a year of the contract, which one supply chain report is made from.
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from contracts.models.contract import Contract
from contracts.quarters import QUARTERS_A_YEAR, last_day
from contracts.querysets import QuarterQuerySet
from framework_portal.constraints import implies, together

PERSON = settings.AUTH_USER_MODEL


class QuarterReturn(models.Model):
    """What the lead says of one quarter of a contract. Written only by `contracts.actions`."""

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="quarters")
    # Counted from the quarter in which the contract starts.
    number = models.PositiveSmallIntegerField()
    year = models.PositiveSmallIntegerField()
    starts_on = models.DateField()
    due_on = models.DateField()
    # What the commissioner paid the lead under the contract, by the lead's own statement.
    income_pounds = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    sent_at = models.DateTimeField(null=True)
    sent_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    # What the lead typed and has not sent, as typed; numbered, so that no colleague's is lost.
    draft = models.JSONField(null=True)
    draft_number = models.PositiveIntegerField(default=0)
    drafted_at = models.DateTimeField(null=True)
    drafted_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")

    # The lead's own until it is sent.
    hidden_columns = {"draft"}

    objects = QuarterQuerySet.as_manager()

    class Meta:
        verbose_name = _("quarterly return")
        ordering = ["contract", "number"]
        indexes = [models.Index(fields=["due_on"], name="quarter_by_due_date")]
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "starts_on"], name="one_return_per_contract_and_quarter"
            ),
            models.UniqueConstraint(
                fields=["contract", "number"], name="one_return_per_contract_and_number"
            ),
            models.CheckConstraint(
                condition=Q(starts_on__day=1, starts_on__month__in=[1, 4, 7, 10]),
                name="quarter_starts_with_a_calendar_quarter",
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1)
                & Q(year=(F("number") + QUARTERS_A_YEAR - 1) / QUARTERS_A_YEAR),
                name="quarter_is_in_its_year",
            ),
            models.CheckConstraint(
                condition=Q(due_on__gt=F("starts_on")), name="quarter_due_after_it_began"
            ),
            models.CheckConstraint(
                condition=together("sent_at", "sent_by", "income_pounds"),
                name="quarter_sending_is_whole",
            ),
            models.CheckConstraint(
                condition=implies(Q(sent_at__isnull=False), Q(draft__isnull=True)),
                name="sent_quarter_has_no_draft",
            ),
            models.CheckConstraint(
                condition=together("drafted_at", "drafted_by"), name="quarter_draft_is_by_somebody"
            ),
            models.CheckConstraint(
                condition=Q(income_pounds__isnull=True) | Q(income_pounds__gte=0),
                name="quarter_income_not_below_0",
            ),
        ]

    def __str__(self):
        return str(self.reference)

    @property
    def ends_on(self):
        """The quarter's last day."""
        return last_day(self.starts_on)


class IncomeVersion(models.Model):
    """Each statement of what the lead was paid in a quarter."""

    quarter = models.ForeignKey(QuarterReturn, models.PROTECT, related_name="incomes")
    number = models.PositiveSmallIntegerField()
    pounds = models.DecimalField(max_digits=14, decimal_places=2)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")

    append_only = True

    class Meta:
        verbose_name = _("stated income")
        ordering = ["quarter", "number"]
        constraints = [
            models.UniqueConstraint(fields=["quarter", "number"], name="income_once_per_number"),
            models.CheckConstraint(condition=Q(pounds__gte=0), name="income_not_below_0"),
        ]

    def __str__(self):
        return f"{self.quarter}, {self.number}"
