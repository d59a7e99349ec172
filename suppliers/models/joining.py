"""Applications to join the framework: questions, answers and evidence."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from framework_portal.constraints import implies, together
from framework_portal.documents.models import Document
from framework_portal.reference.models import Area, Category, Framework
from suppliers.models.organisations import Supplier
from suppliers.querysets import ApplicationQuerySet
from suppliers.states import (
    LIVE_APPLICATION,
    AnswerKind,
    ApplicationState,
)

PERSON = settings.AUTH_USER_MODEL


class JoiningQuestion(models.Model):
    """A question of the application to join. With categories, only those who choose them see it."""

    code = models.SlugField(max_length=60, unique=True)
    section = models.CharField(max_length=60)
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=12, choices=AnswerKind)
    text = models.TextField()
    hint = models.TextField(blank=True)
    word_limit = models.PositiveIntegerField(null=True, blank=True)
    categories = models.ManyToManyField(Category, blank=True, related_name="joining_questions")
    # One answer for each chosen category, or one for all.
    per_category = models.BooleanField(default=False)
    is_required = models.BooleanField(default=True)
    # A yes-or-no answer that must be explained in words: "yes", "no", or neither.
    explain_when = models.CharField(max_length=3, blank=True)
    # Evidence of this kind runs out and is reminded of.
    needs_expiry = models.BooleanField(default=False)
    # How long a declaration stands before it must be made anew, in months.
    good_for_months = models.PositiveSmallIntegerField(null=True, blank=True)
    # The condition of participation it asks about, and where that comes from.
    condition = models.CharField(max_length=200, blank=True)
    source = models.TextField(blank=True)

    class Meta:
        verbose_name = _("joining question")
        ordering = ["position", "code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=AnswerKind.values), name="joining_question_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(explain_when__in=["", "yes", "no"]),
                name="joining_question_explanation_known",
            ),
        ]

    def __str__(self):
        return self.text[:80]


class Application(models.Model):
    """An application to join the framework in chosen categories and areas."""

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    supplier = models.ForeignKey(Supplier, models.PROTECT, related_name="applications")
    framework = models.ForeignKey(Framework, models.PROTECT, related_name="applications")
    state = models.CharField(
        max_length=10, choices=ApplicationState, default=ApplicationState.DRAFT
    )
    categories = models.ManyToManyField(Category, blank=True, related_name="applications")
    areas = models.ManyToManyField(Area, blank=True, related_name="applications")
    started_at = models.DateTimeField()
    started_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(null=True)
    submitted_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    returned_at = models.DateTimeField(null=True)
    returned_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    returned_because = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("application to join")
        verbose_name_plural = _("applications to join")
        ordering = ["-started_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["supplier", "framework"],
                condition=Q(state__in=LIVE_APPLICATION),
                name="one_live_application",
                violation_error_message=_("Your organisation already has an application"),
            ),
            models.CheckConstraint(
                condition=Q(state__in=ApplicationState.values), name="application_state_known"
            ),
            models.CheckConstraint(
                condition=together("submitted_at", "submitted_by"),
                name="application_submission_is_whole",
            ),
            models.CheckConstraint(
                condition=together("returned_at", "returned_by"), name="application_return_is_whole"
            ),
            models.CheckConstraint(
                condition=together("decided_at", "decided_by"), name="application_decision_is_whole"
            ),
            models.CheckConstraint(
                condition=implies(
                    Q(
                        state__in=[
                            ApplicationState.SUBMITTED,
                            ApplicationState.RETURNED,
                            ApplicationState.DECIDED,
                        ]
                    ),
                    Q(submitted_at__isnull=False),
                ),
                name="application_past_draft_was_submitted",
            ),
        ]

    def __str__(self):
        return str(self.reference)


class Answer(models.Model):
    """What an applicant said to a joining question, for one category where it is asked of each."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="answers")
    question = models.ForeignKey(JoiningQuestion, models.PROTECT, related_name="answers")
    category = models.ForeignKey(Category, models.PROTECT, null=True, related_name="+")
    text = models.TextField(blank=True)
    is_yes = models.BooleanField(null=True)
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("answer")
        constraints = [
            models.UniqueConstraint(
                fields=["application", "question", "category"],
                nulls_distinct=False,
                name="one_answer_per_question",
            ),
        ]

    def __str__(self):
        return f"{self.question_id} in {self.application_id}"


class MorePoint(models.Model):
    """One thing an assessor asked for before deciding, of a question or of the whole."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="more_points")
    question = models.ForeignKey(
        JoiningQuestion, models.PROTECT, null=True, related_name="more_points"
    )
    category = models.ForeignKey(Category, models.PROTECT, null=True, related_name="+")
    needed = models.TextField()
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    # When the application came back with it.
    answered_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("thing asked for")
        verbose_name_plural = _("things asked for")
        ordering = ["asked_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(needed=""), name="more_point_says_what"),
        ]

    def __str__(self):
        return f"{self.question_id} of {self.application_id}"


class Evidence(models.Model):
    """A document a supplier shows: an insurance certificate, accounts, a policy."""

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    supplier = models.ForeignKey(Supplier, models.PROTECT, related_name="evidence")
    question = models.ForeignKey(JoiningQuestion, models.PROTECT, related_name="evidence")
    document = models.OneToOneField(Document, models.PROTECT, related_name="+")
    expires_on = models.DateField(null=True)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    # A newer document took its place; the old one stays where it was read.
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = ["question__position", "-added_at"]

    def __str__(self):
        return str(self.reference)
