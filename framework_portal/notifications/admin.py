"""The outbox, to be looked at."""

from django.contrib import admin, messages
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from framework_portal.admin import ReadOnlyAdmin
from framework_portal.notifications.actions import try_again
from framework_portal.notifications.models import CONFIDENTIAL, Message


class DeliveryFilter(admin.SimpleListFilter):
    """By what became of a message."""

    title = _("delivery")
    parameter_name = "delivery"

    def lookups(self, request, model_admin):
        return [
            ("waiting", _("Waiting")),
            ("given_up", _("Given up")),
            ("sent", _("Sent")),
            ("cancelled", _("Cancelled")),
        ]

    def queryset(self, request, queryset):
        return {
            "waiting": queryset.waiting,
            "given_up": queryset.given_up,
            "sent": lambda: queryset.filter(sent_at__isnull=False),
            "cancelled": lambda: queryset.filter(cancelled_at__isnull=False),
        }.get(self.value(), lambda: queryset)()


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    """What was queued for whom, and whether it went out."""

    list_display = [
        *("reference", "kind", "to", "due_at", "sent_at", "cancelled_at", "attempts"),
        "last_error",
    ]
    list_filter = [DeliveryFilter]
    search_fields = ["reference", "to__iexact", "kind__exact", "key__startswith"]
    date_hierarchy = "queued_at"
    ordering = ["-pk"]
    fields = [
        *("reference", "kind", "to", "key", "context", "queued_at", "due_at", "expires_at"),
        *("sent_at", "cancelled_at", "attempts", "last_error", "audit_link"),
    ]
    actions = ["send_again"]

    def get_queryset(self, request):
        # That somebody was written to in confidence is no administrator's to know.
        return super().get_queryset(request).exclude(key__startswith=CONFIDENTIAL)

    @admin.action(description=_("Try again to send what was not sent"))
    def send_again(self, request, queryset):
        count = sum(try_again(message=message, by=request.user) for message in queryset)
        words = ngettext("%d message will be tried again", "%d messages will be tried again", count)
        self.message_user(request, words % count, messages.SUCCESS)
