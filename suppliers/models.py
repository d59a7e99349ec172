"""Who may bid: organisations, their people, their applications to join and their standing."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from framework_portal.constraints import implies, together
from framework_portal.documents.models import Document
from framework_portal.reference.models import Area, Category, Framework
from suppliers.querysets import ApplicationQuerySet, QualificationQuerySet, SupplierQuerySet
from suppliers.states import (
    LIVE_APPLICATION,
    AnswerKind,
    ApplicationState,
    IdentifierScheme,
    LegalForm,
    MemberRole,
    Outcome,
    QualificationState,
    Size,
)

PERSON = settings.AUTH_USER_MODEL


class Supplier(models.Model):
    """An organisation that qualifies and bids. Written only by `suppliers.actions`."""

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=200)
    legal_form = models.CharField(max_length=30, choices=LegalForm)
    size = models.CharField(max_length=10, choices=Size)
    # Value-driven, non-governmental, mainly reinvesting its surplus.
    is_voluntary = models.BooleanField()
    # Started before there were accounts to show: then a statement stands in for them.
    is_new = models.BooleanField(default=False)
    address = models.TextField(blank=True)
    website = models.URLField(blank=True)
    description = models.TextField(blank=True)
    contact_name = models.CharField(max_length=120)
    contact_email = models.EmailField()
    contact_phone = models.CharField(max_length=40, blank=True)
    # The smallest areas it says it serves: those of its last submitted application.
    areas = models.ManyToManyField(Area, blank=True, related_name="suppliers")
    members = models.ManyToManyField(PERSON, through="Membership", related_name="suppliers")
    registered_at = models.DateTimeField()
    registered_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")

    objects = SupplierQuerySet.as_manager()

    class Meta:
        verbose_name = _("supplier")
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(legal_form__in=LegalForm.values), name="supplier_legal_form_known"
            ),
            models.CheckConstraint(condition=Q(size__in=Size.values), name="supplier_size_known"),
        ]

    def __str__(self):
        return self.name

    def matches(self, lot, *, at):
        """Whether it is qualified in all of the lot's categories and serves all its areas."""
        return Supplier.objects.filter(pk=self.pk).matching(lot, at=at).exists()


class Identifier(models.Model):
    """A number of the organisation in a public register. One of them is the main one."""

    supplier = models.ForeignKey(Supplier, models.CASCADE, related_name="identifiers")
    scheme = models.CharField(max_length=12, choices=IdentifierScheme)
    value = models.CharField(max_length=40)
    is_main = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("identifier")
        ordering = ["-is_main", "scheme", "value"]
        indexes = [models.Index(fields=["scheme", "value"], name="identifier_lookup")]
        constraints = [
            models.CheckConstraint(
                condition=Q(scheme__in=IdentifierScheme.values), name="identifier_scheme_known"
            ),
            models.UniqueConstraint(
                fields=["supplier", "scheme", "value"], name="identifier_once_per_supplier"
            ),
            models.UniqueConstraint(
                fields=["supplier"], condition=Q(is_main=True), name="one_main_identifier"
            ),
        ]

    def __str__(self):
        return f"{self.scheme}-{self.value}"


