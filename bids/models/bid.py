"""What a supplier offers for a lot."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bids.querysets import BidQuerySet
from bids.states import BidState
from framework_portal.constraints import implies, together
from framework_portal.documents.models import Document
from framework_portal.sealing.models import SealedOffer
from lots.models import Lot
from suppliers.models import Supplier
from suppliers.vault.opening import NOBODYS

PERSON = settings.AUTH_USER_MODEL


class Bid(models.Model):
    """One supplier's bid for one lot. Written only by `bids.actions`."""

    # Reports read the view `opened_bids`, which holds no bid before its opening.
    hidden_from_reports = True

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="bids")
    supplier = models.ForeignKey(Supplier, models.PROTECT, related_name="bids")
    state = models.CharField(max_length=20, choices=BidState, default=BidState.DRAFT)
    # What is being written, and what was submitted: nobody withdraws in order to edit.
    draft = models.ForeignKey(SealedOffer, models.PROTECT, null=True, related_name="+")
    offer = models.ForeignKey(SealedOffer, models.PROTECT, null=True, related_name="+")
    # What the opening found in the offer, under a key of its own.
    opened = models.ForeignKey(SealedOffer, models.PROTECT, null=True, related_name="+")
    opened_price = models.ForeignKey(SealedOffer, models.PROTECT, null=True, related_name="+")
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

    # With whose keys the own copy is read: those of the person asking, where a page found the bid
    # for them, and nobody's otherwise.
    vaults = NOBODYS
    # The request that saves it, where a page does: see `bids.saving`.
    saving = None

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

    # Reports must not tell of bids that are not opened yet.
    hidden_from_reports = True

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
