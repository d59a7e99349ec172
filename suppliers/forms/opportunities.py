"""Narrowing the list of lots."""

from django import forms
from django.utils.translation import gettext_lazy as _

from framework_portal.forms import FilterForm
from suppliers.selectors.opportunities import SIZES, STATUSES


class OpportunityFilter(FilterForm):
    """Filters, order and size of a page. Choices come from the view, which has read them."""

    words = forms.CharField(label=_("Words"), max_length=200)
    status = forms.ChoiceField(label=_("Status"), choices=STATUSES.items())
    category = forms.ChoiceField(label=_("Category"))
    region = forms.ChoiceField(label=_("Probation region"))
    police_area = forms.ChoiceField(label=_("Police area"))
    match = forms.ChoiceField(
        label=_("Match"), choices=[("", _("All lots")), ("ours", _("Lots that match us"))]
    )
    sort = forms.ChoiceField(
        label=_("Order"),
        choices=[
            ("closing", _("Closing soonest")),
            ("newest", _("Newest")),
            ("value", _("Highest value")),
        ],
    )
    per_page = forms.ChoiceField(
        label=_("Lots on a page"), choices=[(size, size) for size in SIZES]
    )
    # These say how the list is shown, and not what is in it.
    presentation = ("sort", "per_page")

    def __init__(self, *args, categories, places, may_match, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = choices(_("All categories"), categories.values())
        self.fields["region"].choices = choices(_("All regions"), places.at("region"))
        self.fields["police_area"].choices = choices(
            _("All police areas"), places.at("police_area")
        )
        if not may_match:
            del self.fields["match"]


def choices(everything, rows):
    """The choices of a filter over rows with a slug and a name."""
    return [("", everything), *((row.slug, row.name) for row in rows)]
