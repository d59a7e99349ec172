"""Money, dates and times as people type them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from framework_portal.forms import GovDateField, GovMomentField, MoneyField, PortalForm
from framework_portal.forms.errors import summary


class Sample(PortalForm):
    price = MoneyField(label="Total price, excluding VAT", max_value=Decimal(1_000_000))
    starts_on = GovDateField(
        label="Start date", earliest=date(2026, 1, 1), latest=date(2030, 12, 31)
    )
    closes_at = GovMomentField(label="Closing time")


def sent(**typed):
    data = {"price": "1", "starts_on_day": "1", "starts_on_month": "1", "starts_on_year": "2027"}
    data |= {"closes_at_day": "5", "closes_at_month": "6", "closes_at_year": "2026"}
    return Sample(data | {"closes_at_time": "2pm"} | typed)


@pytest.mark.parametrize(
    "typed, amount",
    [
        ("1234.5", "1234.5"),
        ("£1,234.50", "1234.50"),
        (" £ 1,234 ", "1234"),
        ("1000000", "1000000"),
        ("0", "0"),
    ],
)
def test_an_amount_is_taken_as_people_write_it(typed, amount):
    form = sent(price=typed)

    assert form.errors == {}
    assert form.cleaned_data["price"] == Decimal(amount)


@pytest.mark.parametrize(
    "typed, refusal",
    [
        ("", "Enter total price"),
        ("   ", "Enter total price"),
        ("1,23", "Total price must be an amount in pounds, like 1,234.50"),
        ("1.234,50", "Total price must be an amount in pounds, like 1,234.50"),
        ("about 5", "Total price must be an amount in pounds, like 1,234.50"),
        ("1e5", "Total price must be an amount in pounds, like 1,234.50"),
        ("NaN", "Total price must be an amount in pounds, like 1,234.50"),
        ("١٢", "Total price must be an amount in pounds, like 1,234.50"),
        ("9" * 5000, "Total price must be an amount in pounds, like 1,234.50"),
        ("1.005", "Total price must have no more than two digits for the pence"),
        ("-1", "Total price must be £0 or more"),
        ("1000000.01", "Total price must be £1,000,000 or less"),
    ],
)
def test_an_unclear_amount_is_refused_and_kept(typed, refusal):
    form = sent(price=typed)

    assert form.errors["price"] == [refusal]
    assert form["price"].value() == typed


@given(st.decimals(min_value=0, max_value=1_000_000, places=2))
def test_every_amount_we_write_can_be_typed_back(amount):
    assert MoneyField().clean(f"£{amount:,.2f}") == amount


@pytest.mark.parametrize("month", ["2", "02", "Feb", "february", "FEB."])
def test_a_month_may_be_a_number_or_a_name(month):
    form = sent(starts_on_day="28", starts_on_month=month)

    assert form.errors == {}
    assert form.cleaned_data["starts_on"] == date(2027, 2, 28)


@pytest.mark.parametrize(
    "day, month, year, refusal, part",
    [
        ("", "", "", "Enter start date", "day"),
        ("", "2", "2027", "Start date must include a day", "day"),
        ("1", "", "", "Start date must include a month and year", "month"),
        ("31", "2", "2027", "Start date must be a real date", "day"),
        ("45", "13", "2027", "Start date must be a real date", "month"),
        ("1", "1", "27", "Start date must have a year of four digits", "year"),
        ("1", "1", "0000", "Start date must be a real date", "day"),
        ("x", "1", "2027", "Start date must be a real date", "day"),
        ("9" * 5000, "1", "2027", "Start date must be a real date", "day"),
        ("31", "12", "2025", "Start date must be 1 January 2026 or later", "day"),
        ("1", "1", "2031", "Start date must be 31 December 2030 or earlier", "day"),
    ],
)
def test_a_wrong_date_says_what_is_wrong_and_leads_to_the_part(day, month, year, refusal, part):
    form = sent(starts_on_day=day, starts_on_month=month, starts_on_year=year)

    assert summary(form) == [{"words": refusal, "target": f"id_starts_on-{part}"}]
    assert form["starts_on"].value() == [day, month, year]


@pytest.mark.parametrize(
    "typed, hour, minute",
    [("2pm", 13, 0), ("2:30 pm", 13, 30), ("2.30PM", 13, 30), ("14:05", 13, 5), ("midday", 11, 0)],
)
def test_a_time_may_be_typed_in_several_ways_and_is_londons(typed, hour, minute):
    form = sent(closes_at_time=typed)

    assert form.errors == {}
    assert form.cleaned_data["closes_at"] == datetime(2026, 6, 5, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize("typed", ["2", "25:00", "14:60", "13pm", "0pm", "soon", "14:05:09"])
def test_a_time_that_could_mean_two_things_or_none_is_refused(typed):
    form = sent(closes_at_time=typed)

    assert form.errors["closes_at"] == ["Closing time must have a time like 2pm, 2:30pm or 14:30"]
    assert summary(form)[0]["target"] == "id_closes_at-time"


@pytest.mark.parametrize(
    "day, month, refusal",
    [
        ("29", "3", "There is no such time on that day, because the clocks go forward"),
        (
            "25",
            "10",
            "That time comes twice on that day, because the clocks go back. Choose another",
        ),
    ],
)
def test_a_time_that_the_clock_change_skips_or_repeats_is_refused(day, month, refusal):
    form = sent(closes_at_day=day, closes_at_month=month, closes_at_time="1:30am")

    assert form.errors["closes_at"] == [refusal]


def test_an_instant_is_shown_again_in_london_time():
    form = Sample(initial={"closes_at": datetime(2026, 6, 5, 13, 30, tzinfo=UTC)})

    shown = form["closes_at"].subwidgets[0].data["subwidgets"]

    assert [part["value"] for part in shown] == ["5", "6", "2026", "14:30"]
