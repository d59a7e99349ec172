"""Sealed offers, sealed."""

from django.contrib import admin

from framework_portal.admin import ReadOnlyAdmin
from framework_portal.sealing.models import SealedOffer


@admin.register(SealedOffer)
class SealedOfferAdmin(ReadOnlyAdmin):
    """That a row exists, and the hashes that receipts carry. Whose it is does not show here."""

    list_display = ["reference", "purpose", "key_id", "sealed_at", "audit_link"]
    list_filter = ["purpose"]
    search_fields = ["reference", "digest__exact", "envelope_hash__exact"]
    ordering = ["-pk"]
    fields = [
        *("reference", "purpose", "version", "key_id", "digest", "envelope_hash"),
        *("sealed_at", "audit_link"),
    ]
