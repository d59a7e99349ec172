"""What is known of an organisation, in short sections."""

from crispy_forms_gds.layout import Field, Layout, Size
from django import forms
from django.utils.translation import gettext_lazy as _

from framework_portal.forms import PortalForm, PortalModelForm, WordCountField
from suppliers.models import Supplier
from suppliers.states import IdentifierScheme, LegalForm
from suppliers.states import Size as SupplierSize

YES_NO = [("yes", _("Yes")), ("no", _("No"))]


class YesNoField(forms.TypedChoiceField):
    """Radios that give True or False."""

    widget = forms.RadioSelect

    def __init__(self, **kwargs):
        super().__init__(choices=YES_NO, coerce=lambda value: value == "yes", **kwargs)

    def prepare_value(self, value):
        return {True: "yes", False: "no"}.get(value, value)


class AboutForm(PortalModelForm):
    """What the organisation is. Enough to register it."""

    button = _("Save and continue")
    name = forms.CharField(
        label=_("Name of your organisation"),
        help_text=_("As it is registered, if it is"),
        max_length=200,
        widget=forms.TextInput({"autocomplete": "organization"}),
        error_messages={"required": _("Enter the name of your organisation")},
    )
    legal_form = forms.ChoiceField(
        label=_("What is it in law?"),
        choices=LegalForm,
        widget=forms.RadioSelect,
        error_messages={"required": _("Select what your organisation is in law")},
    )
    size = forms.ChoiceField(
        label=_("How many people work for it?"),
        help_text=_("Count paid staff, in whole people. If all are volunteers, choose the first."),
        choices=SupplierSize,
        widget=forms.RadioSelect,
        error_messages={"required": _("Select how many people work for your organisation")},
    )
    is_voluntary = YesNoField(
        label=_("Is it a voluntary organisation?"),
        help_text=_(
            "It is not part of government, exists for a purpose, and mainly puts its surplus "
            "back into that purpose. Most charities and social enterprises are."
        ),
        error_messages={"required": _("Select yes if it is a voluntary organisation")},
    )
    is_new = YesNoField(
        label=_("Is it too new to have yearly accounts?"),
        help_text=_("It counts nothing against you: a few sentences will do instead."),
        error_messages={"required": _("Select yes if it is too new to have yearly accounts")},
    )

    class Meta:
        model = Supplier
        fields = ["name", "legal_form", "size", "is_voluntary", "is_new"]


class ContactForm(PortalModelForm):
    """Whom we write to, and where the organisation is."""

    button = _("Save and continue")
    contact_name = forms.CharField(
        label=_("Name of the person to contact"),
        max_length=120,
        widget=forms.TextInput({"autocomplete": "name"}),
    )
    contact_email = forms.EmailField(
        label=_("Email address for news about your applications and bids"),
        help_text=_("Best of all, the address of somebody in your team here."),
        widget=forms.EmailInput({"autocomplete": "email"}),
        error_messages={"required": _("Enter an email address")},
    )
    contact_phone = forms.CharField(
        label=_("Telephone number (optional)"),
        required=False,
        max_length=40,
        widget=forms.TextInput({"autocomplete": "tel", "class": "govuk-input--width-20"}),
    )
    address = forms.CharField(
        label=_("Address of your organisation"),
        help_text=_("If your address must stay secret, as a refuge's must, give a postal address."),
        max_length=500,
        widget=forms.Textarea({"rows": 4, "autocomplete": "street-address"}),
        error_messages={"required": _("Enter the address of your organisation")},
    )
    website = forms.URLField(
        label=_("Website (optional)"),
        required=False,
        assume_scheme="https",
        max_length=200,
        widget=forms.TextInput({"inputmode": "url", "spellcheck": "false"}),
        error_messages={"invalid": _("Enter a website address like www.example.org")},
    )
    description = WordCountField(
        label=_("What you do, in a few sentences (optional)"),
        help_text=_("Shown to everybody on the register of qualified suppliers."),
        max_words=100,
        rows=4,
        required=False,
    )

    class Meta:
        model = Supplier
        fields = [
            "contact_name",
            "contact_email",
            "contact_phone",
            "address",
            "website",
            "description",
        ]


class IdentifierForm(PortalForm):
    """One number in a public register."""

    button = _("Add number")
    scheme = forms.ChoiceField(
        label=_("Which register?"),
        choices=IdentifierScheme,
        widget=forms.RadioSelect,
        error_messages={"required": _("Select the register")},
    )
    value = forms.CharField(
        label=_("Number"),
        widget=forms.TextInput({"class": "govuk-input--width-20", "spellcheck": "false"}),
        error_messages={"required": _("Enter the number")},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper.layout = Layout(
            Field.radios("scheme", legend_size=Size.SMALL), Field.text("value")
        )
