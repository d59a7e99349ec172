"""Documents, to be looked at from outside: what is in them, and their names, stay sealed."""

from django.contrib import admin

from framework_portal.admin import ReadOnlyAdmin
from framework_portal.documents.models import Document


@admin.register(Document)
class DocumentAdmin(ReadOnlyAdmin):
    """Support can see that a file exists and what the scanner said. Nobody opens one here."""

    list_display = [
        *("reference", "purpose", "scan_words", "uploaded_at", "uploaded_by", "audit_link"),
    ]
    list_filter = ["purpose", "scan_state"]
    list_select_related = ["uploaded_by"]
    search_fields = ["reference", "uploaded_by__email"]
    date_hierarchy = "uploaded_at"
    ordering = ["-uploaded_at"]
    fields = [
        *("reference", "purpose", "scan_words", "uploaded_at", "uploaded_by"),
        *("stored_as", "key_id", "audit_link"),
    ]
