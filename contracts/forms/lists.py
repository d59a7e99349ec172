"""Narrowing the commissioner's list of contracts."""

from django import forms
from django.utils.translation import gettext_lazy as _

from framework_portal.forms import FilterForm
from suppliers.forms.opportunities import choices


class ContractFilter(FilterForm):
    """Choices of places come from the view, which has read them."""

    due = forms.ChoiceField(
        label=_("To do"),
        choices=[
            ("", _("All contracts")),
            ("sign", _("To be signed: the standstill is over")),
            ("decide", _("To decide: a subcontractor relied on has not signed")),
            ("notice", _("Termination notice to be recorded")),
            ("ending", _("End within 90 days")),
        ],
    )
    state = forms.ChoiceField(
        label=_("State"),
        choices=[
            ("", _("Any")),
            ("draft", _("Not signed")),
            ("running", _("In force")),
            ("over", _("Over")),
            ("refused", _("Refused, never signed")),
        ],
    )
    lead = forms.CharField(label=_("Lead"), max_length=200)
    region = forms.ChoiceField(label=_("Probation region"))
    police_area = forms.ChoiceField(label=_("Police area"))

    def __init__(self, *args, places, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["region"].choices = choices(_("All regions"), places.at("region"))
        self.fields["police_area"].choices = choices(
            _("All police areas"), places.at("police_area")
        )
