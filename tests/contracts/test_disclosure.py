"""What may be published of several organisations, and that nothing narrower can be worked out."""

from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.blocks import Told, blocks
from contracts.disclosure import CLOSE, Amounts, are_many, standing_out
from tests.contracts.guessing import most

BEGAN = datetime(2028, 2, 1, 12, tzinfo=ZoneInfo("Europe/London"))


def paid(*pounds, names="abcdefghij"):
    return {who: Amounts(Decimal(each)) for who, each in zip(names, pounds, strict=False)}


@pytest.mark.parametrize(
    ("by_lead", "many"),
    [
        ({}, False),
        ({"A": paid(*[1] * 4)}, False),
        ({"A": paid(*[1] * 5)}, True),
        ({"A": paid(*[1] * 5), "B": paid(1, names="f")}, False),
        ({"A": paid(*[1] * 5), "B": paid(*[1] * 5, names="fghij")}, True),
        ({"A": paid(*[1] * 5), "B": paid(*[1] * 5)}, True),
    ],
)
def test_five_are_many_whichever_lead_is_left_out(by_lead, many):
    assert are_many(by_lead) is many


@pytest.mark.parametrize(
    ("pounds", "stands_out"),
    [
        # The second takes its own away and sees 1,000 to 1,100: not close.
        ((1000, 500, 50, 30, 20), False),
        ((1000, 500, 50, 30, 19), True),
        ((1000, 0, 0, 0, 0), True),
        ((1000, 1000, 0, 0, 0), True),
        ((1000, 1000, 1000, 0, 0), False),
        ((0, 0, 0, 0, 0), False),
    ],
)
def test_the_largest_stands_out_where_the_second_could_estimate_it(pounds, stands_out):
    assert standing_out({"A": paid(*pounds)}) == (("a", 0) if stands_out else None)


@pytest.mark.parametrize("place", range(len(Amounts())))
def test_what_is_not_public_of_one_is_guarded_each(place):
    held = {who: Amounts(*(10 for _ in Amounts())) for who in "abcde"}
    held["c"] = Amounts(*(1000 if each == place else 10 for each in range(len(Amounts()))))

    assert standing_out({"A": held}) == ("c", place)


def test_a_lead_takes_its_own_figures_away_first():
    even, uneven = paid(*[1000] * 5), paid(1000, 10, 10, 10, 10, names="fghij")

    assert standing_out({"A": even | uneven}) is None
    assert standing_out({"A": even, "B": uneven}) == ("f", 0)


def told(number, amounts, *, lead="Lead", on=None):
    """A report that paid so much to each organisation."""
    return Told(
        report=number,
        contract=number,
        lead=lead,
        accepted_at=on or BEGAN + timedelta(days=number),
        amounts=amounts,
    )


def formed(reports, year=2028):
    return [[each.report for each in block.reports] for block in blocks(reports, year=year)[0]]


def test_where_one_of_five_gets_all_nothing_is_told_until_others_join():
    dominated = told(1, paid(9000, 100, 100, 0, 0))
    even = told(2, paid(900, 900, 100, names="fgh"))

    assert formed([dominated]) == []
    assert formed([dominated, even]) == [[1, 2]]


def test_others_are_told_without_what_one_stands_out_in():
    giant = told(1, paid(10**6, 1, 1, 1, 1))
    small = [
        told(number, paid(10, 10, 10, names=f"{number}xy"), lead=f"Lead {number}")
        for number in range(2, 8)
    ]

    assert formed([giant, *small], year=2029) == [[2, 3, 4, 5, 6, 7]]


QUARTERS, KINDS = ("q1", "q2", "q3"), ("voluntary", "small")
POUNDS = st.sampled_from([0, 0, 1, 10, 90, 100, 110, 1000, 20_000])


@st.composite
def accepted(draw):
    """Reports of few leads and organisations, small and huge, in some quarters and of some kind."""
    people = [f"org{each}" for each in range(draw(st.integers(6, 14)))]
    kind = {who: draw(st.sampled_from(KINDS)) for who in people}
    made = []
    for number in range(draw(st.integers(2, 6))):
        chain = draw(st.lists(st.sampled_from(people), min_size=1, max_size=9, unique=True))
        typical = draw(st.sampled_from([None, 100]))
        quarters = draw(st.lists(st.sampled_from(QUARTERS), min_size=1, unique=True))
        cells = {
            (who, quarter): draw(POUNDS) if typical is None else typical
            for who in chain
            for quarter in quarters
        }
        made.append(report_of(number, draw(st.sampled_from("AB")), cells, kind))
    return made


def report_of(number, lead, cells, kind):
    """The report, and its cells: {(report, organisation, quarter): pounds}."""
    by_kind, by_quarter = {}, {}
    for (who, quarter), pounds in cells.items():
        for parts, key in ((by_kind, kind[who]), (by_quarter, quarter)):
            held = parts.setdefault(key, {})
            held[who] = Amounts(held.get(who, Amounts()).paid + pounds)
    report = Told(
        report=number,
        contract=number,
        lead=lead,
        accepted_at=BEGAN + timedelta(days=120 * number),
        amounts={who: own for held in by_kind.values() for who, own in held.items()},
        by_kind=tuple(by_kind.items()),
        by_quarter=tuple((quarter, held, 0, 0) for quarter, held in by_quarter.items()),
    )
    return report, {(number, *cell): pounds for cell, pounds in cells.items()}


