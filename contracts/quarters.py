"""Calendar quarters, and the years of a contract that are made of them."""

from datetime import date, timedelta

QUARTERS_A_YEAR = 4


def quarter_of(day):
    """The first day of the calendar quarter that `day` lies in."""
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def months_later(first, months):
    """The first day of the month `months` after the month that begins on `first`."""
    months += first.month - 1
    return date(first.year + months // 12, months % 12 + 1, 1)


def last_day(starts_on):
    """The last day of the quarter that begins on `starts_on`."""
    return months_later(starts_on, 3) - timedelta(days=1)


def year_of(number):
    """The year of a contract that its quarter `number` belongs to."""
    return (number - 1) // QUARTERS_A_YEAR + 1


def first_quarter_of(starts_on, year):
    """The first day of a contract's `year`; the contract starts on `starts_on`."""
    return months_later(quarter_of(starts_on), (year - 1) * 12)
