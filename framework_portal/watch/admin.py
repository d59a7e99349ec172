"""What the watch saw, to be looked at."""

from django.contrib import admin

from framework_portal.admin import ReadOnlyAdmin
from framework_portal.watch.models import FaultReport, Outage, Probe, WatchedDay


@admin.register(Outage)
class OutageAdmin(ReadOnlyAdmin):
    """Times in which no bid could be submitted."""

    list_display = ["began_at", "ended_at", "what", "detail", "seen_by", "tries", "watcher_seconds"]
    list_filter = ["what", "seen_by"]
    search_fields = ["reference", "detail"]
    date_hierarchy = "began_at"


@admin.register(Probe)
class ProbeAdmin(ReadOnlyAdmin):
    """Good looks of the last days."""

    list_display = ["at", "seen_by", "reference", "follows"]
    list_filter = ["seen_by"]
    search_fields = ["reference", "follows"]
    date_hierarchy = "at"


@admin.register(WatchedDay)
class WatchedDayAdmin(ReadOnlyAdmin):
    """How each day went."""

    list_display = ["on", "watched_seconds", "failed_seconds"]
    date_hierarchy = "on"


@admin.register(FaultReport)
class FaultReportAdmin(ReadOnlyAdmin):
    """Faults that people told us of. They are answered on their own page."""

    list_display = ["number", "reported_at", "page", "answered_at", "answered_by"]
    list_filter = [("answered_at", admin.EmptyFieldListFilter)]
    list_select_related = ["answered_by"]
    search_fields = ["reference", "trying", "happened"]
    date_hierarchy = "reported_at"
