"""What people fill in to sign in and to look after their account.

The checking is allauth's; labels, hints and what browsers may fill in are ours.
"""

import json

from allauth.account import forms as account_forms
from allauth.core import context
from allauth.mfa import signals
from allauth.mfa.adapter import get_adapter as get_factor_adapter
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.forms import GenerateRecoveryCodesForm
from allauth.mfa.totp.forms import DeactivateTOTPForm
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY, generate_totp_secret
from django import forms
from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from framework_portal import clock
from framework_portal.accounts import sealed_texts, unlocked
from framework_portal.accounts.actions.factors import matching_step, use_code
from framework_portal.accounts.actions.guessing import forget
from framework_portal.accounts.actions.personal_keys import replace, wrap_anew
from framework_portal.accounts.adapters import claim, factor_door
from framework_portal.forms import Button
from framework_portal.forms.base import PortalFields, PortalForm

SETUP_STEP_KEY = "accounts.setup_step"
PASSWORD_HINT = _(
    "At least 12 characters. Three random words make a good password. It can have spaces."
)


class Ours(PortalFields):
    """Gives the fields of an allauth form our words."""

    # name: (label, hint, what browsers may fill in, what to say when it is empty)
    words = {}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, (label, hint, fill, empty) in self.words.items():
            field = self.fields[name]
            field.label, field.help_text = label, hint
            field.error_messages["required"] = empty
            field.widget.attrs.pop("placeholder", None)
            field.widget.attrs["autocomplete"] = fill
            if name == "password1":
                field.widget.attrs["data-strength"] = strength_words()
            if isinstance(field, forms.EmailField):
                field.error_messages["invalid"] = NOT_AN_ADDRESS
                field.widget.attrs["spellcheck"] = "false"


def strength_words():
    """What the browser says of a password from how many characters on."""
    return json.dumps(
        [
            [0, gettext("Strength: too short. It needs 12 characters or more")],
            [12, gettext("Strength: long enough. Longer is stronger")],
            [16, gettext("Strength: good")],
            [20, gettext("Strength: very good")],
        ]
    )


class UserFirst:
    """Hands the person to those allauth forms that want them before the data."""

    def __init__(self, data=None, *args, user=None, **kwargs):
        super().__init__(user, data, *args, **kwargs)


NOT_AN_ADDRESS = _("Enter an email address in the correct format, like name@example.com")
EMAIL = (_("Email address"), "", "email", _("Enter your email address"))
PASSWORD = (_("Password"), "", "current-password", _("Enter your password"))
NEW_PASSWORD = (_("New password"), PASSWORD_HINT, "new-password", _("Enter a new password"))
AGAIN = (_("New password again"), "", "new-password", _("Enter your new password again"))


class SignInForm(Ours, account_forms.LoginForm):
    """Address and password."""

    button = _("Sign in")
    words = {
        "login": (EMAIL[0], "", "username", EMAIL[3]),
        "password": PASSWORD,
    }


class SignUpForm(Ours, account_forms.SignupForm):
    """A new account."""

    button = _("Create account")
    name = forms.CharField(max_length=120)
    field_order = ["name", "email", "password1"]
    words = {
        "name": (_("Full name"), "", "name", _("Enter your full name")),
        "email": (
            EMAIL[0],
            _("Use your work address. We send a link to it to check that it is yours."),
            "email",
            EMAIL[3],
        ),
        "password1": (_("Password"), PASSWORD_HINT, "new-password", _("Enter a password")),
    }


class ProvedSignUpForm(SignUpForm):
    """A new account for somebody whose mailbox a link has proved: the address is not asked."""

    button = _("Continue")
    field_order = ["email", "name", "password1"]

    def __init__(self, *args, email, **kwargs):
        super().__init__(*args, **kwargs)
        # There for browsers that keep passwords, which want to know whose it is.
        self.fields["email"] = forms.EmailField(
            initial=email,
            disabled=True,
            widget=forms.HiddenInput({"autocomplete": "username"}),
        )
        self.order_fields(self.field_order)


class ResetPasswordForm(Ours, account_forms.ResetPasswordForm):
    """Where to send the link to."""

    button = _("Send me a link")
    words = {"email": EMAIL}


class NewPasswordForm(Ours, account_forms.ResetPasswordKeyForm):
    """A new password, after the link."""

    button = _("Save new password")
    words = {"password1": NEW_PASSWORD, "password2": AGAIN}

    @transaction.atomic
    def save(self):
        """The old password is not known, so the key under it is of no more use."""
        super().save()
        if self.user.has_perm("accounts.needs_personal_key"):
            replace(user=self.user, password=self.cleaned_data["password1"])


