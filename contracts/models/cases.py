"""Requested changes of a supply chain: what is asked, who was heard, and what was decided."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contracts.case_querysets import ChangeCaseQuerySet
from contracts.models.contract import Contract, within_reason
from contracts.models.ledger import KeySubcontractor
from contracts.models.terms import Terms
from contracts.states import (
    BRINGS_IN,
    MAY_BE_URGENT,
    CaseKind,
    CaseParty,
    CaseState,
    Emergency,
    ReviewOutcome,
)
from framework_portal.constraints import implies, together
from suppliers.models import OrganisationInvitation, Supplier

PERSON = settings.AUTH_USER_MODEL
DECIDED = [CaseState.GRANTED, CaseState.REFUSED]


class ChangeCase(models.Model):
    """One request of a lead to change its supply chain. Written only by `contracts.actions`."""

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="cases")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=CaseKind)
    # Whom it is about; null where somebody is added.
    subcontractor = models.ForeignKey(
        KeySubcontractor, models.PROTECT, null=True, related_name="cases"
    )
    # Who is to come into the chain; null while nobody has taken up the invitation.
    replacement = models.ForeignKey(
        Supplier, models.PROTECT, null=True, related_name="change_cases"
    )
    # The link it was asked by, where it was not found here; null where it was.
    invitation = models.ForeignKey(
        OrganisationInvitation, models.PROTECT, null=True, related_name="change_cases"
    )
    invited_on = models.DateField(null=True)  # the last time
    claimed_at = models.DateTimeField(null=True)
    what = models.TextField()
    why = models.TextField()
    effective_on = models.DateField()
    emergency = models.CharField(max_length=12, choices=Emergency, default=Emergency.NONE)
    emergency_facts = models.TextField(blank=True)
    raised_at = models.DateTimeField()
    raised_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    # The last day on which the subcontractor's view is waited for; null where nobody is affected.
    views_due_on = models.DateField(null=True)
    decide_by = models.DateField()
    state = models.CharField(max_length=12, choices=CaseState, default=CaseState.RAISED)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    reasons = models.TextField(blank=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    # Granted as an emergency, before the subcontractor had been heard: then it is reviewed.
    before_hearing = models.BooleanField(default=False)
    review_due_on = models.DateField(null=True)
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    review_outcome = models.CharField(max_length=12, choices=ReviewOutcome, blank=True)
    review_words = models.TextField(blank=True)

    objects = ChangeCaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("requested change")
        ordering = ["-raised_at", "-pk"]
        indexes = [
            models.Index(
                fields=["decide_by"], condition=Q(state=CaseState.RAISED), name="case_waiting"
            ),
            models.Index(
                fields=["review_due_on"],
                condition=Q(before_hearing=True, reviewed_at__isnull=True),
                name="case_to_review",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["contract", "number"], name="case_once_per_number"),
            models.UniqueConstraint(
                fields=["subcontractor"],
                condition=Q(state=CaseState.RAISED),
                name="one_open_case_per_subcontractor",
                violation_error_message=_(
                    "A change of this subcontractor is being decided already"
                ),
            ),
            models.UniqueConstraint(
                fields=["contract", "replacement"],
                condition=Q(state=CaseState.RAISED),
                name="one_open_case_per_newcomer",
                violation_error_message=_("Bringing this organisation in is being decided already"),
            ),
            models.CheckConstraint(
                condition=within_reason("effective_on"), name="case_begins_within_reason"
            ),
            models.CheckConstraint(condition=Q(kind__in=CaseKind.values), name="case_kind_known"),
            models.CheckConstraint(
                condition=Q(state__in=CaseState.values), name="case_state_known"
            ),
            models.CheckConstraint(
                condition=Q(
                    kind=CaseKind.ADD, subcontractor__isnull=True, views_due_on__isnull=True
                )
                | ~Q(kind=CaseKind.ADD)
                & Q(subcontractor__isnull=False, views_due_on__isnull=False),
                name="case_affects_somebody_who_is_heard",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=BRINGS_IN)
                & (Q(replacement__isnull=False) | Q(invitation__isnull=False))
                | ~Q(kind__in=BRINGS_IN) & Q(replacement__isnull=True, invitation__isnull=True),
                name="case_names_who_comes_in",
            ),
            models.UniqueConstraint(
                fields=["contract", "invitation"],
                condition=Q(state=CaseState.RAISED),
                name="one_open_case_per_invitation",
            ),
            models.CheckConstraint(
                condition=Q(
                    claimed_at__isnull=False, invitation__isnull=False, replacement__isnull=False
                )
                | Q(claimed_at__isnull=True)
                & (Q(invitation__isnull=True) | Q(replacement__isnull=True)),
                name="case_invitation_is_claimed",
            ),
            models.CheckConstraint(
                condition=together("invitation", "invited_on"), name="case_is_invited_on_a_day"
            ),
            models.CheckConstraint(
                condition=implies(
                    Q(state=CaseState.GRANTED, kind__in=BRINGS_IN), Q(replacement__isnull=False)
                ),
                name="case_granted_to_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(what="") & ~Q(why=""), name="case_says_what_and_why"
            ),
            models.CheckConstraint(
                condition=Q(emergency=Emergency.NONE, emergency_facts="")
                | Q(
                    ~Q(emergency_facts=""),
                    emergency__in=[Emergency.SAFETY, Emergency.INSOLVENCY],
                    kind__in=MAY_BE_URGENT,
                ),
                name="case_emergency_has_its_facts",
            ),
            models.CheckConstraint(
                condition=Q(state__in=DECIDED, decided_at__isnull=False, decided_by__isnull=False)
                & ~Q(reasons="")
                | ~Q(state__in=DECIDED)
                & Q(decided_at__isnull=True, decided_by__isnull=True, reasons=""),
                name="case_is_decided_with_reasons",
            ),
            models.CheckConstraint(
                condition=Q(
                    state=CaseState.WITHDRAWN,
                    withdrawn_at__isnull=False,
                    withdrawn_by__isnull=False,
                )
                | ~Q(state=CaseState.WITHDRAWN)
                & Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True),
                name="case_is_withdrawn_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(before_hearing=False, review_due_on__isnull=True)
                | Q(before_hearing=True, review_due_on__isnull=False, state=CaseState.GRANTED)
                & ~Q(emergency=Emergency.NONE),
                name="case_before_hearing_is_reviewed",
            ),
            models.CheckConstraint(
                condition=Q(
                    reviewed_at__isnull=True,
                    reviewed_by__isnull=True,
                    review_outcome="",
                    review_words="",
                )
                | Q(
                    reviewed_at__isnull=False,
                    reviewed_by__isnull=False,
                    review_outcome__in=ReviewOutcome.values,
                    before_hearing=True,
                )
                & ~Q(review_words=""),
                name="case_review_is_whole",
            ),
        ]

    def __str__(self):
        return str(self.reference)

    @property
    def is_open(self):
        """Whether it waits for its decision."""
        return self.state == CaseState.RAISED

    @property
    def waits_for_taking_up(self):
        """Whether nobody answers for the organisation that was invited."""
        return self.is_open and self.invitation_id is not None and self.replacement_id is None

    @property
    def hears(self):
        """Whether the affected subcontractor may still say what it thinks of it."""
        if self.subcontractor_id is None:
            return False
        return self.is_open or self.waits_for_review

    @property
    def waits_for_review(self):
        return self.before_hearing and self.reviewed_at is None


class ProposedLine(Terms):
    """What one organisation would be owed if the case were granted: what it agrees to, exactly."""

    case = models.ForeignKey(ChangeCase, models.PROTECT, related_name="lines")
    party = models.CharField(max_length=12, choices=CaseParty)
    name = models.CharField(max_length=200)

    append_only = True

    class Meta:
        verbose_name = _("proposed terms")
        verbose_name_plural = _("proposed terms")
        ordering = ["case", "party"]
        constraints = [
            models.UniqueConstraint(fields=["case", "party"], name="proposed_once_per_party"),
            models.CheckConstraint(
                condition=Q(party__in=CaseParty.values), name="proposed_party_known"
            ),
            models.CheckConstraint(
                condition=Q(share_percent__isnull=True) | Q(share_percent__range=(0, 100)),
                name="proposed_share_is_a_share",
            ),
            models.CheckConstraint(
                condition=Q(payment_days__isnull=True) | Q(payment_days__lte=30),
                name="proposed_pays_within_30_days",
            ),
            models.CheckConstraint(
                condition=implies(Q(is_end=True), Q(party=CaseParty.AFFECTED, relied_on=False)),
                name="proposed_end_is_of_the_affected",
            ),
        ]

    def __str__(self):
        return f"{self.case}, {self.party}"

    @property
    def organisation(self):
        """The supplier whose terms these would be."""
        return (
            self.case.replacement
            if self.party == CaseParty.REPLACEMENT
            else (self.case.subcontractor.supplier)
        )
