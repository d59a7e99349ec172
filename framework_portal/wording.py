"""How the portal says dates, times, money and sizes. London time, plain words."""

import math
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.template.defaultfilters import date as date_format
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

LONDON = ZoneInfo("Europe/London")


# --- Dates and times -------------------------------------------------------------------------


def day(value):
    """5 June 2026: of a date, or of an instant as London has it."""
    if not value:
        return ""
    if hasattr(value, "astimezone"):
        value = value.astimezone(LONDON)
    return date_format(value, "j F Y")


def quarter_name(starts_on):
    """April to June 2027: a calendar quarter, by its first day."""
    last = starts_on.replace(month=starts_on.month + 2)
    return _("%(first)s to %(last)s") % {
        "first": date_format(starts_on, "F"),
        "last": date_format(last, "F Y"),
    }


def clock_time(value):
    """2pm, 2:30pm, midday or midnight, as London has it."""
    if not value:
        return ""
    value = value.astimezone(LONDON)
    if value.minute == 0 and value.hour in (0, 12):
        return _("midnight") if value.hour == 0 else _("midday")
    hour = value.hour % 12 or 12
    minutes = f":{value.minute:02}" if value.minute else ""
    return f"{hour}{minutes}" + (
        pgettext("time of day", "am") if value.hour < 12 else pgettext("time of day", "pm")
    )


def moment(value):
    """5 June 2026, 2pm: an instant as London has it."""
    if not value:
        return ""
    return _("%(day)s, %(time)s") % {"day": day(value), "time": clock_time(value)}


def moment_with_zone(value):
    """5 June 2026, 2pm UK time (BST): for deadlines, which must not be misread."""
    if not value:
        return ""
    zone = value.astimezone(LONDON).tzname()
    return _("%(moment)s UK time (%(zone)s)") % {"moment": moment(value), "zone": zone}


def exact_moment(value):
    """5 June 2026 at 13:59:59.123456 UTC: for receipts and evidence."""
    if not value:
        return ""
    utc = value.astimezone(ZoneInfo("UTC"))
    return _("%(day)s at %(time)s UTC") % {
        "day": date_format(utc, "j F Y"),
        "time": utc.strftime("%H:%M:%S.%f"),
    }


def time_left(until, at):
    """3 days left, 2 hours 5 minutes left: `{{ competition.closes_at|time_left:at }}`.

    Rounded down to whole minutes, so that nobody is promised a minute that is not there.
    """
    if not until or not at:
        return ""
    left = until - at
    if left <= timedelta(0):
        return _("Closed")
    if left < timedelta(minutes=1):
        return _("Less than a minute left")
    return _("%(time)s left") % {"time": spelled_out(left)}


def spelled_out(span):
    """3 days, 1 day 4 hours, 2 hours 5 minutes: as fine as anyone needs."""
    minutes = int(span.total_seconds() // 60)
    days, hours, minutes = minutes // 1440, minutes % 1440 // 60, minutes % 60
    pieces = [
        (days, ngettext("%d day", "%d days", days)),
        (hours if days < 2 else 0, ngettext("%d hour", "%d hours", hours)),
        (0 if days else minutes, ngettext("%d minute", "%d minutes", minutes)),
    ]
    return " ".join(words % count for count, words in pieces if count)


def span_of_minutes(minutes):
    """60 as 1 hour, 240 as 4 hours, 1440 as 24 hours: lengths that a rule names."""
    if minutes < 60 or minutes % 60:
        return ngettext("%d minute", "%d minutes", minutes) % minutes
    return ngettext("%d hour", "%d hours", minutes // 60) % (minutes // 60)


def span_of_seconds(seconds):
    """40 seconds, 12 minutes, 2 hours 5 minutes, 1 day: lengths that were measured."""
    seconds = int(seconds or 0)
    if seconds < 60:
        return ngettext("%d second", "%d seconds", seconds) % seconds
    return spelled_out(timedelta(seconds=seconds))


def oclock(hour):
    """9am, midday, 5pm: an hour that a rule names."""
    if hour in (0, 12):
        return _("midnight") if hour == 0 else _("midday")
    return f"{hour % 12}" + (
        pgettext("time of day", "am") if hour < 12 else pgettext("time of day", "pm")
    )


# --- Figures ---------------------------------------------------------------------------------


def pounds(value):
    """£1,234.50, and £1,234 where there are no pence."""
    if value is None or value == "":
        return ""
    places = 0 if value == int(value) else 2
    return "£" + formats.number_format(value, decimal_pos=places, force_grouping=True)


def file_size(size):
    """812 bytes, 13 KB, 2.4 MB."""
    if size is None:
        return ""
    if size < 1000:
        return ngettext("%d byte", "%d bytes", size) % size
    if size < 1_000_000:
        return _("%d KB") % math.ceil(size / 1000)
    return _("%s MB") % formats.number_format(size / 1_000_000, decimal_pos=1)


def spaced(digits):
    """Hexadecimal digits in groups of four, as people compare them."""
    return " ".join(digits[first : first + 4] for first in range(0, len(digits), 4))
