"""Bids, what arrived and when, their opening, their scores and the award."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bids.querysets import AwardQuerySet, BidQuerySet
from bids.states import AwardState, BidState, Decision
from framework_portal.clock import PortalClock
from framework_portal.constraints import implies, together
from framework_portal.documents.models import Document
from framework_portal.sealing.models import SealedOffer
from lots.models import Clarification, Competition, Criterion, Lot
from suppliers.models import Supplier

PERSON = settings.AUTH_USER_MODEL


class Bid(models.Model):
    """One supplier's bid for one lot. Written only by `bids.actions`."""

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="bids")
    supplier = models.ForeignKey(Supplier, models.PROTECT, related_name="bids")
    state = models.CharField(max_length=20, choices=BidState, default=BidState.DRAFT)
    # What is being written, and what was submitted: nobody withdraws in order to edit.
    draft = models.ForeignKey(SealedOffer, models.PROTECT, null=True, related_name="+")
    offer = models.ForeignKey(SealedOffer, models.PROTECT, null=True, related_name="+")
    # What the opening found in the offer, under a key of its own.
    opened = models.ForeignKey(SealedOffer, models.PROTECT, null=True, related_name="+")
    # Whether the draft says something else than the offer that counts.
    has_changes = models.BooleanField(default=False)
    # Rises with every save, so that a stale page is noticed.
    edition = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField()
    started_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    saved_at = models.DateTimeField(null=True)
    saved_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    submitted_at = models.DateTimeField(null=True)
    submitted_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")

    objects = BidQuerySet.as_manager()

    class Meta:
        verbose_name = _("bid")
        indexes = [models.Index(fields=["lot", "state"], name="bid_by_lot")]
        constraints = [
            models.UniqueConstraint(
                fields=["lot", "supplier"],
                condition=~Q(state=BidState.WITHDRAWN),
                name="one_live_bid_per_supplier",
                violation_error_message=_("Your organisation already has a bid for this lot"),
            ),
            models.CheckConstraint(condition=Q(state__in=BidState.values), name="bid_state_known"),
            models.CheckConstraint(
                condition=together("offer", "submitted_at", "submitted_by"),
                name="bid_receipt_is_whole",
            ),
            models.CheckConstraint(
                condition=together("saved_at", "saved_by"), name="bid_saving_is_whole"
            ),
            models.CheckConstraint(
                condition=together("withdrawn_at", "withdrawn_by"), name="bid_withdrawal_is_whole"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[BidState.DRAFT, BidState.WITHDRAWN])
                | Q(offer__isnull=False),
                name="bid_past_draft_has_an_offer",
            ),
            models.CheckConstraint(
                condition=implies(Q(state=BidState.WITHDRAWN), Q(withdrawn_at__isnull=False)),
                name="bid_withdrawn_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(opened__isnull=True)
                | Q(state__in=[BidState.OPENED, BidState.SUCCESSFUL, BidState.UNSUCCESSFUL]),
                name="bid_contents_known_only_once_opened",
            ),
        ]

    def __str__(self):
        return str(self.reference)


class BidDocument(models.Model):
    """A file attached to a bid. Which of them count lies sealed in the offer."""

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    bid = models.ForeignKey(Bid, models.PROTECT, related_name="documents")
    document = models.OneToOneField(Document, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True)
    removed_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("bid document")
        ordering = ["added_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=together("removed_at", "removed_by"),
                name="bid_document_removal_is_whole",
            ),
        ]

    def __str__(self):
        return str(self.reference)


class Arrival(models.Model):
    """A request to submit has arrived complete: the database writes down when, before any work.

    It counts against the deadline, so that nobody is punished for the load on the portal, and it
    proves the attempt where the submission is refused or fails.
    """

    bid = models.ForeignKey(Bid, models.PROTECT, related_name="arrivals")
    account = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    # One press of the button: a second request with the same key is the same submission.
    key = models.UUIDField()
    # Set by a trigger to portal_clock(), and read back; what a caller writes is not looked at.
    at = models.DateTimeField(editable=False, db_default=PortalClock())

    append_only = True

    class Meta:
        verbose_name = _("arrival")
        ordering = ["pk"]

    def __str__(self):
        return f"{self.bid_id} at {self.at}"


