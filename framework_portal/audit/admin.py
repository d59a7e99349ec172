"""The evidence, to be looked at."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from framework_portal.admin import ReadOnlyAdmin
from framework_portal.audit.models import AuditEvent, AuditHead


class OutcomeFilter(admin.SimpleListFilter):
    """By outcome; the choices are fixed, so that a long trail need not be read to list them."""

    title = _("outcome")
    parameter_name = "outcome"

    def lookups(self, request, model_admin):
        return [("done", _("Done")), ("refused", _("Refused"))]

    def queryset(self, request, queryset):
        return queryset.filter(outcome=self.value()) if self.value() else queryset


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnlyAdmin):
    """Who did what, when. `manage.py verify_audit` proves that nothing was changed."""

    list_display = ["seq", "at", "verb", "outcome", "actor", "subject_type", "audit_link"]
    list_display_links = ["seq", "verb"]
    list_filter = [OutcomeFilter]
    list_select_related = ["actor"]
    search_fields = ["subject_reference__exact", "verb__startswith", "actor__email__iexact"]
    search_help_text = _("A reference, the beginning of a verb, or somebody’s email address")
    ordering = ["-seq"]
    fields = [
        *("seq", "at", "actor", "verb", "outcome", "subject_type", "subject_reference"),
        *("detail_text", "prev_hash", "hash", "audit_link"),
    ]

    def get_readonly_fields(self, request, obj=None):
        return self.fields

    @admin.display(description=_("audit trail"))
    def audit_link(self, event):
        return self.trail(
            {
                "subject_type": event.subject_type,
                "subject_reference": event.subject_reference,
            }
        )


@admin.register(AuditHead)
class AuditHeadAdmin(ReadOnlyAdmin):
    """What is published every day of the trail."""

    list_display = ["day", "seq", "hash", "signed_at", "key_id"]
    search_fields = ["hash__exact"]
    date_hierarchy = "day"
    ordering = ["-day"]
