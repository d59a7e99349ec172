"""The admin of people. Secrets are shown to nobody; what is done here goes through the actions."""

from importlib import import_module

from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from framework_portal.accounts.actions.people import deactivate_person, reactivate_person
from framework_portal.accounts.actions.sessions import change_of_role, end_sessions
from framework_portal.accounts.models import (
    Attempts,
    DemonstrationPerson,
    PersonalKey,
    StashedForm,
    User,
)
from framework_portal.accounts.recent import ON_POST, WITHIN, require_recent_sign_in
from framework_portal.admin import AuditLinked, ReadOnlyAdmin
from framework_portal.refusals import Refused

# One door for everybody: our sign-in, with its counts, its second factor and its evidence.
admin.site.login = secure_admin_login(admin.site.login)
admin.site.password_change = lambda request, extra_context=None: redirect("account_change_password")


class AsksAgain:
    """Changing who may do what asks for password or code again."""

    def changeform_view(self, request, *args, **kwargs):
        require_recent_sign_in(request, WITHIN if request.method == "GET" else ON_POST)
        return super().changeform_view(request, *args, **kwargs)


@admin.register(User)
class UserAdmin(AsksAgain, AuditLinked):
    """People. Their passwords are their own: nobody sets one for them."""

    list_display = [
        "email",
        "name",
        "is_active",
        "is_staff",
        "is_superuser",
        "last_login",
        "audit_link",
    ]
    list_filter = ["is_active", "is_staff", "is_superuser", "last_login"]
    search_fields = ["email", "name", "reference"]
    date_hierarchy = "joined_at"
    ordering = ["email"]
    fields = [
        "reference", "email", "name", "is_active", "is_staff", "is_superuser", "joined_at",
        "last_login", "audit_link",
    ]  # fmt: skip
    actions = ["deactivate", "reactivate", "sign_out"]

    def get_readonly_fields(self, request, obj=None):
        # Who is an administrator is decided by an administrator of everything.
        powers = [] if request.user.is_superuser and request.user != obj else POWERS
        fixed = super().get_readonly_fields(request, obj)
        return ["reference", "email", "is_active", "joined_at", "last_login", *fixed, *powers]

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if set(form.changed_data) & set(POWERS):
            powers = {power: getattr(obj, power) for power in POWERS}
            change_of_role(user=obj, by=request.user, **powers)

    @admin.action(description=_("Deactivate, and sign out everywhere"))
    def deactivate(self, request, queryset):
        self._each(request, queryset, deactivate_person)

    @admin.action(description=_("Let sign in again"))
    def reactivate(self, request, queryset):
        self._each(request, queryset, reactivate_person)

    @admin.action(description=_("Sign out everywhere"))
    def sign_out(self, request, queryset):
        self._each(request, queryset, lambda *, user, by: end_sessions(user, by=by))

    def _each(self, request, queryset, action):
        for user in queryset:
            try:
                action(user=user, by=request.user)
            except Refused as refusal:
                self.message_user(request, f"{user.email}: {refusal.message}", messages.ERROR)
            else:
                self.message_user(request, user.email, messages.SUCCESS)


POWERS = ["is_staff", "is_superuser"]

# Allauth's own admin shows secrets and lets them be changed; Django's has groups, which we do not.
for label in ("django.contrib.auth", "allauth.account", "allauth.mfa", "allauth.usersessions"):
    import_module(f"{label}.admin")
for model in (EmailAddress, Authenticator, UserSession, Group):
    if admin.site.is_registered(model):
        admin.site.unregister(model)


@admin.register(EmailAddress)
class EmailAddressAdmin(ReadOnlyAdmin):
    """Addresses; they are confirmed by their owners."""

    list_display = ["email", "user", "primary", "verified"]
    list_filter = ["primary", "verified"]
    list_select_related = ["user"]
    search_fields = ["email", "user__name"]


@admin.register(Authenticator)
class AuthenticatorAdmin(ReadOnlyAdmin):
    """That a second factor is there, and since when; never what it is."""

    list_display = ["user", "type", "created_at", "last_used_at"]
    list_filter = ["type", "created_at", "last_used_at"]
    list_select_related = ["user"]
    search_fields = ["user__email", "user__name"]
    fields = ["user", "type", "created_at", "last_used_at"]


@admin.register(UserSession)
class UserSessionAdmin(ReadOnlyAdmin):
    """Who is signed in. The key of a session is a secret."""

    list_display = ["user", "created_at", "last_seen_at", "ip", "user_agent"]
    list_select_related = ["user"]
    search_fields = ["user__email", "user__name", "ip"]
    fields = ["user", "created_at", "last_seen_at", "ip", "user_agent"]


@admin.register(Attempts)
class AttemptsAdmin(ReadOnlyAdmin):
    """Doors that make people wait. They name nobody."""

    list_display = ["key", "failures", "last_at", "waits_until"]
    list_filter = ["last_at"]
    search_fields = ["key"]


@admin.register(StashedForm)
class StashedFormAdmin(ReadOnlyAdmin):
    """That a form is kept for somebody; what is in it is theirs."""

    list_display = ["path", "person", "stashed_at", "expires_at"]
    list_select_related = ["person"]
    search_fields = ["path", "person__email"]
    fields = ["path", "person", "stashed_at", "expires_at"]


@admin.register(PersonalKey)
class PersonalKeyAdmin(ReadOnlyAdmin):
    """That somebody has a key, and since when; never the key."""

    list_display = ["user", "is_replacement", "made_at"]
    list_filter = ["is_replacement", "made_at"]
    list_select_related = ["user"]
    search_fields = ["user__email", "user__name"]
    fields = ["user", "is_replacement", "made_at"]


@admin.register(DemonstrationPerson)
class DemonstrationPersonAdmin(ReadOnlyAdmin):
    """Invented people whose sign-ins the demonstration shows."""

    list_display = ["user", "role", "position"]
    list_select_related = ["user"]
    search_fields = ["user__email", "role"]
