"""The figures of one organisation in one quarter, as they are typed: on a page or in a file."""

import re
from decimal import Decimal

from crispy_forms_gds.layout import Div, Field, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from contracts import figures
from framework_portal.forms import MoneyField, PortalForm

GROUPED = re.compile(r"\d{1,3}(,\d{3})+", re.ASCII)
LONGEST = 2000
# More than any framework is worth; a year's sums of as much fit the columns of a report.
MOST_POUNDS = Decimal("9999999999.99")


class CountField(forms.IntegerField):
    """A whole number as people and spreadsheets write it: 1234, 1,234, and 12.0."""

    widget = forms.NumberInput

    def __init__(self, **kwargs):
        super().__init__(min_value=0, max_value=figures.MOST_REFERRALS, **kwargs)
        self.widget.attrs["class"] = "govuk-input--width-5"
        said = {"label": self.label}
        self.error_messages["min_value"] = _("%(label)s must be 0 or more") % said
        self.error_messages["max_value"] = _("%(label)s must be 1,000,000 or fewer") % said

    def to_python(self, value):
        typed = str(value or "").strip()
        if GROUPED.fullmatch(typed):
            typed = typed.replace(",", "")
        return super().to_python(re.sub(r"\.0*$", "", typed))


class FiguresForm(PortalForm):
    """What was passed and paid to one organisation in one quarter."""

    referrals = CountField(
        label=_("People referred"),
        error_messages={"required": _("Enter how many people were referred, or 0")},
    )
    pounds = MoneyField(
        max_value=MOST_POUNDS,
        label=_("Pounds paid"),
        help_text=_("In the quarter, excluding VAT"),
        error_messages={"required": _("Enter how many pounds were paid, or 0")},
    )
    payments = CountField(
        label=_("Invoices paid"),
        error_messages={"required": _("Enter how many invoices were paid, or 0")},
    )
    paid_late = CountField(
        label=_("Paid late"),
        help_text=_("Later than the agreed days"),
        error_messages={"required": _("Enter how many invoices were paid late, or 0")},
    )
    days_to_pay = forms.DecimalField(
        label=_("Average days to pay"),
        help_text=_("From invoice to payment. Empty where none was paid"),
        required=False,
        min_value=0,
        max_value=figures.MOST_DAYS,
        max_digits=4,
        decimal_places=1,
        widget=forms.NumberInput({"class": "govuk-input--width-5"}),
        error_messages={
            "max_value": _("Average days to pay must be 365 or fewer"),
            "min_value": _("Average days to pay must be 0 or more"),
            "max_decimal_places": _("Average days to pay must have no more than one decimal"),
        },
    )
    words = forms.CharField(
        label=_("Anything to explain"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("The subcontractor and the commissioner read it"),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper.layout = Layout(*self.before(), *boxes(), *self.after())

    def before(self):
        return []

    def after(self):
        return ["words"]

    def clean(self):
        cleaned = super().clean()
        wrong = {name for name in figures.NAMES if name in self.errors}
        for name, words in figures.problems(cleaned):
            if name not in wrong:
                self.add_error(name, ValidationError(words))
        return cleaned

    def figures(self):
        """What was typed, as the actions take it."""
        return figures.Figures(**{name: self.cleaned_data[name] for name in figures.NAMES})


def boxes():
    """The figures side by side where there is room."""
    third = "govuk-grid-column-one-third"
    return [
        Div(
            Div(Field.text("referrals"), css_class=third),
            Div(Field.text("pounds"), css_class=third),
            Div(Field.text("payments"), css_class=third),
            css_class="govuk-grid-row",
        ),
        Div(
            Div(Field.text("paid_late"), css_class=third),
            Div(Field.text("days_to_pay"), css_class="govuk-grid-column-two-thirds"),
            css_class="govuk-grid-row",
        ),
    ]


def number_of(data, name="number"):
    """A version or draft number that a page named; -1, which is always stale, where it is none."""
    typed = str(data.get(name, ""))
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else -1
