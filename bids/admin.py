"""Bids, openings, scores and awards, to be looked at.

Before opening nobody learns here that a bid is there or whose it is: the lists begin with the
opening, and what other apps keep of unopened bids is held back from their lists as well.
"""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from bids.models import (
    Affirmation,
    AnswerUse,
    AnswerVersion,
    Arrival,
    AskerMark,
    Award,
    Bid,
    BidDocument,
    BidUpload,
    ClarificationAsker,
    ConsentRequest,
    HandedShare,
    LibraryAnswer,
    LogHead,
    NamedConsent,
    NamedSubcontractor,
    NewsReader,
    Opening,
    OpeningApproval,
    Presence,
    PriceOpening,
    QualityLock,
    Receipt,
    Score,
    StandbyInstruction,
    Submission,
    Unfollowed,
)
from bids.selectors import secrecy
from framework_portal.accounts.admin import StashedFormAdmin
from framework_portal.accounts.models import StashedForm
from framework_portal.admin import ReadOnlyAdmin
from framework_portal.audit.admin import AuditEventAdmin
from framework_portal.audit.models import AuditEvent
from framework_portal.documents.admin import DocumentAdmin
from framework_portal.documents.models import Document
from framework_portal.notifications.admin import MessageAdmin
from framework_portal.notifications.models import Message
from framework_portal.sealing.admin import SealedOfferAdmin
from framework_portal.sealing.models import SealedOffer


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


class OfABid(ReadOnlyAdmin):
    """What belongs to a bid is shown once the bid's competition is opened."""

    ordering = ["-pk"]

    def get_queryset(self, request):
        return secrecy.may_be_shown(super().get_queryset(request))


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


@admin.register(LogHead)
class LogHeadAdmin(ReadOnlyAdmin):
    """What everybody may read of it: the root, signed. Its leaves are not shown here."""

    list_display = ["competition", "closes_at", "root", "published_at", "audit_link"]
    list_select_related = ["competition"]
    search_fields = ["root__exact", "competition__title"]
    date_hierarchy = "published_at"
    fields = [
        *("competition", "closes_at", "root", "published_at", "text", "signature", "key_id"),
        "audit_link",
    ]


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


@admin.register(OpeningApproval)
class OpeningApprovalAdmin(ReadOnlyAdmin):
    """The first of the two acts of an opening."""

    list_display = ["reference", "competition", "approved_at", "approved_by", "expires_at"]
    list_select_related = ["competition", "approved_by"]
    search_fields = ["reference", "competition__title"]
    date_hierarchy = "approved_at"


@admin.register(QualityLock)
class QualityLockAdmin(ReadOnlyAdmin):
    """Where price is opened after quality: since when the scores stand."""

    list_display = ["competition", "locked_at", "locked_by"]
    list_select_related = ["competition", "locked_by"]
    search_fields = ["competition__title"]
    fields = ["competition", "locked_at", "locked_by"]


@admin.register(Opening, PriceOpening)
class OpeningAdmin(ReadOnlyAdmin):
    """Which competition was opened by whom, with the hash of each envelope."""

    list_display = [
        *("reference", "competition", "opened_at", "first_by", "second_by", "audit_link"),
    ]
    list_select_related = ["competition", "first_by", "second_by"]
    search_fields = ["reference", "competition__title"]
    date_hierarchy = "opened_at"


@admin.register(Score)
class ScoreAdmin(ReadOnlyAdmin):
    """Marks and their reasons."""

    list_display = ["bid", "criterion", "mark", "scored_at", "scored_by", "audit_link"]
    list_filter = ["criterion__kind"]
    list_select_related = ["bid", "criterion", "scored_by"]
    search_fields = ["bid__reference", "bid__supplier__name", "criterion__name"]
    date_hierarchy = "scored_at"


class NamedSubcontractorInline(admin.TabularInline):
    """Who was named in the successful bid."""

    model = NamedSubcontractor
    extra = 0
    fields = ["position", "name", "supplier", "role", "share_percent"]

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Award)
class AwardAdmin(ReadOnlyAdmin):
    """Decisions, and those of 2021, which are history."""

    list_display = ["reference", "lot", "lead_name", "decision", "state", "announced_on"]
    list_display += ["is_history", "audit_link"]
    list_filter = ["state", "decision", "is_history"]
    list_select_related = ["lot"]
    search_fields = ["reference", "lot__title", "lead_name"]
    date_hierarchy = "announced_on"
    inlines = [NamedSubcontractorInline]


@admin.register(NamedSubcontractor)
class NamedSubcontractorAdmin(ReadOnlyAdmin):
    """Organisations named with the awards, across all lots."""

    list_display = ["name", "award", "supplier", "role", "share_percent"]
    list_select_related = ["award", "supplier"]
    search_fields = ["name", "award__lot__title", "award__lead_name"]


@admin.register(ClarificationAsker)
class ClarificationAskerAdmin(ReadOnlyAdmin):
    """Whose question it was, once the competition is opened: whoever asks may well bid."""

    list_display = ["clarification", "supplier", "asked_by"]
    list_select_related = ["clarification", "supplier", "asked_by"]
    search_fields = ["clarification__reference", "supplier__name"]
    ordering = ["-pk"]

    def get_queryset(self, request):
        shown = super().get_queryset(request)
        return shown.filter(clarification__competition__opening__isnull=False)


