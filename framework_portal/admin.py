"""What the admin pages of all apps share. The admin is a window: evidence is looked at."""

from urllib.parse import urlencode

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from framework_portal.audit.querysets import identity


class AuditLinked(admin.ModelAdmin):
    """Adds `audit_link`: the trail of a thing, one click from it. Name it in `list_display`."""

    def get_readonly_fields(self, request, obj=None):
        return [*super().get_readonly_fields(request, obj), "audit_link"]

    @admin.display(description=_("audit trail"))
    def audit_link(self, thing):
        return "–" if thing.pk is None else self.trail(identity(thing))

    def trail(self, subject):
        """A link to the events about `subject`, given as `audit.querysets.identity`."""
        address = f"{reverse('admin:audit_auditevent_changelist')}?{urlencode(subject)}"
        return format_html('<a href="{}">{}</a>', address, _("Audit trail"))


class ReadOnlyAdmin(AuditLinked):
    """To be looked at: no adding, changing or deleting, one by one or in bulk.

    Anything more is an admin action that calls the same function from `actions/` as the pages do.
    """

    show_full_result_count = False

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
