"""Charts: from figures to shapes, and what a reader of the page hears of them."""

import re
from decimal import Decimal
from xml.etree import ElementTree as ET

import pytest
from django.template.loader import render_to_string

from contracts.charts import bar_chart, length, top_of


@pytest.mark.parametrize(
    ("values", "top"),
    [
        ([], "1"),
        ([0], "1"),
        ([None], "1"),
        ([None, 3], "5"),
        ([1], "1"),
        (["0.07"], "0.1"),
        ([24], "25"),
        ([25], "25"),
        ([26], "50"),
        (["51.3"], "100"),
        (["99999999999999.99"], "100000000000000"),
    ],
)
def test_the_scale_ends_at_a_round_number_over_every_value(values, top):
    assert top_of(values) == Decimal(top)


@pytest.mark.parametrize(
    ("value", "drawn"),
    [
        (None, "0"),
        (0, "0"),
        (-5, "0"),
        (Decimal("25"), "50.00"),
        (Decimal("50"), "100.00"),
        (Decimal("80"), "100.00"),
        (Decimal("0.001"), "0.00"),
    ],
)
def test_a_bar_is_as_long_as_its_share_of_the_scale_and_never_longer(value, drawn):
    assert length(value, Decimal(50)) == drawn


def chart(groups):
    return bar_chart(
        "test",
        title="Shares & more",
        summary="Bars",
        groups=groups,
        written=lambda value: f"{value.normalize():f}%",
        unknown="None",
    )


def test_without_bars_there_is_no_chart():
    assert chart([]) is None
    assert chart([("Heading", [])]) is None


def test_one_bar():
    drawn = chart([("", [("Promised", Decimal("20"), "solid")])])

    ((bar,),) = [group.bars for group in drawn.groups]
    assert (bar.words, bar.value, bar.width) == ("Promised", "20%", "100.00")
    assert [tick[:2] for tick in drawn.ticks] == [("0", "0%"), ("50", "10%"), ("100", "20%")]


def test_bars_stand_below_each_other_and_within_the_chart():
    pair = [("Promised", Decimal(20), "hatched"), ("Delivered", None, "solid")]

    drawn = chart([("One", pair), ("Two", pair)])

    tops = [bar.y for group in drawn.groups for bar in group.bars]
    assert tops == sorted(tops)
    assert all(later - earlier > 2 for earlier, later in zip(tops, tops[1:], strict=False))
    assert max(tops) + 0.9 < drawn.axis_y < drawn.height


def test_it_is_drawn_as_svg_without_style_that_a_screen_reader_can_tell():
    pair = [("<Promised>", Decimal("22.5"), "hatched"), ("Delivered", None, "solid")]

    text = render_to_string("contracts/_chart.html", {"chart": chart([("One", pair)])})

    root = ET.fromstring(text)  # noqa: S314 - our own
    ids = {element.get("id"): element for element in root.iter() if element.get("id")}
    assert root.get("role") == "img"
    assert [ids[name].text for name in root.get("aria-labelledby").split()] == [
        "Shares & more",
        "Bars",
    ]
    assert not re.search(r"\sstyle=|<style|<script", text)
    bars = [each for each in root.iter() if "portal-chart__bar" in (each.get("class") or "")]
    assert [(bar.get("width"), bar.get("fill")) for bar in bars] == [
        ("90.00%", "url(#test-hatched)")
    ]
    words = [each.text for each in root.iter() if each.tag == "text"]
    assert "<Promised>" in words
    assert "None" in words
