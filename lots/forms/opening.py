"""Opening passphrases, and who is chosen to open."""

from django import forms
from django.utils.text import format_lazy
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
        help_text=format_lazy(
            _("{least} characters or more. Not your sign-in password. You can paste it"),
            least=SHORTEST,
        ),
        error_messages={"required": _("Enter a new opening passphrase")},
    )
    passphrase_again = passphrase_field(
        _("New opening passphrase again"),
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
        _("Your opening passphrase"),
        error_messages={"required": _("Enter your opening passphrase")},
    )


class RehearsalForm(ProofForm):
    """The passphrase again, for the dummy bid."""

    button = _("Open the dummy bid")


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
