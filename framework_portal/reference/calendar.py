"""Working days: Monday to Friday, save the holidays that are rows."""

from datetime import datetime, time, timedelta

from django.utils import timezone

from framework_portal.reference.models import Holiday, Period


def working_days_between(start, end):
    """How many working days lie after the date `start`, up to and including the date `end`."""
    holidays = _holidays(start, end)
    days = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
    return sum(_works(day, holidays) for day in days)


def add_working_days(start, count):
    """The date of the `count`th working day after the date `start`."""
    # A holiday season is never longer than the days asked for, doubled, and a fortnight.
    holidays = _holidays(start, start + timedelta(days=count * 2 + 21))
    day = start
    while count:
        day += timedelta(days=1)
        count -= _works(day, holidays)
    return day


def is_working_day(on):
    """Whether people are at work on the date `on`."""
    return _works(on, _holidays(on, on))


def period(slug):
    """The period called `slug`, as a row; the reference data must hold it."""
    return Period.objects.get(slug=slug)


def after(instant, period):
    """The instant `period` after `instant`; working days end at the close of the day, London."""
    if period.working_days is not None:
        on = add_working_days(timezone.localdate(instant), period.working_days)
        return timezone.make_aware(datetime.combine(on, time(23, 59, 59)))
    return instant + timedelta(days=period.days or 0, hours=period.hours or 0)


def _holidays(start, end):
    return set(Holiday.objects.filter(on__range=(start, end)).values_list("on", flat=True))


def _works(day, holidays):
    return day.weekday() < 5 and day not in holidays