@admin.register(AskerMark)
class AskerMarkAdmin(ReadOnlyAdmin):
    """The mark that officers knew an asker by, once the competition is opened."""

    list_display = ["competition", "mark", "supplier"]
    list_select_related = ["competition", "supplier"]
    search_fields = ["competition__title", "supplier__name"]
    ordering = ["-pk"]

    def get_queryset(self, request):
        return super().get_queryset(request).filter(competition__opening__isnull=False)


@admin.register(LibraryAnswer)
class LibraryAnswerAdmin(ReadOnlyAdmin):
    """Answers that organisations keep to use again. What they say is sealed, from here too."""

    list_display = ["reference", "supplier", "saved_at", "good_until"]
    list_select_related = ["supplier"]
    search_fields = ["supplier__name"]
    fields = ["reference", "supplier", "saved_at", "good_until"]
    ordering = ["-pk"]


@admin.register(AnswerUse)
class AnswerUseAdmin(OfABid):
    """Earlier answers that were put into bids, once these are opened."""

    list_display = ["bid", "supplier", "used_at"]
    list_select_related = ["bid", "supplier"]
    fields = ["bid", "supplier", "used_at"]


@admin.register(NewsReader)
class NewsReaderAdmin(ReadOnlyAdmin):
    """How people chose to be told of news. Who merely follows something is not shown."""

    list_display = ["person", "by", "chosen_at"]
    list_filter = ["by"]
    list_select_related = ["person"]
    search_fields = ["person__email"]
    fields = ["person", "by", "chosen_at"]
    ordering = ["-pk"]

    def get_queryset(self, request):
        return super().get_queryset(request).filter(chosen_at__isnull=False)


@admin.register(Unfollowed)
class UnfollowedAdmin(ReadOnlyAdmin):
    """Competitions that somebody wants no more news of, once they are opened."""

    list_display = ["person", "competition", "since"]
    list_select_related = ["person", "competition"]
    ordering = ["-pk"]

    def get_queryset(self, request):
        return super().get_queryset(request).filter(competition__opening__isnull=False)


def hold_back(model, window, shown):
    """Show another app's rows without those that tell of bids that were not opened."""

    class HeldBack(window):
        def get_queryset(self, request):
            return shown(super().get_queryset(request))

    HeldBack.__doc__ = window.__doc__
    admin.site.unregister(model)
    admin.site.register(model, HeldBack)


hold_back(AuditEvent, AuditEventAdmin, secrecy.events)
hold_back(Message, MessageAdmin, secrecy.messages)
hold_back(SealedOffer, SealedOfferAdmin, secrecy.sealed_offers)
hold_back(Document, DocumentAdmin, secrecy.documents)
hold_back(StashedForm, StashedFormAdmin, secrecy.stashed_forms)


@admin.register(HandedShare)
class HandedShareAdmin(ReadOnlyAdmin):
    """That an opening is under way. The share does not show, and is destroyed within minutes."""

    list_display = ["approval", "opener"]
    list_select_related = ["approval", "opener__user"]
    fields = ["approval", "opener"]


@admin.register(Affirmation)
class AffirmationAdmin(ReadOnlyAdmin):
    """What bidders said of a bid after something changed; of opened competitions only."""

    list_display = ["reference", "affirmed_at"]
    date_hierarchy = "affirmed_at"

    def get_queryset(self, request):
        return secrecy.may_be_shown(super().get_queryset(request))


@admin.register(StandbyInstruction)
class StandbyInstructionAdmin(ReadOnlyAdmin):
    """What bidders said about versions that stand by; of opened competitions only."""

    list_display = ["reference", "is_on", "given_at"]
    date_hierarchy = "given_at"

    def get_queryset(self, request):
        return secrecy.may_be_shown(super().get_queryset(request))


@admin.register(ConsentRequest)
class ConsentRequestAdmin(OfABid):
    """Who was asked and what it answered, of opened competitions; what was asked stays sealed.

    What it said of exclusivity has no page here, before or after: that is the integrity officer's.
    """

    list_display = ["reference", "bid", "supplier", "number", "answer", "asked_at", "audit_link"]
    list_select_related = ["bid", "supplier"]
    search_fields = ["reference__exact", "bid__reference", "supplier__name"]
    date_hierarchy = "asked_at"
    fields = [
        *("reference", "bid", "entry", "number", "supplier", "asked_at", "asked_by", "answer"),
        *("answered_at", "answered_by", "withdrawn_at", "withdrawn_by", "superseded_at"),
    ]


@admin.register(NamedConsent)
class NamedConsentAdmin(ReadOnlyAdmin):
    """On which consents a version rests; of opened competitions only."""

    list_display = ["submission", "consent"]
    list_select_related = ["submission", "consent"]
    fields = ["submission", "consent"]
    ordering = ["-pk"]

    def get_queryset(self, request):
        shown = super().get_queryset(request)
        return shown.filter(submission__bid__lot__competition__opening__isnull=False)
