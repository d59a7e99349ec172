"""The admin of the reference data, which is edited here or by `load_reference`."""

from django.contrib import admin
from django.db.models import Count

from framework_portal.accounts.actions.sessions import change_of_role
from framework_portal.accounts.admin import AsksAgain
from framework_portal.admin import ReadOnlyAdmin
from framework_portal.reference.models import (
    Area,
    AreaLevel,
    AreaSet,
    Category,
    Commissioner,
    Framework,
    Holiday,
    IncidentRule,
    IncidentStep,
    Officer,
    Period,
)


@admin.register(Framework)
class FrameworkAdmin(admin.ModelAdmin):
    """The agreement and its term."""

    list_display = ["name", "starts_on", "ends_on", "extensions_used", "extensions_allowed"]
    search_fields = ["name", "slug", "notice_reference"]
    readonly_fields = ["reference"]


@admin.register(Category)
class CategoryAdmin(admin.ModelAdmin):
    """Kinds of need."""

    list_display = ["number", "name", "official_name", "abbreviation", "kind"]
    list_display_links = ["name"]
    list_filter = ["kind"]
    search_fields = ["name", "official_name", "slug", "abbreviation"]


class AreaLevelInline(admin.TabularInline):
    model = AreaLevel
    extra = 0


@admin.register(AreaSet)
class AreaSetAdmin(admin.ModelAdmin):
    """Ways to divide the country."""

    list_display = ["name", "slug", "areas"]
    search_fields = ["name", "slug"]
    inlines = [AreaLevelInline]

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(area_count=Count("levels__areas"))

    @admin.display(description="areas", ordering="area_count")
    def areas(self, row):
        return row.area_count


@admin.register(AreaLevel)
class AreaLevelAdmin(admin.ModelAdmin):
    """Levels of areas, from the largest (depth 0) down."""

    list_display = ["name", "area_set", "depth", "slug"]
    list_filter = ["area_set"]
    list_select_related = ["area_set"]
    search_fields = ["name", "slug"]


@admin.register(Area)
class AreaAdmin(admin.ModelAdmin):
    """Areas of every level."""

    list_display = ["name", "level", "parent", "code", "country", "governing_body"]
    list_filter = ["level", "country"]
    list_select_related = ["level", "parent"]
    search_fields = ["name", "slug", "code", "parent__name"]
    autocomplete_fields = ["parent"]


def tell_of_role(officer, by, held=True):
    """An officer comes, goes or changes: their sessions end, and the trail has it."""
    facts = {"commissioner": officer.commissioner.reference, "role": officer.role, "held": held}
    change_of_role(user=officer.user, by=by, **facts)


class OfficerInline(admin.TabularInline):
    model = Officer
    extra = 0
    autocomplete_fields = ["user", "areas"]


@admin.register(Commissioner)
class CommissionerAdmin(AsksAgain, admin.ModelAdmin):
    """Bodies that buy, with the people who act for them."""

    list_display = ["name", "contact_email", "contact_phone"]
    search_fields = ["name", "contact_email", "reference"]
    readonly_fields = ["reference"]
    inlines = [OfficerInline]

    def save_formset(self, request, form, formset, change):
        super().save_formset(request, form, formset, change)
        for officer in formset.new_objects:
            tell_of_role(officer, request.user)
        for officer, _fields in formset.changed_objects:
            tell_of_role(officer, request.user)
        for officer in formset.deleted_objects:
            tell_of_role(officer, request.user, held=False)


@admin.register(Officer)
class OfficerAdmin(AsksAgain, admin.ModelAdmin):
    """Who acts for which body. Without areas: everywhere."""

    list_display = ["user", "commissioner", "role"]
    list_filter = ["role", "commissioner"]
    list_select_related = ["user", "commissioner"]
    search_fields = ["user__email", "user__name", "commissioner__name"]
    autocomplete_fields = ["user", "commissioner", "areas"]

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        tell_of_role(obj, request.user)

    def delete_model(self, request, obj):
        tell_of_role(obj, request.user, held=False)
        super().delete_model(request, obj)

    def delete_queryset(self, request, queryset):
        for officer in queryset:
            self.delete_model(request, officer)


@admin.register(Holiday)
class HolidayAdmin(admin.ModelAdmin):
    """Days on which no working day is counted."""

    list_display = ["on", "name", "source"]
    search_fields = ["name"]
    date_hierarchy = "on"


@admin.register(Period)
class PeriodAdmin(admin.ModelAdmin):
    """Lengths of time that a rule sets."""

    list_display = ["name", "working_days", "days", "hours", "source"]
    search_fields = ["name", "slug", "source"]


class IncidentStepInline(admin.TabularInline):
    """The rows of the table."""

    model = IncidentStep
    extra = 0
    can_delete = False

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False


@admin.register(IncidentRule)
class IncidentRuleAdmin(ReadOnlyAdmin):
    """The written table, version by version. A new version comes with the reference data."""

    list_display = ["framework", "version", "in_force_from", "counted_hours"]
    list_filter = ["framework"]
    list_select_related = ["framework"]
    search_fields = ["framework__name", "source"]
    inlines = [IncidentStepInline]
