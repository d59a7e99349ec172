"""The decision on a lot, and whom it names."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bids.models.bid import Bid
from bids.models.opening import Opening
from bids.querysets import AwardQuerySet
from bids.states import FALLEN, AwardState, Decision
from framework_portal.constraints import together
from lots.models import Lot
from suppliers.models import Supplier

PERSON = settings.AUTH_USER_MODEL


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
    # When the commissioner refused to enter into its contract: the lot then needs a new decision.
    refused_at = models.DateTimeField(null=True)
    refused_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")

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
                condition=~Q(state__in=FALLEN),
                name="one_live_award_per_lot",
                violation_error_message=_("An award is already proposed for this lot"),
            ),
            models.UniqueConstraint(
                fields=["bid"],
                condition=~Q(state=AwardState.SET_ASIDE),
                name="no_second_award_of_a_bid",
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
                condition=Q(
                    state=AwardState.REFUSED, refused_at__isnull=False, refused_by__isnull=False
                )
                | ~Q(state=AwardState.REFUSED)
                & Q(refused_at__isnull=True, refused_by__isnull=True),
                name="award_refusal_is_whole",
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
                | ~Q(state__in=[AwardState.ANNOUNCED, AwardState.CONFIRMED, AwardState.REFUSED])
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
    # Of the organisation that agreed; what the bid calls it, where that is another name.
    name = models.CharField(max_length=200)
    named_as = models.CharField(max_length=200, blank=True)
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
