"""Asking colleagues in, and what each may do."""

from crispy_forms_gds.choices import Choice
from django import forms
from django.utils.translation import gettext_lazy as _

from framework_portal.forms import PortalForm
from suppliers.states import MemberRole

ROLES = [
    Choice(
        MemberRole.OWNER.value,
        MemberRole.OWNER.label,
        hint=_("Does everything, and says who is in the team"),
    ),
    Choice(
        MemberRole.EDITOR.value,
        MemberRole.EDITOR.label,
        hint=_("Writes applications and bids, and submits them unless an owner decides otherwise"),
    ),
    Choice(MemberRole.READER.value, MemberRole.READER.label, hint=_("Reads, and changes nothing")),
]


def role_field():
    return forms.ChoiceField(
        label=_("What may they do?"),
        choices=ROLES,
        widget=forms.RadioSelect,
        error_messages={"required": _("Select what they may do")},
    )


class InvitationForm(PortalForm):
    """One colleague."""

    button = _("Send invitation")
    email = forms.EmailField(
        label=_("Your colleague's email address"),
        help_text=_("Only this address can use the link. It works once, for seven days."),
        widget=forms.EmailInput({"autocomplete": "off"}),
        error_messages={"required": _("Enter your colleague's email address")},
    )
    role = role_field()


class RoleForm(PortalForm):
    """Another role, and whether its person submits bids or only writes them."""

    button = _("Save")
    role = role_field()
    may_submit = forms.BooleanField(
        label=_("May submit bids and withdraw them"),
        help_text=_("For owners and editors. Without it they write bids, and others submit them."),
        required=False,
    )


class RecoveryCodeForm(PortalForm):
    """The printed code, typed."""

    button = _("Continue")
    code = forms.CharField(
        label=_("Recovery code"),
        help_text=_(
            "Seven groups of four letters and digits. Capitals, spaces and dashes do not matter."
        ),
        max_length=60,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Enter the recovery code")},
    )
