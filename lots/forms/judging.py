"""The criteria page: as many rows as are wanted, added and taken away without scripts."""

import re
from decimal import Decimal, InvalidOperation

from crispy_forms_gds.layout import Div, Field, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from framework_portal.forms import PortalForm
from lots.actions.judging import CriterionTerms
from lots.states import CriterionKind

MOST = 30
KINDS = [CriterionKind.QUALITY, CriterionKind.PRICE, CriterionKind.GATE]
FIELDS = ["reference", "kind", "name", "description", "weight", "lowest_mark"]


class CriterionForm(PortalForm):
    """One row: one criterion."""

    button = None
    reference = forms.UUIDField(widget=forms.HiddenInput, required=False)
    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        error_messages={"required": _("Enter a name for the criterion")},
    )
    kind = forms.ChoiceField(
        label=_("How it is judged"),
        choices=[(kind.value, kind.label) for kind in KINDS],
        initial=CriterionKind.QUALITY,
        error_messages={"required": _("Select how it is judged")},
    )
    weight = forms.DecimalField(
        label=_("Weight in %"),
        required=False,
        min_value=0,
        max_value=100,
        max_digits=5,
        decimal_places=2,
        widget=forms.NumberInput({"class": "govuk-input--width-4"}),
    )
    lowest_mark = forms.IntegerField(
        label=_("Lowest mark"),
        required=False,
        min_value=0,
        max_value=100,
        widget=forms.NumberInput({"class": "govuk-input--width-3"}),
    )
    description = forms.CharField(
        label=_("What it means"),
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        row = Div(
            Div("kind", css_class="govuk-grid-column-one-half"),
            Div("weight", css_class="govuk-grid-column-one-quarter"),
            Div("lowest_mark", css_class="govuk-grid-column-one-quarter"),
            css_class="govuk-grid-row",
        )
        self.helper.layout = Layout("reference", Field.text("name"), row, "description")

    def clean(self):
        cleaned = super().clean()
        kind, weight = cleaned.get("kind"), cleaned.get("weight")
        if kind == CriterionKind.GATE and weight:
            self.add_error("weight", _("Pass or fail carries no weight. Take the number out"))
        elif kind and kind != CriterionKind.GATE and not weight and "weight" not in self.errors:
            self.add_error("weight", _("Enter a weight above 0"))
        return cleaned

    def terms(self):
        """What was typed, as the action takes it."""
        said = {name: self.cleaned_data[name] for name in FIELDS}
        return CriterionTerms(**said | {"weight": said["weight"] or Decimal(0)})


class CriteriaFormSet(forms.BaseFormSet):
    """All rows. The weights sum to 100, unless the officer comes back later."""

    def __init__(self, *args, comes_back_later=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.comes_back_later = comes_back_later

    def clean(self):
        if any(self.errors):
            return
        kinds = [form.cleaned_data["kind"] for form in self.forms]
        if kinds.count(CriterionKind.PRICE) > 1:
            raise ValidationError(_("There can be only one price criterion"))
        total = sum(form.cleaned_data["weight"] or 0 for form in self.forms)
        if not self.comes_back_later and total != 100:
            words = now_("The weights must sum to 100. They sum to %(total)s")
            raise ValidationError(words % {"total": plain(total)})

    def terms(self):
        """What was typed, as the action takes it."""
        return [form.terms() for form in self.forms]


CriteriaRows = forms.formset_factory(
    CriterionForm,
    formset=CriteriaFormSet,
    extra=0,
    max_num=MOST,
    absolute_max=MOST,
    validate_max=True,
)


class MarksForm(PortalForm):
    """The scale that marks are given on, and when the price is opened."""

    button = None
    highest_mark = forms.IntegerField(
        label=_("Highest mark for a quality criterion"),
        min_value=1,
        max_value=100,
        help_text=_("Marks run from 0 to this number"),
        widget=forms.NumberInput({"class": "govuk-input--width-3"}),
        error_messages={"required": _("Enter the highest mark")},
    )
    price_after_quality = forms.BooleanField(
        label=_("Open the prices only after the quality scores are locked"),
        required=False,
        help_text=_(
            "Prices are sealed by themselves. Whoever scores quality sees no price; two officers "
            "open the prices in a second opening"
        ),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper.form_tag = False
        self.helper.disable_csrf = True


def typed_rows(data):
    """The rows as they were typed, in order, whatever they hold."""
    found = {int(number) for number in re.findall(r"form-(\d{1,2})-name", " ".join(data))}
    return [
        {name: data.get(f"form-{number}-{name}", "") for name in FIELDS}
        for number in sorted(found)[:MOST]
    ]


def total_of(rows):
    """The sum of the weights that can be read, for the officer to see."""
    return plain(sum((_number(row.get("weight")) for row in rows), Decimal(0)))


def plain(number):
    """70, 12.5: a number without what a decimal carries along."""
    return f"{Decimal(number).normalize():f}"


def _number(typed):
    try:
        number = Decimal(str(typed or 0))
    except InvalidOperation:
        return Decimal(0)
    return number if number.is_finite() and abs(number) < 1000 else Decimal(0)
