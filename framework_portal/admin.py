"""What the admin pages of all apps share. The admin is a window: evidence is looked at."""

from urllib.parse import urlencode

from django.contrib import admin
from django.db.models.constants import LOOKUP_SEP
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from framework_portal.audit.querysets import identity


class AuditLinked(admin.ModelAdmin):
    """Adds `audit_link`: the trail of a thing, one click from it. Name it in `list_display`."""

    def lookup_allowed(self, lookup, value, request):
        """Not by what refers to a thing: `?bids__isnull=0` would say who bids before opening."""
        first = lookup.split(LOOKUP_SEP)[0]
        names = {field.name for field in self.opts.get_fields() if is_backwards(field)}
        return first not in names and super().lookup_allowed(lookup, value, request)

    def get_readonly_fields(self, request, obj=None):
        return [*super().get_readonly_fields(request, obj), "audit_link"]

    @admin.display(description=_("audit trail"))
    def audit_link(self, thing):
        return "–" if thing.pk is None else self.trail(identity(thing))

    def trail(self, subject):
        """A link to the events about `subject`, given as `audit.querysets.identity`."""
        address = f"{reverse('admin:audit_auditevent_changelist')}?{urlencode(subject)}"
        return format_html('<a href="{}">{}</a>', address, _("Audit trail"))


def is_backwards(field):
    """Whether `field` leads from a thing to what refers to it."""
    return field.auto_created and not field.concrete


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
