"""Starting a draft, from nothing or from an earlier competition."""

from crispy_forms_gds.choices import Choice
from crispy_forms_gds.layout import Field, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from framework_portal.forms import PortalForm, Revealing
from framework_portal.reference.models import Commissioner
from lots.models import Competition
from lots.states import AgreementKind

KINDS = [
    Choice(
        AgreementKind.CONTRACT.value,
        _("A contract"),
        hint=_("You pay a supplier for a service you have specified"),
    ),
    Choice(
        AgreementKind.GRANT.value,
        _("A grant"),
        hint=_("You fund an organisation's own work, under a power that lets you"),
    ),
]
POWER_MISSING = _("Name the legal power, for example section 6 of the Offender Management Act 2007")


class OfBody(PortalForm):
    """Asks which body buys, of an officer who acts for several."""

    button = _("Start the draft")
    commissioner = forms.ModelChoiceField(
        Commissioner.objects.none(),
        label=_("Which body is buying?"),
        to_field_name="reference",
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": _("Select which body is buying")},
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.bodies = Commissioner.objects.of(user)
        only = list(self.bodies[:2])
        self.only = only[0] if len(only) == 1 else None
        if self.only:
            del self.fields["commissioner"]
            self.helper.layout.fields.remove("commissioner")
        else:
            self.fields["commissioner"].queryset = self.bodies

    def clean(self):
        cleaned = super().clean()
        if self.only:
            cleaned["commissioner"] = self.only
        return cleaned


class StartForm(OfBody):
    """A title, and what it leads to."""

    title = forms.CharField(
        label=_("Title of the competition"),
        max_length=200,
        help_text=_("Suppliers see it in lists. For example: Accommodation support, 12 regions"),
        error_messages={"required": _("Enter a title")},
    )
    kind = forms.ChoiceField(
        label=_("What will it lead to?"),
        choices=KINDS,
        widget=forms.RadioSelect,
        error_messages={"required": _("Select a contract or a grant")},
    )
    legal_power = forms.CharField(
        label=_("Legal power for the grant"),
        max_length=300,
        required=False,
        help_text=_("For example section 6 of the Offender Management Act 2007"),
    )

    field_order = ["commissioner", "title", "kind", "legal_power"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        body = [] if self.only else [Field.radios("commissioner")]
        revealing = Revealing("kind", {AgreementKind.GRANT.value: ["legal_power"]})
        self.helper.layout = Layout(*body, Field.text("title"), revealing)

    def clean(self):
        cleaned = super().clean()
        clean_power(self, cleaned)
        return cleaned


class EarlierField(forms.ModelChoiceField):
    """A competition, told from others of its title by its number and state."""

    def label_from_instance(self, competition):
        state = _("History") if competition.is_history else competition.get_state_display()
        return f"{competition.title} ({competition.number}, {state})"


class CopyForm(OfBody):
    """Which competition to begin from."""

    earlier = EarlierField(
        Competition.objects.none(),
        label=_("Competition to start from"),
        to_field_name="reference",
        help_text=_("Its description, criteria, questions and lots are copied. Dates are not"),
        error_messages={
            "required": _("Select a competition to start from"),
            "invalid_choice": _("Select a competition from the list"),
        },
        empty_label=_("Choose one"),
    )
    title = forms.CharField(
        label=_("Title of the new competition"),
        max_length=200,
        error_messages={"required": _("Enter a title")},
    )
    field_order = ["commissioner", "earlier", "title"]

    def __init__(self, *args, earlier, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["earlier"].queryset = earlier


def clean_power(form, cleaned):
    """A grant names its power; a contract has none, whatever was typed."""
    if cleaned.get("kind") == AgreementKind.CONTRACT:
        cleaned["legal_power"] = ""
    elif cleaned.get("kind") and not cleaned.get("legal_power"):
        form.add_error("legal_power", POWER_MISSING)
