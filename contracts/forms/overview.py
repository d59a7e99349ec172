"""What to look at across contracts."""

from django import forms
from django.utils.translation import gettext_lazy as _

from framework_portal.forms import FilterForm

TABLES = {
    "unused": _("Named and never used"),
    "drift": _("Behind the promise"),
    "team": _("The same team in every lot"),
    "dependence": _("Who hangs on whom"),
}


class OverviewFilter(FilterForm):
    """Which table, and whom it is about."""

    show = forms.ChoiceField(label=_("Show"), choices=TABLES.items())
    lead = forms.CharField(label=_("Lead"), max_length=200)
    subcontractor = forms.CharField(label=_("Subcontractor"), max_length=200)
    presentation = ("show",)
