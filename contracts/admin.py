"""Contracts and their ledgers, to be looked at: nothing is changed here."""

from django.contrib import admin

from contracts.models import (
    ChainFinding,
    Contract,
    ExtensionOption,
    KeySubcontractor,
    LedgerEntry,
    Modification,
)
from framework_portal.admin import ReadOnlyAdmin


class Inline(admin.TabularInline):
    """Rows beside a contract, to be looked at."""

    extra = 0
    can_delete = False
    show_change_link = True

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False


class OptionInline(Inline):
    model = ExtensionOption


class ModificationInline(Inline):
    model = Modification
    fields = ["number", "agreed_on", "ends_on", "value", "recorded_at"]


class SubcontractorInline(Inline):
    model = KeySubcontractor
    fields = ["position", "name", "supplier", "added_at"]


@admin.register(Contract)
class ContractAdmin(ReadOnlyAdmin):
    """What was agreed with whom."""

    list_display = ["lead_name", "lot", "commissioner", "kind", "state", "signed_on", "audit_link"]
    list_filter = ["state", "kind", "is_history", "commissioner"]
    list_select_related = ["lot", "commissioner"]
    search_fields = ["reference", "lead_name", "lot__title"]
    inlines = [SubcontractorInline, OptionInline, ModificationInline]


@admin.register(KeySubcontractor)
class KeySubcontractorAdmin(ReadOnlyAdmin):
    """Who was promised work, under which contract."""

    list_display = ["name", "contract", "supplier", "position", "added_at"]
    list_select_related = ["contract", "supplier"]
    search_fields = ["reference", "name", "contract__lead_name", "contract__lot__title"]


@admin.register(LedgerEntry)
class LedgerEntryAdmin(ReadOnlyAdmin):
    """Each version of what a subcontractor is owed."""

    list_display = ["subcontractor", "number", "basis", "share_percent", "relied_on", "made_at"]
    list_filter = ["basis", "relied_on", "is_end"]
    list_select_related = ["subcontractor"]
    search_fields = ["reference", "subcontractor__name"]


@admin.register(Modification)
class ModificationAdmin(ReadOnlyAdmin):
    """How a signed contract was changed."""

    list_display = ["contract", "number", "agreed_on", "ends_on", "value", "recorded_at"]
    list_select_related = ["contract"]
    search_fields = ["reference", "contract__lead_name", "contract__lot__title"]


@admin.register(ChainFinding)
class ChainFindingAdmin(ReadOnlyAdmin):
    """What was noticed of a supply chain, and what was said to it."""

    list_display = ["kind", "contract", "subcontractor", "raised_at", "settled_at"]
    list_filter = ["kind"]
    list_select_related = ["contract", "subcontractor"]
    search_fields = ["reference", "key", "contract__lead_name", "contract__lot__title"]
