"""Openings, heads of logs, scores and awards."""

from django.contrib import admin

from bids.models import (
    Award,
    HandedShare,
    LogHead,
    NamedSubcontractor,
    Opening,
    OpeningApproval,
    PriceOpening,
    QualityLock,
    Score,
)
from framework_portal.admin import ReadOnlyAdmin


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


@admin.register(OpeningApproval)
class OpeningApprovalAdmin(ReadOnlyAdmin):
    """The first of the two acts of an opening."""

    list_display = ["reference", "competition", "approved_at", "approved_by", "expires_at"]
    list_select_related = ["competition", "approved_by"]
    search_fields = ["reference", "competition__title"]
    date_hierarchy = "approved_at"


@admin.register(HandedShare)
class HandedShareAdmin(ReadOnlyAdmin):
    """That an opening is under way. The share does not show, and is destroyed within minutes."""

    list_display = ["approval", "opener"]
    list_select_related = ["approval", "opener__user"]
    fields = ["approval", "opener"]


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
