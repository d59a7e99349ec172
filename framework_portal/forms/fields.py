"""Fields of our own: words, money, files."""

import re
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from framework_portal.forms.words import count_words, subject
from framework_portal.wording import pounds

PLAIN = re.compile(r"\d{1,12}(\.\d+)?", re.ASCII)
GROUPED = re.compile(r"\d{1,3}(,\d{3}){1,3}(\.\d+)?", re.ASCII)


class WordCountField(forms.CharField):
    """A long answer of at most `max_words` words, counted alike in browser and server."""

    widget = forms.Textarea

    def __init__(self, *, max_words, rows=10, **kwargs):
        super().__init__(**kwargs)
        self.max_words = max_words
        self.widget.attrs.setdefault("rows", rows)

    def validate(self, value):
        super().validate(value)
        over = count_words(value) - self.max_words
        if over > 0:
            raise ValidationError(
                ngettext(
                    "%(label)s must be %(max)d words or fewer. Take out %(over)d word",
                    "%(label)s must be %(max)d words or fewer. Take out %(over)d words",
                    over,
                )
                % {"label": subject(self.label), "max": self.max_words, "over": over},
                code="max_words",
            )


class MoneyField(forms.Field):
    """An amount in pounds: takes 1234.5, 1,234.50 and £1,234.50, and nothing that is unclear."""

    widget = forms.TextInput
    prefix = "£"
    default_error_messages = {
        "invalid": _("%(label)s must be an amount in pounds, like 1,234.50"),
        "places": _("%(label)s must have no more than two digits for the pence"),
        "least": _("%(label)s must be %(limit)s or more"),
        "most": _("%(label)s must be %(limit)s or less"),
    }

    def __init__(self, *, min_value=Decimal(0), max_value=Decimal("999999999999.99"), **kwargs):
        super().__init__(**kwargs)
        self.min_value, self.max_value = min_value, max_value
        self.widget.attrs |= {"inputmode": "decimal", "spellcheck": "false", "autocomplete": "off"}
        self.widget.attrs.setdefault("class", "govuk-input--width-10")

    def to_python(self, value):
        if value in self.empty_values or not str(value).strip():
            return None
        typed = str(value).strip().removeprefix("£").strip()
        negative, typed = typed.startswith("-"), typed.removeprefix("-").removeprefix("£")
        typed = typed.strip()
        if len(typed) > 40 or not (PLAIN.fullmatch(typed) or GROUPED.fullmatch(typed)):
            raise self._refusal("invalid")
        amount = Decimal(typed.replace(",", ""))
        if amount.as_tuple().exponent < -2:
            raise self._refusal("places")
        return -amount if negative else amount

    def validate(self, value):
        super().validate(value)
        if value is None:
            return
        if self.min_value is not None and value < self.min_value:
            raise self._refusal("least", limit=pounds(self.min_value))
        if self.max_value is not None and value > self.max_value:
            raise self._refusal("most", limit=pounds(self.max_value))

    def _refusal(self, code, **values):
        values = {"label": subject(self.label), **values}
        return ValidationError(self.error_messages[code] % values, code=code)


class UploadField(forms.FileField):
    """A file. What it may be and hold is judged by `documents.store_document`, which refuses."""

    widget = forms.FileInput
    default_error_messages = {
        "required": _("Choose a file"),
        "invalid": _("The file did not arrive. Choose it again"),
        "missing": _("The file did not arrive. Choose it again"),
        "empty": _("The file you chose is empty. Choose another"),
        "max_length": _("The name of the file is too long. Rename it and choose it again"),
    }

    def __init__(self, *, max_length=200, **kwargs):
        super().__init__(max_length=max_length, **kwargs)
