"""Competitions and their documents."""

import uuid

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from framework_portal.constraints import implies, together
from framework_portal.documents.models import Document
from framework_portal.reference.models import Category, Commissioner, Framework, IncidentRule
from lots.querysets import (
    CompetitionQuerySet,
    words_of_competition,
)
from lots.states import (
    AgreementKind,
    CompetitionState,
)

PERSON = settings.AUTH_USER_MODEL


class Competition(models.Model):
    """One call-off competition, with its own timetable and its lots.

    Written only by `lots.actions` and, once it has closed, `bids.actions`.
    """

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    framework = models.ForeignKey(Framework, models.PROTECT, related_name="competitions")
    commissioner = models.ForeignKey(Commissioner, models.PROTECT, related_name="competitions")
    state = models.CharField(
        max_length=20, choices=CompetitionState, default=CompetitionState.DRAFT
    )
    # The first-day lots of 2021 and the like: facts from public sources, without people or prices.
    is_history = models.BooleanField(default=False)
    source = models.TextField(blank=True)
    title = models.CharField(max_length=200)
    summary = models.TextField(blank=True)
    description = models.TextField(blank=True)
    kind = models.CharField(max_length=10, choices=AgreementKind, default=AgreementKind.CONTRACT)
    # For a grant, the power it is given under: for example section 6 Offender Management Act 2007.
    legal_power = models.CharField(max_length=300, blank=True)
    categories = models.ManyToManyField(Category, related_name="competitions")
    contact_email = models.EmailField(blank=True)
    clarifications_close_at = models.DateTimeField(null=True)
    closes_at = models.DateTimeField(null=True)
    # The deadline that people set last, while outages have moved it since; a trigger keeps it.
    set_to_close_at = models.DateTimeField(null=True, editable=False)
    # The table that was in force at publication; a trigger writes it then.
    incident_rule = models.ForeignKey(
        IncidentRule, models.PROTECT, null=True, editable=False, related_name="+"
    )
    # When the commissioner means to open the bids and to announce the award.
    opening_due_at = models.DateTimeField(null=True)
    award_due_on = models.DateField(null=True)
    service_starts_on = models.DateField(null=True)
    service_ends_on = models.DateField(null=True)
    extension_months = models.PositiveSmallIntegerField(default=0)
    # The highest mark for a quality criterion; marks run from 0.
    highest_mark = models.PositiveSmallIntegerField(default=5)
    # Whether price lies in an envelope of its own, opened once the quality scores are locked.
    price_after_quality = models.BooleanField(default=False)
    created_at = models.DateTimeField(null=True)
    created_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    abandoned_at = models.DateTimeField(null=True)
    abandoned_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    abandoned_because = models.TextField(blank=True)
    # Rises with every saved edit, so that a stale page is noticed.
    edition = models.PositiveIntegerField(default=1)

    objects = CompetitionQuerySet.as_manager()

    class Meta:
        verbose_name = _("competition")
        ordering = ["-published_at", "-pk"]
        indexes = [
            models.Index(fields=["state", "closes_at"], name="competition_by_deadline"),
            models.Index(fields=["state", "published_at"], name="competition_by_publication"),
            GinIndex(words_of_competition(), name="competition_words"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=CompetitionState.values), name="competition_state_known"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=AgreementKind.values), name="competition_kind_known"
            ),
            models.CheckConstraint(
                condition=together("created_at", "created_by"), name="competition_creation_is_whole"
            ),
            models.CheckConstraint(
                condition=together("published_at", "published_by"),
                name="competition_publication_is_whole",
            ),
            models.CheckConstraint(
                condition=together("abandoned_at", "abandoned_by"),
                name="competition_abandonment_is_whole",
            ),
            models.CheckConstraint(
                condition=implies(
                    Q(is_history=False)
                    & ~Q(state__in=[CompetitionState.DRAFT, CompetitionState.ABANDONED]),
                    Q(published_at__isnull=False, closes_at__isnull=False),
                ),
                name="competition_past_draft_was_published",
            ),
            models.CheckConstraint(
                condition=implies(
                    Q(state=CompetitionState.ABANDONED),
                    Q(abandoned_at__isnull=False) & ~Q(abandoned_because=""),
                ),
                name="competition_abandoned_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(clarifications_close_at__isnull=True)
                | Q(closes_at__isnull=True)
                | Q(clarifications_close_at__lte=F("closes_at")),
                name="clarifications_close_before_bids",
            ),
            models.CheckConstraint(
                condition=Q(service_ends_on__isnull=True)
                | Q(service_starts_on__isnull=True)
                | Q(service_ends_on__gt=F("service_starts_on")),
                name="service_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(highest_mark__range=(1, 100)), name="highest_mark_is_usable"
            ),
            models.CheckConstraint(
                condition=Q(is_history=False) | Q(published_by__isnull=True),
                name="history_names_no_officer",
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def number(self):
        """What people call it on the telephone."""
        return f"C{self.pk:05d}"

    def is_open(self, *, at):
        """Whether a bid can be submitted at `at`."""
        return (
            self.state == CompetitionState.PUBLISHED
            and self.closes_at is not None
            and at < self.closes_at
        )

    def is_closed(self, *, at):
        """Whether the deadline has passed; what ran at that minute does not matter."""
        return self.closes_at is not None and self.closes_at <= at

    def standing(self, *, at):
        """The state as people say it: a published competition is open or closed."""
        if self.state != CompetitionState.PUBLISHED:
            return str(self.state)
        return "open" if self.is_open(at=at) else "closed"

    def takes_questions(self, *, at):
        """Whether a clarification can be asked at `at`."""
        until = self.clarifications_close_at or self.closes_at
        return self.is_open(at=at) and at < until


class CompetitionDocument(models.Model):
    """A document that everybody may read once the competition is published."""

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    competition = models.ForeignKey(Competition, models.PROTECT, related_name="documents")
    document = models.OneToOneField(Document, models.PROTECT, related_name="+")
    title = models.CharField(max_length=200)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    # A replaced document stays: people may have read it.
    removed_at = models.DateTimeField(null=True)
    removed_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("competition document")
        ordering = ["added_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=together("removed_at", "removed_by"),
                name="competition_document_removal_is_whole",
            ),
        ]

    def __str__(self):
        return self.title
