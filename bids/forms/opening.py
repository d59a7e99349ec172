"""What an officer types to open the bids. None of it is kept."""

from difflib import get_close_matches

from crispy_forms_gds.layout import Field, Layout
from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from framework_portal.forms import Button, Details, Hidden, PortalForm
from framework_portal.sealing import shares
from lots.forms.opening import passphrase_field


class OpenForm(PortalForm):
    """The second act: the passphrase of the second officer."""

    button = None
    act = "open"
    passphrase = passphrase_field(
        _("Your opening passphrase"),
        error_messages={"required": _("Enter your opening passphrase")},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # The page says which act its button is: a stale page does not turn one into the other.
        self.helper.add_input(Hidden("act", self.act))
        self.helper.add_input(self.main_button())

    def main_button(self):
        return Button.warning("save", _("Open all bids now"))


class ApproveForm(OpenForm):
    """The first act: the passphrase, or the printed words in its place."""

    act = "approve"
    recovery_words = forms.CharField(
        label=_("Recovery words"),
        required=False,
        max_length=1000,
        widget=forms.Textarea({"rows": 4, "autocomplete": "off", "spellcheck": "false"}),
        help_text=_(
            "The 33 words that were printed when the competition was published, in their order. "
            "Leave the passphrase empty"
        ),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["passphrase"].required = False
        self.helper.layout = Layout(
            "passphrase",
            Details(
                _("I have lost my passphrase: use the printed recovery words"),
                Field.textarea("recovery_words", rows=4),
            ),
        )

    def main_button(self):
        return Button.primary("save", _("Approve the opening"))

    def clean_recovery_words(self):
        """Slips of the pen are told by the word, before they count as a guess."""
        typed = shares.tidy(self.cleaned_data["recovery_words"]).split()
        for word in typed:
            if not shares.is_word(word):
                raise forms.ValidationError(_unknown(word))
        if typed and len(typed) != shares.WORDS:
            message = gettext("You have typed %(count)d words. There are %(all)d")
            raise forms.ValidationError(message % {"count": len(typed), "all": shares.WORDS})
        return " ".join(typed)

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("passphrase") and not cleaned.get("recovery_words"):
            self.add_error("passphrase", _("Enter your opening passphrase"))
        return cleaned


def _unknown(word):
    near = get_close_matches(word, shares.WORDLIST, n=1)
    if near:
        message = gettext("“%(word)s” is not one of the words. Is it “%(near)s”?")
        return message % {"word": word, "near": near[0]}
    return gettext("“%(word)s” is not one of the words. Check it") % {"word": word}
