"""How django-allauth behaves here. It calls these; nothing else does."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.core.internal.httpkit import get_client_ip
from allauth.core.internal.ratelimit import get_ip
from allauth.mfa.adapter import DefaultMFAAdapter
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from framework_portal import clock
from framework_portal.accounts import devices, mails, sealed_texts, unlocked
from framework_portal.accounts.actions.guessing import claim_try, door, forget, give_back
from framework_portal.accounts.actions.personal_keys import spend_as_much
from framework_portal.accounts.actions.personal_keys import unlock as unlock_key
from framework_portal.accounts.models import User
from framework_portal.accounts.recent import signed_in_recently
from framework_portal.refusals import Refused

# Where the address of whoever asks is not known, all such people share one count.
NOWHERE = "::"


class AccountAdapter(DefaultAccountAdapter):
    """Sign-in, sign-up and addresses."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("Your email address or password is not right"),
        "enter_current_password": _("Your current password is not right"),
        "incorrect_password": _("Your password is not right"),
        # Said only to who knows the password of an account whose address is not confirmed.
        "too_many_login_attempts": _(
            "We have just sent you an email. Follow the link in it to confirm your address. "
            "If it does not come, wait 3 minutes and sign in again: we then send a new one"
        ),
        "email_taken": _("You cannot use this email address"),
        "duplicate_email": _("This is already your email address"),
        "invalid_password_reset": _("This link has been used or is too old"),
    }

    def pre_authenticate(self, request, **credentials):
        self._doors = doors_of(request, credentials.get("email", ""))
        claim(self._doors.values())

    def authenticate(self, request, **credentials):
        user = super().authenticate(request, **credentials)
        if user:
            # What others did from this network still counts; what was tried on this account not.
            give_back(doors=[key for kind, key in self._doors.items() if kind == "network"])
            forget(doors=[key for kind, key in self._doors.items() if kind != "network"])
            unlock(request, user, credentials["password"])
        return user

    def login(self, request, user):
        # Asked before Django notes the time: nobody is warned of their own first browser.
        is_strange = user.last_login is not None and not devices.known_as(request, user)
        super().login(request, user)
        request.signed_in_on_strange_device = is_strange

    def _delete_login_attempts_cached_email(self, request, **credentials):
        """Whoever sets a new password by mail need not wait for what a rival used up."""
        forget(doors=[door("account", credentials["email"].lower())])

    def save_user(self, request, user, form, commit=True):
        user.name = form.cleaned_data["name"]
        user = super().save_user(request, user, form, commit)
        unlock(request, user, form.cleaned_data["password1"])
        return user

    def send_mail(self, template_prefix, email, context):
        with transaction.atomic():
            mails.queue(template_prefix, email)

    def send_confirmation_mail(self, request, emailconfirmation, signup):
        name = "email_confirmation_signup" if signup else "email_confirmation"
        address = emailconfirmation.email_address
        with transaction.atomic():
            mails.queue(f"account/email/{name}", address.email, address=address.pk)

    def send_password_reset_mail(self, user, email, context):
        with transaction.atomic():
            mails.queue("account/email/password_reset_key", email, person=str(user.reference))

    def send_account_already_exists_mail(self, email):
        # Making an account costs hashing a password and wrapping a key; their absence must not
        # tell that there is one.
        User().set_password(email)
        spend_as_much(email)
        super().send_account_already_exists_mail(email)

    def is_reauthentication_required(self, *, app, **kwargs):
        """Whoever has just signed in is not asked twice."""
        return not signed_in_recently(context.request)

    def get_client_ip(self, request):
        try:
            return get_client_ip(request) or NOWHERE
        except ImproperlyConfigured:  # fewer proxies in the header than there should be
            return NOWHERE

    def get_password_change_redirect_url(self, request):
        return reverse("account_home")


class MFAAdapter(DefaultMFAAdapter):
    """Second factors. Their secrets are kept encrypted."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("The code is not right. Each code works once, for about a minute"),
        "cannot_delete_authenticator": _("Your role needs a second step to sign in"),
    }

    def encrypt(self, text):
        return sealed_texts.hide(text)

    def decrypt(self, encrypted_text):
        return sealed_texts.show(encrypted_text)

    def build_totp_svg(self, url):
        # Without the line that says it is XML: it stands inside a page.
        return super().build_totp_svg(url).partition("?>")[2].strip()

    def can_delete_authenticator(self, authenticator):
        return not authenticator.user.has_perm("accounts.must_use_second_factor")


def unlock(request, user, password):
    """Unlock the personal key of `user`, who has just proved or set `password`, for the session
    that begins or goes on; where it is unlocked already, nothing is done."""
    if not user.is_active or not user.has_perm("accounts.needs_personal_key"):
        return
    if request.user == user and unlocked.held(request) is not None:
        return
    unlocked.hold(request, user, unlock_key(user=user, password=password))


def claim(doors):
    """Count a try; a form error while it must wait."""
    try:
        claim_try(doors=list(doors), at=clock.now())
    except Refused as refusal:
        raise ValidationError(refusal.message, code=refusal.code) from None


def doors_of(request, email):
    """Where a try to sign in as `email` counts, by kind."""
    email = email.lower()
    device = devices.known_as(request, User.objects.filter(email=email).first())
    if device:
        return {"device": door("device", f"{device} {email}")}
    return {"account": door("account", email), "network": door("network", get_ip(request))}


def factor_door(request, user):
    """Where a try to enter a code counts: by account, and apart in a browser the owner has used."""
    return door("code", f"{devices.known_as(request, user)} {user.reference}")
