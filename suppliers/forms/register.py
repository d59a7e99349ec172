"""Narrowing the register of qualified suppliers."""

from django import forms
from django.utils.translation import gettext_lazy as _

from framework_portal.forms import FilterForm
from suppliers.forms.opportunities import choices
from suppliers.selectors.register import SIZES
from suppliers.states import Size


class RegisterFilter(FilterForm):
    """Choices come from the view, which has read them."""

    name = forms.CharField(label=_("Name"), max_length=200)
    category = forms.ChoiceField(label=_("Category"))
    region = forms.ChoiceField(label=_("Probation region"))
    police_area = forms.ChoiceField(label=_("Police area"))
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[
            ("", _("All kinds")),
            ("voluntary", _("Voluntary and social enterprise")),
            ("other", _("Other organisations")),
        ],
    )
    size = forms.ChoiceField(label=_("Size"), choices=[("", _("All sizes")), *Size.choices])
    per_page = forms.ChoiceField(
        label=_("Suppliers on a page"), choices=[(size, size) for size in SIZES]
    )
    presentation = ("per_page",)

    def __init__(self, *args, categories, places, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = choices(_("All categories"), categories.values())
        self.fields["region"].choices = choices(_("All regions"), places.at("region"))
        self.fields["police_area"].choices = choices(
            _("All police areas"), places.at("police_area")
        )
