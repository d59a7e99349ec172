"""What came in of quarters and reports, narrowed."""

from django import forms
from django.utils.translation import gettext_lazy as _

from contracts.selectors.inbox import LISTS
from framework_portal.forms import FilterForm


class InboxFilter(FilterForm):
    """Which list, and of which contracts."""

    show = forms.ChoiceField(label=_("Show"), choices=[("", _("What waits first")), *LISTS.items()])
    lead = forms.CharField(label=_("Lead"), max_length=200)
    lot = forms.CharField(label=_("Words in the lot"), max_length=100)
    presentation = ("show",)
