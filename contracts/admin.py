"""Contracts and their ledgers, to be looked at: nothing is changed here."""

from django.contrib import admin

from contracts.models import (
    ChainDecision,
    ChainFinding,
    ChangeCase,
    Contract,
    ExtensionOption,
    IncomeVersion,
    KeySubcontractor,
    LedgerEntry,
    LineAnswer,
    LineSettlement,
    LineVersion,
    Modification,
    ProposalAnswer,
    ProposedLine,
    QuarterLine,
    QuarterReturn,
    ReportDecision,
    ReportRow,
    ReportSigning,
    SubcontractStatement,
    SupplyChainReport,
    TerminationNotice,
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


class LineInline(Inline):
    model = QuarterLine
    fields = ["name", "state", "number", "referrals", "pounds", "payments", "paid_late"]


class IncomeInline(Inline):
    model = IncomeVersion
    fields = ["number", "pounds", "made_at"]


@admin.register(QuarterReturn)
class QuarterReturnAdmin(ReadOnlyAdmin):
    """Which quarters were sent. What is being written is the lead's own."""

    list_display = ["contract", "number", "starts_on", "due_on", "sent_at", "audit_link"]
    list_filter = ["starts_on"]
    list_select_related = ["contract"]
    search_fields = ["reference", "contract__lead_name", "contract__lot__title"]
    exclude = ["draft"]
    inlines = [LineInline, IncomeInline]


class VersionInline(Inline):
    model = LineVersion
    fields = ["number", "referrals", "pounds", "payments", "paid_late", "days_to_pay", "made_at"]


@admin.register(QuarterLine)
class QuarterLineAdmin(ReadOnlyAdmin):
    """What holds of one organisation in a quarter, and how it came to be."""

    list_display = ["name", "quarter", "state", "referrals", "pounds", "audit_link"]
    list_filter = ["state"]
    list_select_related = ["quarter"]
    search_fields = ["reference", "name"]
    inlines = [VersionInline]


@admin.register(LineVersion)
class LineVersionAdmin(ReadOnlyAdmin):
    """What the lead stated, each time."""

    list_display = ["line", "number", "referrals", "pounds", "made_at"]
    list_select_related = ["line"]
    search_fields = ["reference", "line__name"]


@admin.register(LineAnswer)
class LineAnswerAdmin(ReadOnlyAdmin):
    """What subcontractors said of their lines."""

    list_display = ["reference", "confirms", "answered_at"]
    list_filter = ["confirms"]
    search_fields = ["reference", "version__line__name"]


@admin.register(LineSettlement)
class LineSettlementAdmin(ReadOnlyAdmin):
    """How disputes were settled."""

    list_display = ["reference", "ruling", "settled_at"]
    list_filter = ["ruling"]
    search_fields = ["reference", "answer__version__line__name"]


class SigningInline(Inline):
    model = ReportSigning
    fk_name = "report"
    fields = ["number", "referrals", "pounds", "lines", "digest", "signed_at"]


@admin.register(SupplyChainReport)
class SupplyChainReportAdmin(ReadOnlyAdmin):
    """Where each year's report stands."""

    list_display = ["contract", "year", "due_on", "state", "signed_at", "audit_link"]
    list_filter = ["state"]
    list_select_related = ["contract"]
    search_fields = ["reference", "contract__lead_name", "contract__lot__title"]
    inlines = [SigningInline]


class RowInline(Inline):
    model = ReportRow
    fields = ["name", "promised_share", "real_share", "referrals", "pounds", "lines"]


@admin.register(ReportSigning)
class ReportSigningAdmin(ReadOnlyAdmin):
    """A report as it was signed."""

    list_display = ["report", "number", "referrals", "pounds", "lines", "signed_at"]
    list_select_related = ["report"]
    search_fields = ["reference", "digest"]
    inlines = [RowInline]


@admin.register(ReportDecision)
class ReportDecisionAdmin(ReadOnlyAdmin):
    """What commissioners decided about signed reports."""

    list_display = ["reference", "accepted", "decided_at"]
    list_filter = ["accepted"]
    search_fields = ["reference"]


@admin.register(SubcontractStatement)
class SubcontractStatementAdmin(ReadOnlyAdmin):
    """What lead and subcontractor said of a subcontract."""

    list_display = ["subcontractor", "party", "signed_on", "said_at"]
    list_filter = ["party"]
    list_select_related = ["subcontractor"]
    search_fields = ["reference", "subcontractor__name"]


@admin.register(ChainDecision)
class ChainDecisionAdmin(ReadOnlyAdmin):
    """What was decided where a subcontractor relied on had not signed."""

    list_display = ["subcontractor", "move", "due_on", "decided_at"]
    list_filter = ["move"]
    list_select_related = ["subcontractor"]
    search_fields = ["reference", "subcontractor__name"]


@admin.register(TerminationNotice)
class TerminationNoticeAdmin(ReadOnlyAdmin):
    """Where termination notices were published."""

    list_display = ["contract", "notice_reference", "published_on", "recorded_at"]
    list_select_related = ["contract"]
    search_fields = ["notice_reference", "contract__lead_name"]


@admin.register(ChangeCase)
class ChangeCaseAdmin(ReadOnlyAdmin):
    """What leads asked to change, and how it was decided. Views of subcontractors are not here."""

    list_display = ["contract", "number", "kind", "subcontractor", "state", "decide_by"]
    list_filter = ["state", "kind", "emergency"]
    list_select_related = ["contract", "subcontractor"]
    search_fields = ["reference", "contract__lead_name", "contract__lot__title"]


@admin.register(ProposedLine)
class ProposedLineAdmin(ReadOnlyAdmin):
    """Terms that a requested change proposes."""

    list_display = ["case", "party", "name", "share_percent", "is_end"]
    list_filter = ["party"]
    list_select_related = ["case"]
    search_fields = ["case__reference", "name"]


@admin.register(ProposalAnswer)
class ProposalAnswerAdmin(ReadOnlyAdmin):
    """What organisations said to terms proposed for them."""

    list_display = ["line", "number", "answer", "answered_at"]
    list_filter = ["answer"]
    list_select_related = ["line__case"]
    search_fields = ["line__case__reference", "line__name"]