class Submission(models.Model):
    """A submitted version of a bid, with its receipt. The newest one counts."""

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    bid = models.ForeignKey(Bid, models.PROTECT, related_name="submissions")
    sequence = models.PositiveIntegerField()
    arrival = models.OneToOneField(Arrival, models.PROTECT, related_name="submission")
    key = models.UUIDField()
    offer = models.OneToOneField(SealedOffer, models.PROTECT, related_name="+")
    # The arrival's instant, copied by a trigger, which refuses what came at or after closing.
    received_at = models.DateTimeField(editable=False, db_default=PortalClock())
    submitted_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")

    append_only = True

    class Meta:
        verbose_name = _("submission")
        ordering = ["bid", "sequence"]
        constraints = [
            models.UniqueConstraint(fields=["bid", "sequence"], name="submissions_in_sequence"),
            models.UniqueConstraint(fields=["bid", "key"], name="one_submission_per_press"),
        ]

    def __str__(self):
        return f"{self.bid_id} version {self.sequence}"

    @property
    def receipt_number(self):
        """What people read out on the telephone: the first 12 hex digits in groups of four."""
        digits = self.reference.hex[:12].upper()
        return f"{digits[:4]}-{digits[4:8]}-{digits[8:]}"


class OpeningApproval(models.Model):
    """One officer's act towards opening. It runs out, and it takes a second person's."""

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    competition = models.ForeignKey(Competition, models.PROTECT, related_name="opening_approvals")
    approved_at = models.DateTimeField()
    approved_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()

    append_only = True

    class Meta:
        verbose_name = _("approval of an opening")
        verbose_name_plural = _("approvals of openings")
        ordering = ["-approved_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("approved_at")), name="opening_approval_runs_out"
            ),
        ]

    def __str__(self):
        return str(self.reference)


class Opening(models.Model):
    """The act that unsealed all bids of a competition together."""

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    competition = models.OneToOneField(Competition, models.PROTECT, related_name="opening")
    approval = models.OneToOneField(OpeningApproval, models.PROTECT, related_name="+")
    first_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    second_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    # Which envelopes, by hash, and which could not be read.
    record = models.JSONField(default=list)

    append_only = True

    class Meta:
        verbose_name = _("opening")
        constraints = [
            models.CheckConstraint(
                condition=~Q(first_by=F("second_by")), name="opening_takes_two_people"
            ),
        ]

    def __str__(self):
        return str(self.reference)


class Score(models.Model):
    """The agreed mark of one bid under one criterion, with its reasons."""

    bid = models.ForeignKey(Bid, models.PROTECT, related_name="scores")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="scores")
    # 0 to the competition's highest mark; for a gate 0 is fail and 1 is pass.
    mark = models.DecimalField(max_digits=5, decimal_places=2)
    reasons = models.TextField()
    scored_at = models.DateTimeField()
    scored_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("score")
        ordering = ["bid", "criterion__position"]
        constraints = [
            models.UniqueConstraint(fields=["bid", "criterion"], name="one_score_per_criterion"),
            models.CheckConstraint(condition=Q(mark__gte=0), name="score_not_negative"),
            models.CheckConstraint(condition=~Q(reasons=""), name="score_has_reasons"),
        ]

    def __str__(self):
        return f"{self.bid_id} {self.criterion_id}: {self.mark}"


