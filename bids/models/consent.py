"""What key subcontractors were asked, and what they answered."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bids.models.arriving import Submission
from bids.models.bid import Bid
from bids.querysets import ConsentQuerySet
from bids.states import ConsentAnswer, Exclusivity
from framework_portal.clock import PortalClock
from framework_portal.constraints import implies, together
from framework_portal.sealing.models import SealedOffer
from suppliers.models import Supplier

PERSON = settings.AUTH_USER_MODEL


class ConsentRequest(models.Model):
    """One version of the terms of one key subcontractor, put to it, and its answer.

    What it says lies sealed. `terms`, `wanted` and `signed` are under the portal's own key and are
    gone once the bid is submitted or the terms are replaced: what was agreed is then in the sealed
    bid, and in `kept`, which only the subcontractor's vault opens.
    """

    # Reports must not tell of bids that are not opened yet.
    hidden_from_reports = True

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    bid = models.ForeignKey(Bid, models.PROTECT, related_name="consents")
    # The entry of the draft, and which version of its terms this is.
    entry = models.UUIDField()
    number = models.PositiveIntegerField()
    # Who is asked: one of the portal, or who has the mail that was sent to this address.
    supplier = models.ForeignKey(Supplier, models.PROTECT, null=True, related_name="consents_asked")
    invited_email = models.EmailField(blank=True)
    claimed_at = models.DateTimeField(null=True)
    # Commits to the terms, with the salt that only the draft has.
    digest = models.CharField(max_length=64)
    terms = models.OneToOneField(SealedOffer, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    reminded_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=12, choices=ConsentAnswer, blank=True)
    # The change it wants, in its own words, for the lead.
    wanted = models.OneToOneField(SealedOffer, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    # The statement of an agreement, signed by the portal: for the bid, and for the subcontractor.
    signed = models.OneToOneField(SealedOffer, models.PROTECT, null=True, related_name="+")
    kept = models.OneToOneField(SealedOffer, models.PROTECT, null=True, related_name="+")
    # Stamped by a trigger, which refuses it at or after closing.
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    # Newer terms were put to it, or it is named no more. A version submitted before stands.
    superseded_at = models.DateTimeField(null=True)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        verbose_name = _("request for consent")
        verbose_name_plural = _("requests for consent")
        ordering = ["bid", "entry", "number"]
        constraints = [
            models.UniqueConstraint(fields=["bid", "entry", "number"], name="terms_in_sequence"),
            models.UniqueConstraint(
                fields=["bid", "entry"],
                condition=Q(superseded_at__isnull=True),
                name="one_request_stands_for_each",
            ),
            models.CheckConstraint(
                condition=Q(answer__in=["", *ConsentAnswer.values]), name="consent_answer_known"
            ),
            models.CheckConstraint(
                condition=Q(supplier__isnull=False) | ~Q(invited_email=""),
                name="consent_asked_of_somebody",
            ),
            models.CheckConstraint(
                condition=together("answered_at", "answered_by"), name="consent_answer_is_whole"
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True)
                | ~Q(answer="") & Q(answered_at__isnull=False, supplier__isnull=False),
                name="consent_answered_by_somebody",
            ),
            models.CheckConstraint(
                condition=implies(Q(answer="agreed"), Q(kept__isnull=False)),
                name="consent_is_kept_by_who_gave_it",
            ),
            models.CheckConstraint(
                condition=together("withdrawn_at", "withdrawn_by"),
                name="consent_withdrawal_is_whole",
            ),
            models.CheckConstraint(
                condition=implies(Q(withdrawn_at__isnull=False), Q(answer="agreed")),
                name="only_a_consent_is_withdrawn",
            ),
        ]

    def __str__(self):
        return str(self.reference)

    @property
    def is_agreed(self):
        """Whether consent was given to these terms, and not withdrawn."""
        return self.answer == ConsentAnswer.AGREED and self.withdrawn_at is None

    @property
    def waits(self):
        """Whether the subcontractor has not answered, and still may."""
        return not self.answer and self.superseded_at is None


class NamedConsent(models.Model):
    """That a version names a subcontractor by this consent. Written with the version.

    The database counts and opens no version that rests on a consent that was withdrawn.
    """

    append_only = True
    hidden_from_reports = True

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="named")
    consent = models.ForeignKey(ConsentRequest, models.PROTECT, related_name="named_in")

    class Meta:
        verbose_name = _("consent of a version")
        verbose_name_plural = _("consents of versions")
        constraints = [
            models.UniqueConstraint(fields=["submission", "consent"], name="named_once_a_version"),
        ]

    def __str__(self):
        return f"{self.submission_id} by {self.consent_id}"


class ExclusivityAnswer(models.Model):
    """Whether the lead asked a subcontractor to work for its bid alone, said by the subcontractor.

    A row of its own that nothing of a bid leads to: the lead must never learn of it, and nobody
    else before the bids are opened. Every answer to terms makes one, whatever it says.
    """

    append_only = True
    hidden_from_reports = True

    consent = models.OneToOneField(ConsentRequest, models.PROTECT, related_name="+")
    said = models.CharField(max_length=10, choices=Exclusivity)
    # What happened, in its own words. Sealed whether there are any or not: both look alike.
    words = models.OneToOneField(SealedOffer, models.PROTECT, related_name="+")
    said_at = models.DateTimeField(editable=False, db_default=PortalClock())
    said_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("answer about exclusivity")
        verbose_name_plural = _("answers about exclusivity")
        constraints = [
            models.CheckConstraint(
                condition=Q(said__in=Exclusivity.values), name="exclusivity_answer_known"
            ),
        ]

    def __str__(self):
        return str(self.consent_id)
