"""What an invited organisation tells of itself: what the register demands, and no more."""

from crispy_forms_gds.choices import Choice
from django import forms
from django.utils.translation import gettext_lazy as _

from framework_portal.forms import PortalForm
from framework_portal.refusals import Refused
from suppliers.forms.organisation import AboutForm
from suppliers.identifiers import normalised
from suppliers.states import IdentifierScheme

NUMBERS = {
    "charity_number": IdentifierScheme.CHC,
    "company_number": IdentifierScheme.COH,
}


class InvitedOrganisationForm(AboutForm):
    """The organisation, with its numbers where it has some."""

    button = _("Continue to the terms")
    charity_number = forms.CharField(
        label=_("Charity number (optional)"),
        help_text=_("Of England and Wales. You can add numbers of other registers later."),
        required=False,
        widget=forms.TextInput({"class": "govuk-input--width-10", "spellcheck": "false"}),
    )
    company_number = forms.CharField(
        label=_("Company number (optional)"),
        required=False,
        widget=forms.TextInput({"class": "govuk-input--width-10", "spellcheck": "false"}),
    )

    class Meta(AboutForm.Meta):
        fields = ["name", "legal_form", "size", "is_voluntary"]

    # Asked of those who apply to join: whether it has accounts to show.
    is_new = None

    def clean(self):
        cleaned = super().clean()
        for name, scheme in NUMBERS.items():
            if cleaned.get(name):
                try:
                    cleaned[name] = normalised(scheme, cleaned[name])
                except Refused as refusal:
                    self.add_error(name, refusal.message)
        return cleaned

    def about(self):
        """What is said of the organisation, and its numbers, as the action wants them."""
        about = {name: self.cleaned_data[name] for name in self.Meta.fields}
        held = [(scheme, self.cleaned_data[name]) for name, scheme in NUMBERS.items()]
        return about | {"identifiers": [(scheme, value) for scheme, value in held if value]}


class AnswerForForm(PortalForm):
    """Which organisation answers."""

    OTHER = "new"
    button = _("Continue to the terms")
    supplier = forms.ChoiceField(
        label=_("Which organisation was asked?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Select the organisation that was asked")},
    )

    def __init__(self, *args, suppliers, **kwargs):
        super().__init__(*args, **kwargs)
        self.suppliers = {str(each.reference): each for each in suppliers}
        own = [Choice(reference, each.name) for reference, each in self.suppliers.items()]
        own[-1].divider = _("or")
        another = Choice(self.OTHER, _("Another organisation, which I register now"))
        self.fields["supplier"].choices = [*own, another]

    def chosen(self):
        """The organisation chosen; None where another is to be registered."""
        return self.suppliers.get(self.cleaned_data["supplier"])
