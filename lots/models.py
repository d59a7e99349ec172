"""What is bought: competitions, their lots, criteria, questions, changes and clarifications."""

import uuid

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from framework_portal.constraints import implies, together
from framework_portal.documents.models import Document
from framework_portal.reference.models import Area, Category, Commissioner, Framework
from lots.querysets import (
    ClarificationQuerySet,
    CompetitionQuerySet,
    ExtensionQuerySet,
    LotQuerySet,
    words_of_competition,
    words_of_lot,
)
from lots.states import (
    AgreementKind,
    AwardRoute,
    ChangeKind,
    CompetitionState,
    CriterionKind,
    Sex,
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
    # When the commissioner means to open the bids and to announce the award.
    opening_due_at = models.DateTimeField(null=True)
    award_due_on = models.DateField(null=True)
    service_starts_on = models.DateField(null=True)
    service_ends_on = models.DateField(null=True)
    extension_months = models.PositiveSmallIntegerField(default=0)
    # The highest mark for a quality criterion; marks run from 0.
    highest_mark = models.PositiveSmallIntegerField(default=5)
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


class Lot(models.Model):
    """What is bought and bid for: categories over a list of areas."""

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    competition = models.ForeignKey(Competition, models.PROTECT, related_name="lots")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    categories = models.ManyToManyField(Category, related_name="lots")
    # A free list: later contracts were let for groups and for parts of areas.
    areas = models.ManyToManyField(Area, related_name="lots")
    sex = models.CharField(max_length=6, choices=Sex, default=Sex.ANY)
    minimum_age = models.PositiveSmallIntegerField(null=True, blank=True)
    maximum_age = models.PositiveSmallIntegerField(null=True, blank=True)
    value = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    value_if_extended = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    volume = models.CharField(max_length=200, blank=True)
    award_route = models.CharField(
        max_length=40, choices=AwardRoute, default=AwardRoute.COMPETITION
    )
    # The number other systems know this lot by, such as PRJ_5549.
    outside_reference = models.CharField(max_length=40, blank=True)

    objects = LotQuerySet.as_manager()

    class Meta:
        verbose_name = _("lot")
        ordering = ["competition", "position"]
        indexes = [
            models.Index(F("value").desc(nulls_last=True), "id", name="lot_by_worth"),
            GinIndex(words_of_lot(), name="lot_words"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["competition", "position"],
                name="one_lot_per_position",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(condition=Q(sex__in=Sex.values), name="lot_sex_known"),
            models.CheckConstraint(
                condition=Q(award_route__in=AwardRoute.values), name="lot_award_route_known"
            ),
            models.CheckConstraint(
                condition=Q(minimum_age__isnull=True)
                | Q(maximum_age__isnull=True)
                | Q(maximum_age__gte=F("minimum_age")),
                name="lot_ages_in_order",
            ),
            models.CheckConstraint(
                condition=Q(value__isnull=True) | Q(value__gte=0), name="lot_value_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(value_if_extended__isnull=True)
                | Q(value__isnull=True)
                | Q(value_if_extended__gte=F("value")),
                name="lot_extension_adds_value",
            ),
        ]

    def __str__(self):
        return self.title


class Criterion(models.Model):
    """What is judged, and for how much of the score. Weights are per cent and sum to 100."""

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    competition = models.ForeignKey(Competition, models.CASCADE, related_name="criteria")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=CriterionKind, default=CriterionKind.QUALITY)
    name = models.CharField(max_length=120)
    description = models.TextField(blank=True)
    weight = models.DecimalField(max_digits=5, decimal_places=2, default=0)
    # A bid below this mark is not successful, whatever its total.
    lowest_mark = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")
        ordering = ["competition", "position"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=CriterionKind.values), name="criterion_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(weight__gte=0, weight__lte=100), name="criterion_weight_is_a_share"
            ),
            models.CheckConstraint(
                condition=Q(kind=CriterionKind.GATE, weight=0)
                | ~Q(kind=CriterionKind.GATE) & Q(weight__gt=0),
                name="gates_carry_no_weight_and_the_rest_do",
            ),
            models.UniqueConstraint(
                fields=["competition"],
                condition=Q(kind=CriterionKind.PRICE),
                name="one_price_criterion",
            ),
        ]

    def __str__(self):
        return self.name


class Question(models.Model):
    """One thing a bid answers in words, judged under one criterion."""

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    criterion = models.ForeignKey(Criterion, models.CASCADE, related_name="questions")
    position = models.PositiveSmallIntegerField()
    text = models.TextField()
    guidance = models.TextField(blank=True)
    word_limit = models.PositiveIntegerField(default=500)

    class Meta:
        verbose_name = _("question")
        ordering = ["criterion", "position"]
        constraints = [
            models.CheckConstraint(
                condition=Q(word_limit__range=(1, 5000)), name="word_limit_is_usable"
            ),
        ]

    def __str__(self):
        return self.text[:80]


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


class CompetitionChange(models.Model):
    """Something that changed after publication, with its reason. Everybody may read it."""

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    competition = models.ForeignKey(Competition, models.PROTECT, related_name="changes")
    kind = models.CharField(max_length=12, choices=ChangeKind)
    summary = models.TextField()
    reason = models.TextField(blank=True)
    closed_at_before = models.DateTimeField(null=True)
    closes_at_after = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")

    append_only = True

    class Meta:
        verbose_name = _("change to a competition")
        verbose_name_plural = _("changes to competitions")
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=ChangeKind.values), name="competition_change_kind_known"
            ),
        ]

    def __str__(self):
        return self.summary[:80]


class DeadlineExtension(models.Model):
    """A later deadline, asked for by one officer and confirmed by a second, before it passes."""

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    competition = models.ForeignKey(Competition, models.PROTECT, related_name="extensions")
    closes_at = models.DateTimeField()
    reason = models.TextField()
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    rejected_at = models.DateTimeField(null=True)
    rejected_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")

    objects = ExtensionQuerySet.as_manager()

    class Meta:
        verbose_name = _("deadline extension")
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=together("confirmed_at", "confirmed_by"),
                name="extension_confirmation_is_whole",
            ),
            models.CheckConstraint(
                condition=together("rejected_at", "rejected_by"),
                name="extension_rejection_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("proposed_by")),
                name="extension_takes_two_people",
            ),
            models.UniqueConstraint(
                fields=["competition"],
                condition=Q(confirmed_at__isnull=True, rejected_at__isnull=True),
                name="one_extension_waiting_per_competition",
            ),
        ]

    def __str__(self):
        return f"{self.competition} until {self.closes_at:%Y-%m-%d %H:%M}"


class Clarification(models.Model):
    """A question before closing, and its published answer. Who asked is not known here."""

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    competition = models.ForeignKey(Competition, models.PROTECT, related_name="clarifications")
    lot = models.ForeignKey(
        Lot, models.PROTECT, null=True, blank=True, related_name="clarifications"
    )
    # As asked, and as published: an officer may take out what would name the asker.
    asked = models.TextField()
    asked_at = models.DateTimeField()
    question = models.TextField(blank=True)
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    objects = ClarificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("clarification")
        ordering = ["asked_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=together("answered_at", "answered_by"),
                name="clarification_answer_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True) | (~Q(answer="") & ~Q(question="")),
                name="clarification_answered_in_words",
            ),
        ]

    def __str__(self):
        return str(self.reference)
