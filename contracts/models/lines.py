"""Volumes and money: the lead states them, the subcontractor answers for itself, alone.

A line is what was stated of one organisation in one quarter. Each version of it, each answer and
each settlement is a row that is never changed; the line repeats what they come to, and the
database holds it to them.
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from contracts.models.ledger import KeySubcontractor
from contracts.models.quarters import QuarterReturn
from contracts.querysets import LineQuerySet
from contracts.states import LineState, Ruling
from framework_portal.constraints import implies

PERSON = settings.AUTH_USER_MODEL
FIGURES = ("referrals", "pounds", "payments", "paid_late", "days_to_pay")


class Figures(models.Model):
    """What was passed and paid to one organisation in one quarter."""

    # People referred to it.
    referrals = models.PositiveIntegerField()
    pounds = models.DecimalField(max_digits=14, decimal_places=2)
    # Its invoices that were paid, and how many of them later than agreed.
    payments = models.PositiveIntegerField()
    paid_late = models.PositiveIntegerField()
    # From invoice to payment, on average; null where no invoice was paid.
    days_to_pay = models.DecimalField(max_digits=4, decimal_places=1, null=True)

    class Meta:
        abstract = True


def figures_hold(name):
    """The database checks of `Figures`, for the table that `name` begins the names of."""
    return [
        models.CheckConstraint(
            condition=Q(pounds__gte=0, referrals__gte=0), name=f"{name}_not_below_0"
        ),
        models.CheckConstraint(
            condition=Q(days_to_pay__isnull=True) | Q(days_to_pay__range=(0, 365)),
            name=f"{name}_days_within_a_year",
        ),
        models.CheckConstraint(
            condition=Q(paid_late__lte=F("payments")), name=f"{name}_late_among_the_paid"
        ),
        models.CheckConstraint(
            condition=Q(payments=0, days_to_pay__isnull=True, pounds=0)
            | Q(payments__gt=0, days_to_pay__isnull=False),
            name=f"{name}_payments_have_days",
        ),
    ]


class QuarterLine(Figures):
    """What holds of one organisation in a quarter that was sent."""

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    quarter = models.ForeignKey(QuarterReturn, models.PROTECT, related_name="lines")
    # Null when the money went to somebody who is not in the ledger: then the name says to whom.
    subcontractor = models.ForeignKey(
        KeySubcontractor, models.PROTECT, null=True, related_name="quarter_lines"
    )
    name = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=LineState)
    # The version that holds, of those stated by the lead.
    number = models.PositiveSmallIntegerField(default=1)

    objects = LineQuerySet.as_manager()

    class Meta:
        verbose_name = _("line of a quarter")
        verbose_name_plural = _("lines of quarters")
        ordering = ["quarter", "pk"]
        indexes = [models.Index(fields=["subcontractor", "state"], name="line_by_subcontractor")]
        constraints = [
            models.UniqueConstraint(
                fields=["quarter", "subcontractor"], name="one_line_per_subcontractor_and_quarter"
            ),
            models.UniqueConstraint(
                "quarter",
                Lower("name"),
                condition=Q(subcontractor__isnull=True),
                name="one_line_per_name_and_quarter",
            ),
            models.CheckConstraint(
                condition=Q(state__in=LineState.values), name="line_state_known"
            ),
            models.CheckConstraint(
                condition=implies(Q(subcontractor__isnull=True), Q(state=LineState.NOT_ASKED)),
                name="nobody_outside_the_ledger_is_asked",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="line_has_a_name"),
            *figures_hold("line"),
        ]

    def __str__(self):
        return str(self.reference)


class LineVersion(Figures):
    """One statement of the lead about one organisation in one quarter."""

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    line = models.ForeignKey(QuarterLine, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    words = models.TextField(blank=True)
    # By when the subcontractor is asked to answer; null where nobody is asked.
    answer_due_on = models.DateField(null=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")

    append_only = True

    class Meta:
        verbose_name = _("version of a line")
        verbose_name_plural = _("versions of lines")
        ordering = ["line", "number"]
        constraints = [
            models.UniqueConstraint(fields=["line", "number"], name="line_version_once_per_number"),
            models.CheckConstraint(condition=Q(number__gte=1), name="line_numbered_from_1"),
            *figures_hold("line_version"),
        ]

    def __str__(self):
        return str(self.reference)


class LineAnswer(models.Model):
    """The subcontractor's word on a version of its own line: once, and its own."""

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    version = models.OneToOneField(LineVersion, models.PROTECT, related_name="answer")
    confirms = models.BooleanField()
    # Its own figures and words, where it disputes.
    referrals = models.PositiveIntegerField(null=True)
    pounds = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    payments = models.PositiveIntegerField(null=True)
    paid_late = models.PositiveIntegerField(null=True)
    days_to_pay = models.DecimalField(max_digits=4, decimal_places=1, null=True)
    words = models.TextField(blank=True)
    answered_at = models.DateTimeField()
    answered_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")

    append_only = True

    class Meta:
        verbose_name = _("answer to a line")
        verbose_name_plural = _("answers to lines")
        ordering = ["answered_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(confirms=True, **{f"{name}__isnull": True for name in FIGURES})
                | Q(confirms=False, **{f"{name}__isnull": False for name in FIGURES[:-1]})
                & ~Q(words=""),
                name="answer_disputes_with_own_figures",
            ),
            models.CheckConstraint(
                condition=Q(confirms=True)
                | Q(payments=0, days_to_pay__isnull=True, pounds=0, paid_late=0)
                | Q(payments__gt=0, days_to_pay__range=(0, 365), paid_late__lte=F("payments")),
                name="answer_payments_have_days",
            ),
            models.CheckConstraint(
                condition=Q(confirms=True) | Q(pounds__gte=0), name="answer_not_below_0"
            ),
        ]

    def __str__(self):
        return str(self.reference)


class LineSettlement(models.Model):
    """The commissioner's end of a dispute: whose figures stand, and why."""

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    answer = models.OneToOneField(LineAnswer, models.PROTECT, related_name="settlement")
    ruling = models.CharField(max_length=14, choices=Ruling)
    words = models.TextField()
    settled_at = models.DateTimeField()
    settled_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")

    append_only = True

    class Meta:
        verbose_name = _("settlement of a line")
        verbose_name_plural = _("settlements of lines")
        ordering = ["settled_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ruling__in=Ruling.values), name="ruling_known"),
            models.CheckConstraint(condition=~Q(words=""), name="settlement_says_why"),
        ]

    def __str__(self):
        return str(self.reference)
