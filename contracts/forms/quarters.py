"""What the lead types of a quarter: the same fields on the page and in a file."""

import re
from decimal import Decimal

from crispy_forms_gds.layout import Div, Field, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from contracts import figures
from framework_portal.forms import Hidden, MoneyField, PortalForm
from framework_portal.forms.characters import REFUSED

GROUPED = re.compile(r"\d{1,3}(,\d{3})+", re.ASCII)
FIELDS = ("subcontractor", "name", *figures.NAMES, "words")
# More organisations than one contract has had; each is eight fields of the page.
MOST_ROWS = 150
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


class LineForm(FiguresForm):
    """One card of the quarter: of a key subcontractor, or of somebody outside the ledger."""

    button = None
    subcontractor = forms.CharField(widget=forms.HiddenInput, required=False, max_length=36)
    name = forms.CharField(label=_("Name of the organisation"), max_length=200, required=False)

    def __init__(self, *args, promise=None, **kwargs):
        self.promise = promise
        super().__init__(*args, **kwargs)
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        if promise is not None:
            del self.fields["name"]
        else:
            self.fields["name"].required = True
            self.fields["name"].error_messages["required"] = _("Enter who was paid")

    def before(self):
        return ["subcontractor"] if self.promise is not None else ["subcontractor", "name"]

    @property
    def title(self):
        """Whose card it is."""
        return self.promise.subcontractor.name if self.promise is not None else ""

    def stated(self):
        """What was typed, as the actions take it."""
        reference = str(self.promise.subcontractor.reference) if self.promise else None
        name = self.title or " ".join(self.cleaned_data["name"].split())
        words = self.cleaned_data["words"].replace("\r\n", "\n").strip()
        return figures.Stated(reference, name, self.figures(), words)


class IncomeForm(PortalForm):
    """What the commissioner paid the lead."""

    button = None
    income = MoneyField(
        max_value=MOST_POUNDS,
        label=_("What the commissioner paid you under this contract in the quarter"),
        help_text=_("Excluding VAT. Each subcontractor’s real share is a share of this"),
        error_messages={"required": _("Enter what the commissioner paid you, or 0")},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper.form_tag = False
        self.helper.disable_csrf = True


class CorrectIncomeForm(IncomeForm):
    """The same, by itself, of a quarter that was sent."""

    button = _("Save the correction")

    def __init__(self, *args, was, **kwargs):
        super().__init__(*args, initial={"income": was}, **kwargs)
        self.helper.form_tag = True
        self.helper.disable_csrf = False
        self.helper.add_input(Hidden("was", was))


class CorrectLineForm(FiguresForm):
    """A line of a quarter that was sent, changed; the subcontractor is asked anew."""

    button = _("Save and ask the subcontractor again")

    def __init__(self, *args, number, asks=True, **kwargs):
        if not asks:
            self.button = _("Save the correction")
        super().__init__(*args, **kwargs)
        self.helper.add_input(Hidden("number", number))


class AddLineForm(FiguresForm):
    """A line that was forgotten: of a key subcontractor, or of somebody outside the ledger."""

    button = _("Add the line")
    subcontractor = forms.ChoiceField(
        label=_("Who was it?"), error_messages={"required": _("Select who it was")}
    )
    name = forms.CharField(
        label=_("Name of the organisation"),
        help_text=_("Where it is somebody who is not in the ledger"),
        max_length=200,
        required=False,
    )

    def __init__(self, *args, promises, **kwargs):
        self.promises = {str(each.subcontractor.reference): each for each in promises}
        super().__init__(*args, **kwargs)
        named = [(key, each.subcontractor.name) for key, each in self.promises.items()]
        others = ("other", _("Somebody who is not in the ledger"))
        self.fields["subcontractor"].choices = [("", _("Select")), *named, others]

    def before(self):
        return ["subcontractor", "name"]

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("subcontractor") == "other" and not cleaned.get("name"):
            self.add_error("name", _("Enter who was paid"))
        return cleaned

    def stated(self):
        """What was typed, as the action takes it."""
        chosen, words = self.cleaned_data["subcontractor"], self.cleaned_data["words"].strip()
        if chosen == "other":
            name = " ".join(self.cleaned_data["name"].split())
            return figures.Stated(None, name, self.figures(), words)
        name = self.promises[chosen].subcontractor.name
        return figures.Stated(chosen, name, self.figures(), words)


class Editor:
    """All cards of a quarter, from what was typed: `{"income": …, "rows": [{…}, …]}`.

    Unbound it shows what was typed; bound it judges it as well.
    """

    def __init__(self, quarter, promises, typed=None, *, bound=False):
        typed = typed or {}
        self.quarter, rows = (
            quarter,
            [row for row in typed.get("rows", []) if isinstance(row, dict)],
        )
        known = {str(each.subcontractor.reference): each for each in promises}
        given = {row.get("subcontractor"): row for row in rows if row.get("subcontractor") in known}
        named = [
            (promise, given.get(reference, {}))
            for reference, promise in known.items()
            if promise.runs_in(quarter.starts_on) or reference in given
        ]
        others = [(None, row) for row in rows if row.get("subcontractor") not in known]
        self.income = self._form(IncomeForm, "", {"income": typed.get("income", "")}, bound)
        self.lines = [
            self._form(LineForm, f"line-{number}", self._of(promise, row), bound, promise=promise)
            for number, (promise, row) in enumerate(named + others)
        ]

    def _of(self, promise, row):
        reference = str(promise.subcontractor.reference) if promise is not None else ""
        return {name: row.get(name, "") for name in FIELDS} | {"subcontractor": reference}

    def _form(self, form, prefix, row, bound, **options):
        if not bound:
            return form(prefix=prefix or None, initial=row, **options)
        dash = f"{prefix}-" if prefix else ""
        return form(
            {f"{dash}{name}": value for name, value in row.items()},
            prefix=prefix or None,
            **options,
        )

    @property
    def forms(self):
        return [self.income, *self.lines]

    def is_valid(self):
        valid = [form.is_valid() for form in self.forms]
        return all(valid) and self._names_each_once()

    def _names_each_once(self):
        seen = {form.title.casefold() for form in self.lines if form.promise is not None}
        for form in self.lines:
            if form.promise is not None:
                continue
            name = form.stated().name.casefold()
            if name in seen:
                form.add_error("name", _("This organisation has a line already. Use that"))
            seen.add(name)
        return all(form.is_valid() for form in self.lines)

    def stated(self):
        """What the action takes."""
        return [form.stated() for form in self.lines]


def typed_of(data):
    """What a page sent, as it was typed, bounded, without what the database cannot hold."""
    numbers = {
        int(found[1]) for name in data if (found := re.fullmatch(r"line-(\d{1,3})-referrals", name))
    }
    rows = [
        {name: _typed(data, f"line-{number}-{name}", LONGEST + 1) for name in FIELDS}
        for number in sorted(numbers)[:MOST_ROWS]
    ]
    return {"income": _typed(data, "income", 100), "rows": rows}


def _typed(data, name, most):
    return REFUSED.sub("", str(data.get(name, "")))[:most]


def number_of(data, name="number"):
    """A version or draft number that a page named; -1, which is always stale, where it is none."""
    typed = str(data.get(name, ""))
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else -1
