"""Forms about faults."""

from django import forms
from django.utils.translation import gettext_lazy as _

from framework_portal.forms import PortalForm


class FaultForm(PortalForm):
    """What went wrong, told while it can still be mended."""

    button = _("Send the report")
    trying = forms.CharField(
        label=_("What were you trying to do?"),
        widget=forms.Textarea({"rows": 3}),
        max_length=2000,
        error_messages={"required": _("Say what you were trying to do")},
    )
    happened = forms.CharField(
        label=_("What happened instead?"),
        help_text=_(
            "Name the error’s reference and the time, if you have them. Write nothing of your bid"
        ),
        widget=forms.Textarea({"rows": 5}),
        max_length=5000,
        error_messages={"required": _("Say what happened")},
    )
    page = forms.CharField(
        label=_("Address of the page (optional)"), max_length=300, required=False
    )
    token = forms.CharField(
        label=_("Token of a failed attempt (optional)"),
        widget=forms.Textarea({"rows": 4, "autocomplete": "off", "spellcheck": "false"}),
        max_length=5000,
        required=False,
    )


class FaultAnswerForm(PortalForm):
    """What was found or done."""

    button = _("Send the answer")
    answer = forms.CharField(
        label=_("What did you find, or do?"),
        help_text=_("Whoever reported it reads this"),
        widget=forms.Textarea({"rows": 5}),
        max_length=5000,
        error_messages={"required": _("Say what you found or did")},
    )
