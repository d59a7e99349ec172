"""Dates, times, money and sizes as a reader meets them."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from framework_portal import wording


@pytest.mark.parametrize(
    "instant, words",
    [
        ((2026, 6, 5, 13, 0), "5 June 2026, 2pm"),
        ((2026, 6, 5, 13, 30), "5 June 2026, 2:30pm"),
        ((2026, 6, 5, 11, 0), "5 June 2026, midday"),
        ((2026, 6, 4, 23, 0), "5 June 2026, midnight"),
        ((2026, 1, 5, 0, 5), "5 January 2026, 12:05am"),
        ((2026, 1, 5, 12, 5), "5 January 2026, 12:05pm"),
        ((2026, 12, 31, 9, 0), "31 December 2026, 9am"),
    ],
)
def test_a_moment_is_said_in_london_time(instant, words):
    assert wording.moment(datetime(*instant, tzinfo=UTC)) == words


@pytest.mark.parametrize(
    "month, words",
    [(6, "5 June 2026, 2pm UK time (BST)"), (1, "5 January 2026, 1pm UK time (GMT)")],
)
def test_a_deadline_names_its_zone(month, words):
    assert wording.moment_with_zone(datetime(2026, month, 5, 13, tzinfo=UTC)) == words


def test_evidence_is_exact_to_the_microsecond():
    instant = datetime(2026, 6, 5, 12, 59, 59, 123456, tzinfo=UTC)

    assert wording.exact_moment(instant) == "5 June 2026 at 12:59:59.123456 UTC"


def test_a_day_needs_no_time():
    assert wording.day(date(2026, 6, 5)) == "5 June 2026"


@pytest.mark.parametrize(
    "left, words",
    [
        (timedelta(days=30, hours=5), "30 days left"),
        (timedelta(days=2), "2 days left"),
        (timedelta(days=1, hours=23, minutes=59), "1 day 23 hours left"),
        (timedelta(days=1, minutes=20), "1 day left"),
        (timedelta(hours=2, minutes=5), "2 hours 5 minutes left"),
        (timedelta(hours=1), "1 hour left"),
        (timedelta(minutes=59, seconds=59), "59 minutes left"),
        (timedelta(minutes=1), "1 minute left"),
        (timedelta(seconds=59, microseconds=999999), "Less than a minute left"),
        (timedelta(microseconds=1), "Less than a minute left"),
        (timedelta(0), "Closed"),
        (timedelta(days=-1), "Closed"),
    ],
)
def test_the_time_left_never_promises_too_much(left, words):
    at = datetime(2026, 6, 5, 13, tzinfo=UTC)

    assert wording.time_left(at + left, at) == words


@pytest.mark.parametrize(
    "amount, words",
    [
        (Decimal("1234.50"), "£1,234.50"),
        (Decimal("1234.00"), "£1,234"),
        (Decimal(0), "£0"),
        (1_000_000, "£1,000,000"),
        (None, ""),
        ("", ""),
    ],
)
def test_money_is_grouped_and_drops_empty_pence(amount, words):
    assert wording.pounds(amount) == words


@pytest.mark.parametrize(
    "size, words",
    [(1, "1 byte"), (999, "999 bytes"), (1001, "2 KB"), (2_400_000, "2.4 MB"), (None, "")],
)
def test_a_file_is_never_said_to_be_smaller_than_it_is(size, words):
    assert wording.file_size(size) == words


@pytest.mark.parametrize(
    "say",
    [
        wording.day,
        wording.moment,
        wording.clock_time,
        wording.moment_with_zone,
        wording.exact_moment,
    ],
)
def test_nothing_is_said_of_nothing(say):
    assert say(None) == ""
