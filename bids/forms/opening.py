"""What an officer types to open the bids. None of it is kept or shown again."""

from crispy_forms_gds.layout import Field, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from framework_portal.forms import Hidden, PortalForm
from lots.forms.opening import passphrase_field


class OpenForm(PortalForm):
    """The second act: the passphrase of the second officer."""

    button = _("Open all bids now")
    act = "open"
    passphrase = passphrase_field(
        _("Your opening passphrase"),
        error_messages={"required": _("Enter your opening passphrase")},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # The page says which act its button is: a stale page does not turn one into the other.
        self.helper.add_input(Hidden("act", self.act))


class ApproveForm(OpenForm):
    """The first act: the passphrase, or the printed words in its place."""

    button = _("Approve the opening")
    act = "approve"
    recovery_words = forms.CharField(
        label=_("Recovery words"),
        required=False,
        max_length=1000,
        widget=forms.Textarea({"rows": 4, "autocomplete": "off", "spellcheck": "false"}),
        help_text=_(
            "Only if you have lost your passphrase: the 33 words that were printed when the "
            "competition was published. Leave the passphrase empty then"
        ),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["passphrase"].required = False
        self.helper.layout = Layout("passphrase", Field.textarea("recovery_words", rows=4))

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("passphrase") and not cleaned.get("recovery_words"):
            self.add_error("passphrase", _("Enter your opening passphrase"))
        return cleaned