def shown(made):
    """All cells, and every sum that was public at any time: {the cells in it: their pounds}."""
    worth = {cell: pounds for _report, cells in made for cell, pounds in cells.items()}
    reports = [report for report, _cells in made]
    kinds = {who: kind for report in reports for kind, held in report.by_kind for who in held}
    sums = {}

    def show(found):
        """What a page shows of these blocks: their sum, and by quarter and kind."""
        numbers = {told.report for block in found for told in block.reports}
        keep(found, lambda cell: cell[0] in numbers)
        for name, key_of in (
            ("told_by_quarter", lambda cell: cell[2]),
            ("told_by_kind", lambda cell: kinds[cell[1]]),
        ):
            split = [block for block in found if getattr(block, name)]
            numbers = {told.report for block in split for told in block.reports}
            for key in {key for block in split for key in getattr(block, name)}:
                keep(split, lambda cell: cell[0] in numbers and key_of(cell) == key)  # noqa: B023

    def keep(found, is_in):
        cells = frozenset(cell for cell in worth if found and is_in(cell))
        sums[cells] = sum(worth[cell] for cell in cells)

    for report in reports:  # the page of its contract
        show(blocks([report], year=0)[0])
    for count, report in enumerate(reports, 1):
        for year in (report.accepted_at.year, 2040):
            found, _waiting = blocks(reports[:count], year=year)
            show(found)
            for lead in "AB":
                show([block for block in found if block.lead == lead])
    sums.pop(frozenset(), None)
    return worth, sums


@settings(max_examples=40, deadline=None)
@given(made=accepted(), data=st.data())
def test_no_figure_of_one_organisation_can_be_worked_out_or_closely_estimated(made, data):
    worth, sums = shown(made)
    told_of = sorted({who for cells in sums for _report, who, _quarter in cells})
    if told_of:
        knower, lead = st.sampled_from(told_of), st.sampled_from(["A", "B", None])
        assert not close_guesses(made, worth, sums, data.draw(knower), data.draw(lead))


def close_guesses(made, worth, sums, knower, lead):
    """What `knower` of its own, and a `lead` of its reports, could estimate of others."""
    of_lead = {report.report for report, _cells in made if report.lead == lead}
    known = {cell for cell in worth if cell[1] == knower or cell[0] in of_lead}
    left = [
        (cells - known, total - sum(worth[cell] for cell in cells & known))
        for cells, total in sums.items()
        if cells - known
    ]
    inside = frozenset().union(*(cells for cells, _total in left))
    return [
        own
        for who in sorted({cell[1] for cell in inside})
        for own in goals(inside, who)
        if most(left, own) < sum(worth[cell] for cell in own) * (1 + CLOSE)
    ]


@pytest.mark.parametrize("lead", ["A", "B"])
def test_nobody_is_told_together_with_a_lead_that_knows_all_others(lead):
    kind = dict.fromkeys("abcde", "small")
    made = [
        report_of(1, "A", {(who, "q1"): 100 for who in "abcd"}, kind),
        report_of(2, "B", {("e", "q1"): 100}, kind),
    ]
    worth, sums = shown(made)

    assert not close_guesses(made, worth, sums, "a", lead)


def test_quarters_and_kinds_are_not_told_where_one_less_the_other_is_one_organisation():
    kind = dict.fromkeys("abcde", "voluntary") | dict.fromkeys("fghij", "small")
    cells = {(who, "q1"): 100 for who in "abcdef"} | {(who, "q2"): 100 for who in "fghij"}
    made = [report_of(1, "A", cells, kind)]
    worth, sums = shown(made)

    (block,) = blocks([made[0][0]], year=2028)[0]
    assert (len(block.told_by_quarter), block.told_by_kind) == (2, {})
    # Small, less the second quarter, would be what "f" had in the first.
    assert not close_guesses(made, worth, sums, "a", None)


def test_a_block_is_not_told_by_kind_with_the_help_of_one_whose_sum_is_known():
    kind = dict.fromkeys("abcdeop", "voluntary") | dict.fromkeys("fghij", "small")
    made = [
        report_of(1, "A", {(who, "q1"): 100 for who in "fghijop"}, kind),
        report_of(2, "A", {(who, "q1"): 100 for who in "abcde"}, kind),
    ]
    worth, sums = shown(made)

    # Voluntary in both, less the second report, would be what "o" and "p" had.
    assert not any({cell[1] for cell in cells} == {"o", "p"} for cells in sums)
    found, _waiting = blocks([report for report, _cells in made], year=2028)
    assert [sorted(block.told_by_kind) for block in found] == [[], ["voluntary"]]


def goals(inside, who):
    """The figures of `who` that somebody might want: all, of each report, of each quarter."""
    own = frozenset(cell for cell in inside if cell[1] == who)
    found = {own}
    for place in (0, 2):
        found |= {frozenset(c for c in own if c[place] == key) for key in {c[place] for c in own}}
    return found - {frozenset()}


def test_the_search_finds_what_can_be_worked_out():
    sums = [(frozenset("abc"), 60), (frozenset("bc"), 50), (frozenset("cd"), 35)]

    assert most(sums, frozenset("a")) == 10
    assert most(sums, frozenset("b")) == 50
    assert most(sums, frozenset("bd")) == 85
    assert most([*sums, (frozenset("d"), 5)], frozenset("b")) == 20
    assert most(sums, frozenset("e")) is None
