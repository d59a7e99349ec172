"""The form on which a token is pasted."""

from django import forms
from django.utils.translation import gettext_lazy as _

from bids.attempts import LONGEST
from framework_portal.forms import PortalForm


class TokenForm(PortalForm):
    """One token, as the bidder copied it."""

    FORGED = _("The portal has not signed this, or a letter of it was changed or lost")
    button = _("Check the token")
    token = forms.CharField(
        label=_("Token"),
        help_text=_("Paste all of it. Spaces and line ends do no harm"),
        widget=forms.Textarea({"rows": 8, "autocomplete": "off", "spellcheck": "false"}),
        max_length=LONGEST,
        error_messages={"required": _("Paste the token")},
    )
