"""Suppliers, their applications and standing, to be looked at.

What changes a standing goes through the same actions as the assessor's pages, with reasons.
"""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.utils.translation import gettext_lazy as _

from framework_portal import clock
from framework_portal.admin import AuditLinked, ReadOnlyAdmin
from framework_portal.refusals import Refused
from suppliers.actions.standing import reinstate_qualification, suspend_qualification
from suppliers.models import (
    Answer,
    Application,
    CheckResult,
    CheckRun,
    Evidence,
    Identifier,
    Invitation,
    JoiningQuestion,
    Membership,
    MorePoint,
    Qualification,
    QualificationDecision,
    RecoveryKey,
    RemovalNotice,
    Supplier,
    Vault,
    VaultGrant,
)
from suppliers.states import ApplicationState


class ReadOnlyInline(admin.TabularInline):
    """What belongs to a thing, to be looked at beside it."""

    extra = 0
    can_delete = False

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False


class IdentifierInline(ReadOnlyInline):
    model = Identifier


class MembershipInline(ReadOnlyInline):
    model = Membership
    fields = ["user", "role", "may_submit", "joined_at"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("user", "supplier")


@admin.register(Supplier)
class SupplierAdmin(ReadOnlyAdmin):
    list_display = ["name", "legal_form", "size", "is_voluntary", "registered_at", "audit_link"]
    list_filter = ["legal_form", "size", "is_voluntary", "qualifications__category"]
    search_fields = ["name", "reference", "identifiers__value", "contact_email"]
    date_hierarchy = "registered_at"
    inlines = [IdentifierInline, MembershipInline]
    # Nothing is edited here, so no form field of it need be made.
    readonly_fields = ["website"]


@admin.register(Membership)
class MembershipAdmin(ReadOnlyAdmin):
    list_display = ["user", "supplier", "role", "may_submit", "joined_at"]
    list_filter = ["role"]
    list_select_related = ["user", "supplier"]
    search_fields = ["user__email", "user__name", "supplier__name"]


@admin.register(Identifier)
class IdentifierAdmin(ReadOnlyAdmin):
    list_display = ["value", "scheme", "supplier", "is_main"]
    list_filter = ["scheme", "is_main"]
    list_select_related = ["supplier"]
    search_fields = ["value", "supplier__name"]


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    """That somebody was asked in. The link itself is the colleague's alone."""

    list_display = ["email", "supplier", "role", "invited_at", "expires_at", "accepted_at"]
    list_filter = ["role"]
    list_select_related = ["supplier"]
    search_fields = ["email", "supplier__name"]
    date_hierarchy = "invited_at"
    exclude = ["reference"]


@admin.register(JoiningQuestion)
class JoiningQuestionAdmin(AuditLinked):
    """Reference data. `load_joining_questions` brings back what the file says."""

    list_display = ["position", "code", "section", "kind", "is_required", "word_limit"]
    list_display_links = ["code"]
    list_filter = ["kind", "section", "is_required"]
    search_fields = ["code", "text", "condition"]
    filter_horizontal = ["categories"]


@admin.register(Application)
class ApplicationAdmin(ReadOnlyAdmin):
    list_display = ["reference", "supplier", "state", "started_at", "submitted_at", "audit_link"]
    list_filter = ["state", "framework", "categories"]
    list_select_related = ["supplier"]
    search_fields = ["reference", "supplier__name"]
    date_hierarchy = "started_at"


@admin.register(Answer)
class AnswerAdmin(ReadOnlyAdmin):
    """Answers that were handed in; what is still being written is the applicant's alone."""

    list_display = ["question", "category", "application", "saved_at"]
    list_filter = ["question__section", "category"]
    list_select_related = ["question", "category", "application"]
    search_fields = ["application__reference", "application__supplier__name", "question__code"]

    def get_queryset(self, request):
        handed_in = [ApplicationState.SUBMITTED, ApplicationState.DECIDED]
        return super().get_queryset(request).filter(application__state__in=handed_in)


@admin.register(MorePoint)
class MorePointAdmin(ReadOnlyAdmin):
    list_display = ["application", "question", "category", "asked_at", "answered_at"]
    list_select_related = ["application", "question", "category"]
    search_fields = ["application__reference", "application__supplier__name"]


@admin.register(Evidence)
class EvidenceAdmin(ReadOnlyAdmin):
    list_display = ["reference", "supplier", "question", "expires_on", "added_at", "replaced_at"]
    list_filter = ["question", "expires_on"]
    list_select_related = ["supplier", "question"]
    search_fields = ["reference", "supplier__name"]
    date_hierarchy = "added_at"


class ReasonsForm(ActionForm):
    """Reasons go with every action; the supplier reads them."""

    reasons = forms.CharField(label=_("Reasons"), required=False, max_length=1000)


@admin.register(Qualification)
class QualificationAdmin(ReadOnlyAdmin):
    list_display = ["supplier", "category", "state", "decided_at", "expires_at", "audit_link"]
    list_filter = ["state", "category", "framework"]
    list_select_related = ["supplier", "category"]
    search_fields = ["reference", "supplier__name", "category__name"]
    date_hierarchy = "decided_at"
    action_form = ReasonsForm
    actions = ["suspend", "reinstate"]

    def has_assess_permission(self, request):
        return request.user.has_perm("suppliers.change_qualification")

    @admin.action(description=_("Suspend, with reasons"), permissions=["assess"])
    def suspend(self, request, queryset):
        self._act(request, queryset, suspend_qualification)

    @admin.action(description=_("Reinstate"), permissions=["assess"])
    def reinstate(self, request, queryset):
        self._act(request, queryset, reinstate_qualification)

    def _act(self, request, queryset, action):
        at, reasons = clock.now(), request.POST.get("reasons", "")[:1000]
        for qualification in queryset:
            try:
                action(qualification=qualification, reasons=reasons, by=request.user, at=at)
            except Refused as refusal:
                self.message_user(request, f"{qualification}: {refusal.message}", messages.ERROR)
            else:
                self.message_user(request, _("%(what)s: done") % {"what": qualification})


@admin.register(QualificationDecision)
class QualificationDecisionAdmin(ReadOnlyAdmin):
    list_display = ["qualification", "move", "state", "decided_at", "decided_by"]
    list_filter = ["move", "state", "qualification__category"]
    list_select_related = [
        "qualification__supplier",
        "qualification__category",
        "decided_by",
    ]
    search_fields = ["qualification__reference", "qualification__supplier__name"]
    date_hierarchy = "decided_at"


@admin.register(RemovalNotice)
class RemovalNoticeAdmin(ReadOnlyAdmin):
    list_display = ["qualification", "given_at", "reply_by", "replied_at", "settled_at"]
    list_select_related = ["qualification__supplier", "qualification__category"]
    search_fields = ["qualification__supplier__name"]


@admin.register(Vault)
class VaultAdmin(ReadOnlyAdmin):
    """That an organisation has a vault; never what opens it or lies in it."""

    list_display = ["supplier", "generation", "made_at"]
    list_select_related = ["supplier"]
    search_fields = ["supplier__name"]
    fields = ["supplier", "generation", "made_at"]


@admin.register(VaultGrant)
class VaultGrantAdmin(ReadOnlyAdmin):
    """Who can open which vault."""

    list_display = ["vault", "person", "granted_at"]
    list_select_related = ["vault__supplier", "key__user", "recovery"]
    search_fields = ["vault__supplier__name", "key__user__email"]
    fields = ["vault", "person", "granted_at"]

    def get_readonly_fields(self, request, obj=None):
        return self.fields

    @admin.display(description=_("person"))
    def person(self, grant):
        return grant.key.user if grant.key else _("Recovery code")


@admin.register(RecoveryKey)
class RecoveryKeyAdmin(ReadOnlyAdmin):
    """That an organisation has printed a recovery code, and who made it."""

    list_display = ["supplier", "made_at", "made_by", "audit_link"]
    list_select_related = ["supplier", "made_by"]
    search_fields = ["supplier__name"]
    fields = ["supplier", "made_at", "made_by"]


@admin.register(CheckResult)
class CheckResultAdmin(ReadOnlyAdmin):
    list_display = ["supplier", "check_code", "outcome", "message", "last_seen_at", "is_current"]
    list_filter = ["is_current", "outcome", "check_code"]
    list_select_related = ["supplier"]
    search_fields = ["supplier__name", "check_code"]


@admin.register(CheckRun)
class CheckRunAdmin(ReadOnlyAdmin):
    list_display = ["check_code", "day", "started_at", "reached", "finished_at"]
    list_filter = ["check_code"]
    search_fields = ["check_code"]
    date_hierarchy = "day"
