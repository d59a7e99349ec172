"""Who was asked to be named in bids that were opened, and on which consents these rest."""

from django.contrib import admin

from bids.admin.window import OfABid
from bids.models import ConsentRequest, NamedConsent
from framework_portal.admin import ReadOnlyAdmin


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
