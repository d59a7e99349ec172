"""Narrowing the public register of contracts."""

from django import forms
from django.utils.translation import gettext_lazy as _

from framework_portal.forms import FilterForm
from suppliers.forms.opportunities import choices
from suppliers.selectors.opportunities import SIZES


class ContractFilter(FilterForm):
    """Choices come from the view, which has read them."""

    lead = forms.CharField(label=_("Lead"), max_length=200)
    subcontractor = forms.CharField(label=_("Subcontractor"), max_length=200)
    category = forms.ChoiceField(label=_("Category"))
    region = forms.ChoiceField(label=_("Probation region"))
    police_area = forms.ChoiceField(label=_("Police area"))
    year = forms.ChoiceField(label=_("Starts in"))
    chain = forms.ChoiceField(
        label=_("Supply chain"),
        choices=[
            ("", _("All contracts")),
            ("named", _("Names somebody")),
            ("none", _("Names nobody")),
        ],
    )
    per_page = forms.ChoiceField(
        label=_("Contracts on a page"), choices=[(size, size) for size in SIZES]
    )
    presentation = ("per_page",)

    def __init__(self, *args, categories, places, years, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = choices(_("All categories"), categories.values())
        self.fields["region"].choices = choices(_("All regions"), places.at("region"))
        self.fields["police_area"].choices = choices(
            _("All police areas"), places.at("police_area")
        )
        self.fields["year"].choices = [("", _("Any year")), *((str(y), str(y)) for y in years)]
