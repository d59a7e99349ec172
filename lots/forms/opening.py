"""Opening passphrases, and who is chosen to open."""

from django import forms
from django.utils.translation import gettext_lazy as _

from framework_portal.accounts.models import User
from framework_portal.forms import PortalForm
from lots.actions.openers import LONGEST, SHORTEST
from lots.forms.base import DraftForm


def passphrase_field(label, *, autocomplete="off", **kwargs):
    """A field whose value is never shown again and kept nowhere."""
    return forms.CharField(
        label=label,
        strip=False,
        max_length=LONGEST,
        widget=forms.PasswordInput(
            {"autocomplete": autocomplete, "class": "govuk-input--width-20"}
        ),
        **kwargs,
    )


class NewPassphraseForm(PortalForm):
    """A passphrase, twice: nobody can give it back."""

    button = _("Set the opening passphrase")
    passphrase = passphrase_field(
        _("New opening passphrase"),
        autocomplete="new-password",
        help_text=_(
            "%d characters or more, such as four random words. Not your sign-in password. "
            "Keep it in a password manager or a safe: nobody can reset it"
        )
        % SHORTEST,
        error_messages={"required": _("Enter a new opening passphrase")},
    )
    passphrase_again = passphrase_field(
        _("New opening passphrase again"),
        autocomplete="new-password",
        error_messages={"required": _("Enter the new opening passphrase again")},
    )

    def clean_passphrase_again(self):
        if self.cleaned_data["passphrase_again"] != self.cleaned_data.get("passphrase"):
            raise forms.ValidationError(_("The two passphrases are not the same"))
        return self.cleaned_data["passphrase_again"]


class ProofForm(PortalForm):
    """The passphrase, to show that it is still known."""

    button = _("Prove the passphrase")
    passphrase = passphrase_field(
        _("Opening passphrase"), error_messages={"required": _("Enter your opening passphrase")}
    )


class OpenersForm(DraftForm):
    """The officers who will open the bids."""

    openers = forms.ModelMultipleChoiceField(
        User.objects.none(),
        to_field_name="reference",
        label=_("Officers who will open the bids"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Choose three or more. Any two of them open the bids together. They cannot be changed "
            "once the competition is published"
        ),
        error_messages={"required": _("Select the officers who will open the bids")},
    )

    def __init__(self, *args, possible, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["openers"].queryset = User.objects.filter(
            pk__in=[user.pk for user in possible]
        ).order_by("name", "pk")
        self.fields["openers"].label_from_instance = lambda user: user.name
