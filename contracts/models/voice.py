"""What key subcontractors say in confidence, and what only the integrity officer is told.

No list of the portal but the two parties' tells that a row is here: no admin page, no audit event
(see `contracts.actions.anchoring`), no right for reports. Deleting what a row hangs on is refused
by the database alone, so that no page lists it among what stands in the way.
"""

import uuid
from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import DO_NOTHING, F, Q
from django.utils.translation import gettext_lazy as _

from bids.models import ConsentRequest
from contracts.models.ledger import KeySubcontractor
from contracts.states import IntegrityKind, VoiceKind, VoiceOutcome
from contracts.voice_querysets import ConfidentialReportQuerySet, IntegrityFindingQuerySet
from framework_portal.clock import PortalClock
from framework_portal.constraints import implies, together
from framework_portal.reference.models import Commissioner
from lots.models import Lot
from suppliers.models import Supplier

PERSON = settings.AUTH_USER_MODEL
# Nothing leads back from what a row names: neither in queries nor in the admin.
QUIET = {"on_delete": DO_NOTHING, "related_name": "+"}


class ConfidentialReport(models.Model):
    """From a named subcontractor to the integrity officer of the commissioner.

    What was said is in its messages, the first of which came with it.
    """

    hidden_from_reports = True

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # The line it is named in, or what it answered to a bid that was opened and has no such line.
    subcontractor = models.ForeignKey(KeySubcontractor, null=True, **QUIET)
    consent = models.ForeignKey(ConsentRequest, null=True, **QUIET)
    # Of that, as they stood: who hears it, who says it, and of whom.
    commissioner = models.ForeignKey(Commissioner, **QUIET)
    supplier = models.ForeignKey(Supplier, **QUIET)
    lead = models.ForeignKey(Supplier, **QUIET)
    lot = models.ForeignKey(Lot, **QUIET)
    kind = models.CharField(max_length=20, choices=VoiceKind)
    # Colleagues who may edit read it too, unless it is the writer's own.
    only_author = models.BooleanField(default=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(PERSON, **QUIET)
    # Twenty working days (Period `confidential-answer`).
    answer_due = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(PERSON, null=True, **QUIET)
    outcome = models.CharField(max_length=20, choices=VoiceOutcome, blank=True)

    objects = ConfidentialReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("note")
        ordering = ["-made_at", "-pk"]
        indexes = [models.Index(fields=["supplier", "made_at"], name="voice_by_supplier")]
        constraints = [
            models.CheckConstraint(
                condition=Q(subcontractor__isnull=True, consent__isnull=False)
                | Q(subcontractor__isnull=False, consent__isnull=True),
                name="voice_is_of_a_line_or_of_a_bid",
            ),
            models.CheckConstraint(condition=Q(kind__in=VoiceKind.values), name="voice_kind_known"),
            models.CheckConstraint(
                condition=Q(outcome__in=["", *VoiceOutcome.values]), name="voice_outcome_known"
            ),
            models.CheckConstraint(
                condition=together("closed_at", "closed_by"), name="voice_closing_is_whole"
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, outcome="")
                | Q(closed_at__isnull=False) & ~Q(outcome=""),
                name="voice_closes_with_an_outcome",
            ),
            models.CheckConstraint(
                condition=implies(Q(closed_at__isnull=False), Q(answered_at__isnull=False)),
                name="voice_is_answered_before_it_closes",
            ),
            models.CheckConstraint(
                condition=Q(answer_due__gt=F("made_at")), name="voice_answer_is_due_later"
            ),
            models.CheckConstraint(
                condition=~Q(lead=F("supplier")), name="voice_is_not_of_the_lead_itself"
            ),
        ]

    def __str__(self):
        return str(self.reference)

    @property
    def is_closed(self):
        return self.closed_at is not None

    def is_overdue(self, at):
        """Whether the officer has not answered in time, and still has not."""
        return self.answered_at is None and at > self.answer_due

    @property
    def was_late(self):
        """Whether the answer came, and came late."""
        return self.answered_at is not None and self.answered_at > self.answer_due


class ConfidentialMessage(models.Model):
    """Words of a report, from either side. Rows are added and none is ever changed."""

    append_only = True
    hidden_from_reports = True

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    report = models.ForeignKey(ConfidentialReport, on_delete=DO_NOTHING, related_name="messages")
    from_officer = models.BooleanField(default=False)
    # See `contracts.confidence`.
    words = models.BinaryField()
    made_at = models.DateTimeField(db_default=PortalClock(), editable=False)
    made_by = models.ForeignKey(PERSON, **QUIET)

    class Meta:
        verbose_name = _("words of a note")
        ordering = ["report", "pk"]

    def __str__(self):
        return str(self.reference)


class ConfidentialReading(models.Model):
    """That an officer had the words of a report on the screen. Rows are added and never changed."""

    append_only = True
    hidden_from_reports = True

    report = models.ForeignKey(ConfidentialReport, on_delete=DO_NOTHING, related_name="readings")
    officer = models.ForeignKey(PERSON, **QUIET)
    read_at = models.DateTimeField()

    class Meta:
        verbose_name = _("reading of a note")
        ordering = ["report", "pk"]

    def __str__(self):
        return str(self.report)


class IntegrityFinding(models.Model):
    """What the integrity officer is told and nobody else. Raised once for each `key`."""

    hidden_from_reports = True

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=20, choices=IntegrityKind)
    key = models.CharField(max_length=120, unique=True)
    commissioner = models.ForeignKey(Commissioner, **QUIET)
    # The subcontractor, and the lead that it is about.
    supplier = models.ForeignKey(Supplier, **QUIET)
    lead = models.ForeignKey(Supplier, **QUIET)
    lot = models.ForeignKey(Lot, **QUIET)
    # The report that an end or a cut came after.
    report = models.ForeignKey(ConfidentialReport, null=True, **QUIET)
    # References and dates.
    facts = models.JSONField(default=dict)
    raised_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(PERSON, null=True, **QUIET)
    settled_because = models.BinaryField(null=True)

    objects = IntegrityFindingQuerySet.as_manager()

    class Meta:
        verbose_name = _("matter")
        ordering = ["-raised_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=IntegrityKind.values), name="integrity_kind_known"
            ),
            models.CheckConstraint(
                condition=together("settled_at", "settled_by", "settled_because"),
                name="integrity_settling_is_whole",
            ),
        ]

    def __str__(self):
        return str(self.reference)

    @property
    def place(self):
        """Which place in which bid it is about, where it was said at consent."""
        return {name: self.facts[name] for name in ("bid", "entry") if name in self.facts}

    @property
    def days(self):
        """What happened when: pairs of words and a day."""
        words = {
            "said_on": _("Said on"),
            "reported_on": _("Reported on"),
            "asked_on": _("Asked on"),
        }
        return [
            (words[name], date.fromisoformat(day))
            for name, day in self.facts.items()
            if name in words
        ]