class ChangePasswordForm(Ours, UserFirst, account_forms.ChangePasswordForm):
    """A new password for somebody who knows the old one."""

    button = _("Save new password")
    words = {
        "oldpassword": (
            _("Current password"),
            "",
            "current-password",
            _("Enter your current password"),
        ),
        "password1": NEW_PASSWORD,
        "password2": AGAIN,
    }

    @transaction.atomic
    def save(self):
        """The personal key goes on, under the new password and in fresh halves."""
        before, after = self.cleaned_data["oldpassword"], self.cleaned_data["password1"]
        if self.user.has_perm("accounts.needs_personal_key"):
            private = wrap_anew(user=self.user, before=before, after=after)
            unlocked.hold(context.request, self.user, private)
        super().save()


class ChangeAddressForm(Ours, UserFirst, account_forms.AddEmailForm):
    """A new address; it counts once its owner has followed the link sent there."""

    button = None
    words = {"email": (_("New email address"), "", "email", EMAIL[3])}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper.add_input(Button.primary("action_add", _("Send me a link")))


class ConfirmPasswordForm(Ours, account_forms.ReauthenticateForm):
    """The password, asked again."""

    button = _("Continue")
    words = {"password": PASSWORD}


class CodeForm(PortalForm):
    """A code from an app, or a recovery code."""

    again = False
    code = forms.CharField(
        label=_("Code"),
        help_text=_("The 6 digits that your authenticator app shows, or a recovery code."),
        max_length=40,
        widget=forms.TextInput({"autocomplete": "one-time-code", "spellcheck": "false"}),
        error_messages={"required": _("Enter the code from your app")},
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_code(self):
        """Claim a try, then see whether the code is right and unused."""
        doors = [factor_door(context.request, self.user)]
        claim(doors)
        code, at = self.cleaned_data["code"], clock.now()
        for factor in Authenticator.objects.filter(user=self.user).order_by("-type"):
            if use_code(authenticator=factor, code=code, at=at):
                factor.user = self.user
                self.authenticator = factor
                forget(doors=doors)
                return code
        self._tell_of_failure()
        raise get_factor_adapter().validation_error("incorrect_code")

    def save(self):
        """Go on signing in, or note that the person was asked again."""
        post_authentication(context.request, self.authenticator, reauthenticated=self.again)

    def _tell_of_failure(self):
        factor = Authenticator.objects.filter(user=self.user).order_by("-type").first()
        signals.authentication_failed.send(
            sender=Authenticator,
            request=context.request,
            user=self.user,
            authenticator=factor,
            reauthentication=self.again,
        )


class ConfirmCodeForm(CodeForm):
    """The code, asked again."""

    again = True


class SetUpAppForm(PortalForm):
    """Proves that the app was set up. The secret waits in the session, encrypted."""

    button = _("Turn on")
    code = forms.CharField(
        label=_("Code from your app"),
        help_text=_("The 6 digits that your authenticator app shows for this portal."),
        max_length=40,
        widget=forms.TextInput({"autocomplete": "one-time-code", "inputmode": "numeric"}),
        error_messages={"required": _("Enter the code from your app")},
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        session = context.request.session
        if not self.is_bound or SECRET_SESSION_KEY not in session:
            session[SECRET_SESSION_KEY] = sealed_texts.hide(generate_totp_secret())
        self.secret = sealed_texts.show(session[SECRET_SESSION_KEY])

    def clean_code(self):
        """The app is set up right when it shows what we expect."""
        doors = [factor_door(context.request, self.user)]
        claim(doors)
        step = matching_step(self.secret, self.cleaned_data["code"], clock.now())
        if step is None:
            raise get_factor_adapter().validation_error("incorrect_code")
        forget(doors=doors)
        context.request.session[SETUP_STEP_KEY] = step
        return self.cleaned_data["code"]


class TurnOffForm(Ours, DeactivateTOTPForm):
    """Goes back to the password alone."""

    button = None


class NewRecoveryCodesForm(Ours, GenerateRecoveryCodesForm):
    """Makes new recovery codes; the old ones stop working."""

    button = None


class NameForm(PortalForm):
    """What a person is called."""

    button = _("Save")
    name = forms.CharField(
        label=_("Full name"),
        max_length=120,
        widget=forms.TextInput({"autocomplete": "name"}),
        error_messages={"required": _("Enter your full name")},
    )
