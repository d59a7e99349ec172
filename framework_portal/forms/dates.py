"""Dates and instants, asked for in parts, as GOV.UK does."""

import calendar
import re
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import get_text_list
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from framework_portal.forms.words import subject
from framework_portal.wording import day, moment

LONDON = ZoneInfo("Europe/London")
# june, jun and 6 all mean the sixth month.
MONTHS = {
    name.lower(): number
    for names in (calendar.month_name, calendar.month_abbr)
    for number, name in enumerate(names)
    if name
}
TIME = re.compile(r"(\d{1,2})(?:[:.]?(\d{2}))?\s*([ap])?\.?(?:m\.?)?", re.ASCII)
DIGITS = re.compile(r"\d{1,4}", re.ASCII)


class Parts(forms.MultiWidget):
    """Text boxes side by side; `wrong` names those that the error is about."""

    template_name = "gds/widgets/parts.html"
    use_fieldset = True

    def __init__(self, parts, attrs=None):
        self.parts = parts
        self.wrong = set()
        widgets = {
            part: forms.TextInput({"inputmode": "numeric"} if part != "time" else {})
            for part in parts
        }
        super().__init__(widgets, attrs)

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        labels = {"day": _("Day"), "month": _("Month"), "year": _("Year"), "time": _("Time")}
        widths = {"day": 2, "month": 2, "year": 4, "time": 5}
        for part, subwidget in zip(self.parts, context["widget"]["subwidgets"], strict=True):
            wrong = " govuk-input--error" if part in self.wrong else ""
            subwidget["label"] = labels[part]
            subwidget["attrs"]["class"] = (
                f"govuk-input govuk-date-input__input govuk-input--width-{widths[part]}{wrong}"
            )
            subwidget["attrs"]["id"] = f"{context['widget']['attrs'].get('id', name)}-{part}"
            for inherited in ("aria-describedby", "aria-invalid"):
                subwidget["attrs"].pop(inherited, None)
        return context

    def decompress(self, value):
        if isinstance(value, datetime):
            value = value.astimezone(LONDON)
        if not isinstance(value, date):
            return [""] * len(self.parts)
        values = [str(value.day), str(value.month), str(value.year)]
        if "time" in self.parts:
            values.append(f"{value:%H:%M}")
        return values

    def first_wrong(self, auto_id):
        """The id of the box that the error summary leads to."""
        wrong = [part for part in self.parts if part in self.wrong] or self.parts
        return f"{auto_id}-{wrong[0]}"


class GovDateField(forms.Field):
    """A date in three boxes; `earliest` and `latest` are days it may not pass."""

    parts = ("day", "month", "year")
    default_error_messages = {
        "incomplete": _("%(label)s must include a %(missing)s"),
        "unreal": _("%(label)s must be a real date"),
        "year": _("%(label)s must have a year of four digits"),
        "earliest": _("%(label)s must be %(limit)s or later"),
        "latest": _("%(label)s must be %(limit)s or earlier"),
        "time": _("%(label)s must have a time like 2pm, 2:30pm or 14:30"),
        "no_such_time": _("There is no such time on that day, because the clocks go forward"),
        "twice": _("That time comes twice on that day, because the clocks go back. Choose another"),
    }

    def __init__(self, *, earliest=None, latest=None, **kwargs):
        kwargs.setdefault("widget", Parts(self.parts))
        super().__init__(**kwargs)
        self.earliest, self.latest = earliest, latest

    def clean(self, value):
        self.widget.wrong = set()
        try:
            return super().clean(value)
        except ValidationError:
            self.widget.wrong = self.widget.wrong or set(self.parts)
            raise

    def to_python(self, value):
        if isinstance(value, date) or value is None:
            return value
        typed = [str(part or "").strip() for part in value]
        if not any(typed):
            return None
        missing = [part for part, text in zip(self.parts, typed, strict=True) if not text]
        if missing:
            names = {
                "day": now_("day"),
                "month": now_("month"),
                "year": now_("year"),
                "time": now_("time"),
            }
            spelled = get_text_list([names[part] for part in missing], now_("and"))
            raise self._refusal("incomplete", *missing, missing=spelled)
        return self._real(*typed)

    def _real(self, day_typed, month_typed, year_typed):
        if not re.fullmatch(r"\d{4}", year_typed, re.ASCII):
            raise self._refusal("year", "year")
        month = self._month(month_typed)
        if month is None:
            raise self._refusal("unreal", "month")
        if not DIGITS.fullmatch(day_typed):
            raise self._refusal("unreal", "day")
        try:
            return date(int(year_typed), month, int(day_typed))
        except ValueError:
            raise self._refusal("unreal", "day") from None

    def _month(self, typed):
        word = typed.lower().rstrip(".")
        if word in MONTHS:
            return MONTHS[word]
        return int(typed) if DIGITS.fullmatch(typed) and 1 <= int(typed) <= 12 else None

    def validate(self, value):
        super().validate(value)
        if value is None:
            return
        if self.earliest is not None and value < self.earliest:
            raise self._refusal("earliest", limit=self._words(self.earliest))
        if self.latest is not None and value > self.latest:
            raise self._refusal("latest", limit=self._words(self.latest))

    def _words(self, limit):
        return day(limit)

    def has_changed(self, initial, data):
        try:
            return self.to_python(data) != initial
        except ValidationError:
            return True

    def _refusal(self, code, *wrong, **values):
        self.widget.wrong = set(wrong)
        values = {"label": subject(self.label), **values}
        return ValidationError(self.error_messages[code] % values, code=code)


class GovMomentField(GovDateField):
    """A date and a time of day in London; gives an aware instant. Takes 2pm, 2:30pm and 14:30."""

    parts = ("day", "month", "year", "time")

    def _real(self, *typed):
        on = super()._real(*typed[:3])
        at = parse_time(typed[3])
        if at is None:
            raise self._refusal("time", "time")
        instant = datetime.combine(on, at, LONDON)
        if instant.astimezone(ZoneInfo("UTC")).astimezone(LONDON).replace(tzinfo=None) != (
            instant.replace(tzinfo=None)
        ):
            raise self._refusal("no_such_time", "time")
        if instant.utcoffset() != instant.replace(fold=1).utcoffset():
            raise self._refusal("twice", "time")
        return instant

    def _words(self, limit):
        return moment(limit)


def parse_time(typed):
    """The time of day that `typed` says: 2pm, 2:30 pm, 14:30, midday; None where it says none."""
    typed = typed.strip().lower()
    named = {"midday": time(12), "noon": time(12), "midnight": time(0)}
    if typed in named:
        return named[typed]
    found = TIME.fullmatch(typed)
    if not found:
        return None
    hour, minute, half = int(found[1]), int(found[2] or 0), found[3]
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    elif found[2] is None:  # a bare 2: morning or afternoon?
        return None
    return time(hour, minute) if hour < 24 and minute < 60 else None
