"""What the lead types of a quarter: a card for each organisation, on the page and in a file."""

import re

from django import forms
from django.utils.translation import gettext_lazy as _

from contracts import figures
from contracts.forms.figures import LONGEST, MOST_POUNDS, FiguresForm
from framework_portal.forms import MoneyField, PortalForm
from framework_portal.forms.characters import REFUSED

FIELDS = ("subcontractor", "name", *figures.NAMES, "words")
# More organisations than one contract has had; each is eight fields of the page.
MOST_ROWS = 150


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
