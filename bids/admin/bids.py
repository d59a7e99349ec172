"""Bids, their versions and receipts, to be looked at once they were opened."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from bids.admin.window import OfABid
from bids.models import (
    Affirmation,
    AnswerUse,
    AnswerVersion,
    Arrival,
    Bid,
    BidDocument,
    BidUpload,
    LibraryAnswer,
    Presence,
    Receipt,
    StandbyInstruction,
    Submission,
)
from bids.selectors import secrecy
from framework_portal.admin import ReadOnlyAdmin


@admin.register(Bid)
class BidAdmin(ReadOnlyAdmin):
    """Bids that were opened. What they say stays sealed here."""

    list_display = ["reference", "supplier", "lot", "state", "submitted_at", "audit_link"]
    list_filter = ["state", "lot__competition__commissioner"]
    list_select_related = ["supplier", "lot"]
    search_fields = ["reference", "supplier__name", "lot__title"]
    date_hierarchy = "submitted_at"
    ordering = ["-submitted_at"]
    fields = [
        *("reference", "lot", "supplier", "state", "started_at", "started_by"),
        *("submitted_at", "submitted_by", "audit_link"),
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).unsealed()


@admin.register(Submission)
class SubmissionAdmin(OfABid):
    """Versions that were submitted, with the numbers of their receipts."""

    list_display = [
        *("receipt_number", "bid", "sequence", "received_at", "submitted_by", "audit_link"),
    ]
    list_select_related = ["bid", "submitted_by", "receipt"]
    search_fields = ["reference", "receipt__number", "bid__reference", "bid__supplier__name"]
    date_hierarchy = "received_at"
    fields = [
        *("reference", "receipt_number", "bid", "sequence", "key", "received_at"),
        *("submitted_by", "digest", "audit_link"),
    ]

    def get_readonly_fields(self, request, obj=None):
        return self.fields

    @admin.display(description=_("receipt number"))
    def receipt_number(self, submission):
        return submission.receipt_number

    @admin.display(description=_("digest"))
    def digest(self, submission):
        return submission.offer.digest


@admin.register(AnswerVersion)
class AnswerVersionAdmin(OfABid):
    """Who wrote when. What was written only the organisation's own people can read."""

    list_display = ["bid", "saved_by", "begun_at", "saved_at", "is_aside", "audit_link"]
    list_select_related = ["bid", "saved_by"]
    search_fields = ["reference__exact", "bid__reference"]
    date_hierarchy = "saved_at"
    fields = ["reference", "bid", "question", "begun_at", "saved_at", "saved_by", "is_aside"]


@admin.register(Presence)
class PresenceAdmin(OfABid):
    """Who has a page of a bid open. Empty as a rule once the competition is opened."""

    list_display = ["bid", "part", "person", "seen_at"]
    list_select_related = ["bid", "person"]
    fields = ["bid", "part", "person", "seen_at"]


@admin.register(Receipt)
class ReceiptAdmin(OfABid):
    """What was signed for a bidder, once the competition is opened."""

    list_display = ["number", "kind", "bid", "at", "key_id", "audit_link"]
    list_filter = ["kind"]
    list_select_related = ["bid"]
    search_fields = ["number__exact", "leaf__exact", "bid__reference"]
    date_hierarchy = "at"
    fields = ["number", "kind", "bid", "at", "leaf", "text", "signature", "key_id", "audit_link"]


@admin.register(Arrival)
class ArrivalAdmin(OfABid):
    """When requests arrived, whatever became of them."""

    list_display = ["bid", "account", "act", "at", "key", "audit_link"]
    list_select_related = ["bid", "account"]
    search_fields = ["bid__reference", "account__email", "key"]
    date_hierarchy = "at"
    list_filter = ["act"]
    fields = ["bid", "account", "act", "key", "at", "audit_link"]


@admin.register(BidDocument)
class BidDocumentAdmin(OfABid):
    """That a file was attached. Nobody opens one here, and its name stays sealed."""

    list_display = ["reference", "bid", "added_at", "added_by", "removed_at", "audit_link"]
    list_select_related = ["bid", "added_by"]
    search_fields = ["reference", "bid__reference"]
    fields = [
        *("reference", "bid", "added_at", "added_by", "removed_at", "removed_by", "audit_link"),
    ]


@admin.register(BidUpload)
class BidUploadAdmin(OfABid):
    """That a file was on its way, and how far it came."""

    list_display = ["reference", "bid", "started_at", "started_by", "length", "arrived"]
    list_select_related = ["bid", "started_by"]
    search_fields = ["reference", "bid__reference"]
    fields = [
        *("reference", "bid", "started_at", "started_by", "length", "arrived"),
        *("expires_at", "finished_at"),
    ]


@admin.register(AnswerUse)
class AnswerUseAdmin(OfABid):
    """Earlier answers that were put into bids, once these are opened."""

    list_display = ["bid", "supplier", "used_at"]
    list_select_related = ["bid", "supplier"]
    fields = ["bid", "supplier", "used_at"]


@admin.register(LibraryAnswer)
class LibraryAnswerAdmin(ReadOnlyAdmin):
    """Answers that organisations keep to use again. What they say is sealed, from here too."""

    list_display = ["reference", "supplier", "saved_at", "good_until"]
    list_select_related = ["supplier"]
    search_fields = ["supplier__name"]
    fields = ["reference", "supplier", "saved_at", "good_until"]
    ordering = ["-pk"]


@admin.register(StandbyInstruction)
class StandbyInstructionAdmin(ReadOnlyAdmin):
    """What bidders said about versions that stand by; of opened competitions only."""

    list_display = ["reference", "is_on", "given_at"]
    date_hierarchy = "given_at"

    def get_queryset(self, request):
        return secrecy.may_be_shown(super().get_queryset(request))


@admin.register(Affirmation)
class AffirmationAdmin(ReadOnlyAdmin):
    """What bidders said of a bid after something changed; of opened competitions only."""

    list_display = ["reference", "affirmed_at"]
    date_hierarchy = "affirmed_at"

    def get_queryset(self, request):
        return secrecy.may_be_shown(super().get_queryset(request))