class Membership(models.Model):
    """A person's place in an organisation."""

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    supplier = models.ForeignKey(Supplier, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(PERSON, models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=10, choices=MemberRole)
    joined_at = models.DateTimeField()

    class Meta:
        verbose_name = _("membership")
        ordering = ["supplier", "joined_at"]
        constraints = [
            models.UniqueConstraint(fields=["supplier", "user"], name="one_membership_each"),
            models.CheckConstraint(
                condition=Q(role__in=MemberRole.values), name="membership_role_known"
            ),
        ]

    def __str__(self):
        return f"{self.user}, {self.supplier}"


class Invitation(models.Model):
    """A colleague asked to join the organisation's account, by a link in a mail."""

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    supplier = models.ForeignKey(Supplier, models.CASCADE, related_name="invitations")
    email = models.EmailField()
    role = models.CharField(max_length=10, choices=MemberRole)
    invited_at = models.DateTimeField()
    invited_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    cancelled_at = models.DateTimeField(null=True)
    cancelled_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("invitation")
        ordering = ["-invited_at"]
        constraints = [
            models.UniqueConstraint(
                "supplier",
                Lower("email"),
                condition=Q(accepted_at__isnull=True, cancelled_at__isnull=True),
                name="one_open_invitation_per_address",
            ),
            models.CheckConstraint(
                condition=together("accepted_at", "accepted_by"),
                name="invitation_acceptance_is_whole",
            ),
            models.CheckConstraint(
                condition=together("cancelled_at", "cancelled_by"),
                name="invitation_cancellation_is_whole",
            ),
        ]

    def __str__(self):
        return str(self.reference)


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


class Qualification(models.Model):
    """A supplier's standing in a category."""

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    supplier = models.ForeignKey(Supplier, models.PROTECT, related_name="qualifications")
    framework = models.ForeignKey(Framework, models.PROTECT, related_name="qualifications")
    category = models.ForeignKey(Category, models.PROTECT, related_name="qualifications")
    application = models.ForeignKey(Application, models.PROTECT, related_name="qualifications")
    state = models.CharField(
        max_length=10, choices=QualificationState, default=QualificationState.APPLIED
    )
    expires_at = models.DateTimeField(null=True)
    # The last decision and its reasons, for the supplier to read.
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    reasons = models.TextField(blank=True)

    objects = QualificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("qualification")
        ordering = ["supplier", "category"]
        indexes = [models.Index(fields=["category", "state"], name="qualification_by_category")]
        constraints = [
            models.UniqueConstraint(
                fields=["supplier", "framework", "category"], name="one_standing_per_category"
            ),
            models.CheckConstraint(
                condition=Q(state__in=QualificationState.values), name="qualification_state_known"
            ),
            models.CheckConstraint(
                condition=together("decided_at", "decided_by"),
                name="qualification_decision_is_whole",
            ),
            models.CheckConstraint(
                condition=implies(
                    ~Q(state=QualificationState.APPLIED), Q(decided_at__isnull=False)
                ),
                name="qualification_standing_was_decided",
            ),
            models.CheckConstraint(
                condition=implies(
                    Q(
                        state__in=[
                            QualificationState.REFUSED,
                            QualificationState.SUSPENDED,
                            QualificationState.REMOVED,
                        ]
                    ),
                    ~Q(reasons=""),
                ),
                name="qualification_lost_with_reasons",
            ),
        ]

    def __str__(self):
        return f"{self.supplier}: {self.category}"


class QualificationDecision(models.Model):
    """One decision on a qualification, kept for ever: granted, refused, suspended and so on."""

    qualification = models.ForeignKey(Qualification, models.PROTECT, related_name="decisions")
    move = models.CharField(max_length=20)
    state = models.CharField(max_length=10, choices=QualificationState)
    reasons = models.TextField(blank=True)
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")

    append_only = True

    class Meta:
        verbose_name = _("decision on a qualification")
        verbose_name_plural = _("decisions on qualifications")
        ordering = ["decided_at", "pk"]

    def __str__(self):
        return f"{self.move} {self.qualification_id}"


class RemovalNotice(models.Model):
    """Told before a removal: why, and by when the supplier may answer. Reasons come first."""

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    qualification = models.ForeignKey(Qualification, models.PROTECT, related_name="removal_notices")
    reasons = models.TextField()
    given_at = models.DateTimeField()
    given_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    reply_by = models.DateTimeField()
    reply = models.TextField(blank=True)
    replied_at = models.DateTimeField(null=True)
    replied_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    # Removed, or let be.
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("notice before removal")
        verbose_name_plural = _("notices before removal")
        ordering = ["-given_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["qualification"],
                condition=Q(settled_at__isnull=True),
                name="one_open_removal_notice",
            ),
            models.CheckConstraint(condition=~Q(reasons=""), name="removal_notice_has_reasons"),
            models.CheckConstraint(
                condition=together("replied_at", "replied_by"),
                name="removal_notice_reply_is_whole",
            ),
            models.CheckConstraint(
                condition=together("settled_at", "settled_by"),
                name="removal_notice_settlement_is_whole",
            ),
        ]

    def __str__(self):
        return str(self.reference)


class CheckRun(models.Model):
    """How far the daily run of a check has come, so that an interrupted one goes on."""

    check_code = models.CharField(max_length=60)
    day = models.DateField()
    started_at = models.DateTimeField()
    # Suppliers up to this key are done.
    reached = models.BigIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("run of a check")
        verbose_name_plural = _("runs of checks")
        ordering = ["-day", "check_code"]
        constraints = [
            models.UniqueConstraint(fields=["check_code", "day"], name="one_run_a_day"),
        ]

    def __str__(self):
        return f"{self.check_code} {self.day}"


class CheckResult(models.Model):
    """What a compliance check found, from when to when it was seen. History is kept."""

    supplier = models.ForeignKey(Supplier, models.CASCADE, related_name="check_results")
    check_code = models.CharField(max_length=60)
    outcome = models.CharField(max_length=8, choices=Outcome)
    message = models.CharField(max_length=300)
    how_to_mend = models.CharField(max_length=300, blank=True)
    evidence = models.JSONField(default=dict)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    # The newest finding of this check on this supplier.
    is_current = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("finding")
        ordering = ["-last_seen_at"]
        indexes = [
            models.Index(
                fields=["outcome", "check_code"],
                condition=Q(is_current=True) & ~Q(outcome="pass"),
                name="finding_open",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["supplier", "check_code"],
                condition=Q(is_current=True),
                name="one_current_finding_per_check",
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=Outcome.values), name="finding_outcome_known"
            ),
        ]

    def __str__(self):
        return f"{self.check_code}: {self.outcome}"
