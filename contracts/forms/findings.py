"""Forms over findings of supply chains."""

from django import forms
from django.utils.translation import gettext_lazy as _

from contracts.states import FindingKind
from framework_portal.forms import FilterForm, PortalForm

STANDINGS = [("waiting", _("Waiting")), ("settled", _("Settled")), ("all", _("All"))]


class FindingFilter(FilterForm):
    """Narrows the list."""

    standing = forms.ChoiceField(label=_("Status"), choices=STANDINGS)
    kind = forms.ChoiceField(
        label=_("What was found"), choices=[("", _("Any")), *FindingKind.choices]
    )
    words = forms.CharField(label=_("Words in the lead, lot or subcontractor"), max_length=100)


class SettleForm(PortalForm):
    """What came of it."""

    button = _("Settle this finding")
    because = forms.CharField(
        label=_("What did you find, and what was done?"),
        help_text=_("Officers read it with the finding. It cannot be changed later"),
        widget=forms.Textarea({"rows": 5}),
        max_length=4000,
        error_messages={"required": _("Say what you found, and what was done")},
    )
