"""Bar charts as figures of shapes: pure functions, drawn by templates/contracts/_chart.html.

Along a bar everything is in per cent of the width, and across in em: a chart is as readable on a
phone, in print and in large type as the text around it, and needs no style or script of its own:
the content security policy of the portal forbids both inside a page.
"""

from dataclasses import dataclass, field
from decimal import Decimal

# How a series is filled: told apart by pattern and outline, not by colour alone.
LOOKS = ("solid", "hatched", "dotted", "plain")
# In em.
HEADING, LINE, BAR, GAP, AXIS = 1.6, 1.3, 0.9, 0.5, 1.8
STEPS = [Decimal(step) for step in ("1", "2", "2.5", "5", "10")]
HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Bar:
    """One bar: its words and value in words, and where and how long it is."""

    words: str
    value: str
    look: str
    text_y: float
    y: float
    width: str  # in per cent
    is_known: bool = True


@dataclass(frozen=True)
class Group:
    """Bars under one heading."""

    words: str
    y: float
    bars: tuple


@dataclass(frozen=True)
class Chart:
    """What a template draws; `key` begins the ids in it."""

    key: str
    title: str
    summary: str
    height: float
    groups: tuple
    axis_y: float
    # (x in per cent, words, anchor)
    ticks: tuple
    looks: tuple = field(default=LOOKS)


def top_of(values):
    """The end of the scale: the next of 1, 2, 2.5, 5 and 10 with noughts, over all `values`."""
    most = max((Decimal(value) for value in values if value is not None), default=Decimal(0))
    if most <= 0:
        return Decimal(1)
    power = Decimal(10) ** most.adjusted()
    return next(step * power for step in STEPS if step * power >= most)


def length(value, top):
    """How long the bar of `value` is, in per cent of the width, as it is written in SVG."""
    if value is None or value <= 0:
        return "0"
    share = min(Decimal(value) / top, Decimal(1)) * HUNDRED
    return f"{share.quantize(Decimal('0.01')):f}"


def bar_chart(key, *, title, summary, groups, written, unknown=""):
    """A chart of `groups`: pairs of a heading and its bars, each (words, value, look).

    `written(value)` puts a value into words, and `unknown` stands where it is None. Without any
    bar there is no chart.
    """
    groups = [(words, list(bars)) for words, bars in groups]
    values = [value for _words, bars in groups for _name, value, _look in bars]
    if not values:
        return None
    top = top_of(values)
    y, drawn = 0.0, []
    for heading, bars in groups:
        start = y
        y += HEADING if heading else 0
        placed = []
        for words, value, look in bars:
            known = value is not None
            shown = written(value) if known else unknown
            placed.append(
                Bar(
                    words,
                    shown,
                    look,
                    _em(y + LINE * 0.8),
                    _em(y + LINE),
                    length(value, top),
                    known,
                )
            )
            y += LINE + BAR + GAP
        drawn.append(Group(heading, _em(start + HEADING * 0.75), tuple(placed)))
    ticks = (
        ("0", written(Decimal(0)), "start"),
        ("50", written(top / 2), "middle"),
        ("100", written(top), "end"),
    )
    return Chart(key, title, summary, _em(y + AXIS), tuple(drawn), _em(y), ticks)


def _em(value):
    return round(value, 2)