class Award(models.Model):
    """The decision on one lot; it precedes the contract."""

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="awards")
    bid = models.ForeignKey(Bid, models.PROTECT, null=True, related_name="awards")
    opening = models.ForeignKey(Opening, models.PROTECT, null=True, related_name="awards")
    decision = models.CharField(max_length=10, choices=Decision, default=Decision.AWARD)
    state = models.CharField(max_length=10, choices=AwardState, default=AwardState.PROPOSED)
    is_history = models.BooleanField(default=False)
    # The lead's name as it was announced; it stays when the organisation changes its own.
    lead_name = models.CharField(max_length=200, blank=True)
    reasons = models.TextField(blank=True)
    proposed_at = models.DateTimeField(null=True)
    proposed_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    announced_at = models.DateTimeField(null=True)
    announced_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    # For history the day is known, no person and no minute.
    announced_on = models.DateField(null=True)
    set_aside_at = models.DateTimeField(null=True)
    set_aside_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    set_aside_because = models.TextField(blank=True)

    objects = AwardQuerySet.as_manager()

    class Meta:
        verbose_name = _("award")
        ordering = ["-announced_on", "lot", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=AwardState.values), name="award_state_known"
            ),
            models.CheckConstraint(
                condition=Q(decision__in=Decision.values), name="award_decision_known"
            ),
            models.UniqueConstraint(
                fields=["lot"],
                condition=~Q(state=AwardState.SET_ASIDE),
                name="one_live_award_per_lot",
                violation_error_message=_("An award is already proposed for this lot"),
            ),
            models.CheckConstraint(
                condition=together("proposed_at", "proposed_by"), name="award_proposal_is_whole"
            ),
            models.CheckConstraint(
                condition=together("approved_at", "approved_by"), name="award_approval_is_whole"
            ),
            models.CheckConstraint(
                condition=together("announced_at", "announced_by"),
                name="award_announcement_is_whole",
            ),
            models.CheckConstraint(
                condition=together("set_aside_at", "set_aside_by"),
                name="award_setting_aside_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("proposed_by")),
                name="award_takes_two_people",
            ),
            models.CheckConstraint(
                condition=Q(is_history=True, proposed_by__isnull=True, bid__isnull=True)
                | Q(is_history=False, proposed_by__isnull=False, opening__isnull=False),
                name="award_follows_an_opening",
            ),
            models.CheckConstraint(
                condition=Q(is_history=True)
                | Q(state__in=[AwardState.PROPOSED, AwardState.SET_ASIDE])
                | Q(approved_by__isnull=False),
                name="award_past_proposal_was_approved",
            ),
            models.CheckConstraint(
                condition=Q(is_history=True)
                | ~Q(state__in=[AwardState.ANNOUNCED, AwardState.CONFIRMED])
                | Q(announced_at__isnull=False),
                name="award_announced_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(is_history=True)
                | Q(decision=Decision.AWARD, bid__isnull=False)
                | Q(decision=Decision.NO_AWARD, bid__isnull=True) & ~Q(reasons=""),
                name="award_names_a_bid_or_says_why_not",
            ),
        ]

    def __str__(self):
        return str(self.reference)


class NamedSubcontractor(models.Model):
    """An organisation the lead named in its bid; public with the award."""

    award = models.ForeignKey(Award, models.CASCADE, related_name="subcontractors")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=200)
    supplier = models.ForeignKey(
        Supplier, models.PROTECT, null=True, related_name="named_in_awards"
    )
    role = models.CharField(max_length=300, blank=True)
    share_percent = models.DecimalField(max_digits=5, decimal_places=2, null=True)

    class Meta:
        verbose_name = _("named subcontractor")
        ordering = ["award", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["award", "name"], name="subcontractor_named_once_per_award"
            ),
            models.CheckConstraint(
                condition=Q(share_percent__isnull=True) | Q(share_percent__range=(0, 100)),
                name="subcontractor_share_is_a_share",
            ),
        ]

    def __str__(self):
        return self.name


class ClarificationAsker(models.Model):
    """Whose question it is. Kept apart, so that whoever answers cannot know."""

    clarification = models.OneToOneField(Clarification, models.PROTECT, related_name="asker")
    supplier = models.ForeignKey(Supplier, models.PROTECT, related_name="clarifications_asked")
    asked_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")

    append_only = True

    class Meta:
        verbose_name = _("asker of a clarification")
        verbose_name_plural = _("askers of clarifications")

    def __str__(self):
        return str(self.clarification_id)
