"""Small-number suppression: what is told is told in blocks of five organisations or more."""

import random
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from contracts.blocks import Block, Told, blocks
from contracts.disclosure import FEWEST, Amounts, may_be_told

BEGAN = datetime(2028, 2, 1, 12, tzinfo=ZoneInfo("Europe/London"))


def told(number, organisations, *, lead="Lead", on=None, **more):
    """A report about so many organisations of its own, or about those given by name.

    Each had the same, so that none stands out.
    """
    if isinstance(organisations, int):
        organisations = [f"{number}.{each}" for each in range(organisations)]
    return Told(
        report=number,
        contract=number,
        lead=lead,
        accepted_at=on or BEGAN + timedelta(days=number),
        amounts=dict.fromkeys(organisations, Amounts(Decimal(100))),
        **more,
    )


def formed(reports, year=2028):
    """The numbers of the reports in each block."""
    return [[each.report for each in block.reports] for block in blocks(reports, year=year)[0]]


@pytest.mark.parametrize(("organisations", "blocks_of"), [(4, []), (5, [[1]])])
def test_a_report_is_told_alone_from_five_organisations_on(organisations, blocks_of):
    assert formed([told(1, organisations)]) == blocks_of


def test_reports_of_a_lead_wait_until_they_tell_of_five_together():
    assert formed([told(1, 2), told(2, 2)]) == []
    assert formed([told(1, 2), told(2, 2), told(3, 1)]) == [[1, 2, 3]]


def test_one_organisation_in_many_contracts_is_one():
    same = ["a", "b"]

    assert formed([told(number, same) for number in range(1, 9)]) == []


def test_leads_do_not_wait_for_each_other():
    reports = [told(1, 4, lead="One"), told(2, 4, lead="Two")]

    assert formed(reports) == []


@pytest.mark.parametrize(
    ("sizes", "blocks_of"),
    [
        ([3, 3], []),  # without the one there are three, which it could work out
        ([4, 4], []),
        ([3, 3, 2], [[0, 1, 2]]),
        ([4, 4, 1], [[0, 1, 2]]),
        ([4, 1, 1], []),
    ],
)
def test_what_waits_at_a_new_year_is_pooled_if_five_are_left_without_any_lead(sizes, blocks_of):
    reports = [told(number, size, lead=f"Lead {number}") for number, size in enumerate(sizes)]

    assert formed(reports) == []
    assert formed(reports, year=2029) == blocks_of


def test_a_block_is_never_formed_anew_by_what_comes_later():
    random.seed(5)
    for _ in range(20):
        reports = [
            told(number, random.randint(0, 4), lead=random.choice("abcdef"), on=at(number))
            for number in range(60)
        ]
        over_time = [
            formed(reports[: count + 1], year=reports[count].accepted_at.year)
            for count in range(60)
        ]

        assert any(len({reports[each].lead for each in block}) > 1 for block in over_time[-1])
        for earlier, later in pairwise(over_time):
            assert later[: len(earlier)] == earlier


def at(number):
    return BEGAN + timedelta(days=20 * number)


def test_whatever_is_taken_from_whatever_five_are_left():
    random.seed(7)
    for _ in range(50):
        reports = [
            told(number, random.randint(0, 7), lead=random.choice("abcdef"), on=at(number))
            for number in range(40)
        ]
        found, waiting = blocks(reports, year=2040)
        every = [each.report for block in found for each in block.reports]

        assert len(every) == len(set(every))
        assert sorted(every + [each.report for each in waiting]) == list(range(40))
        for block in found:
            assert len(block.organisations) >= FEWEST
            assert may_be_told(block.by_lead)


def kinds(**counts):
    """Parts by kind, of so many organisations each."""
    return tuple(
        (kind, {f"{kind}{each}": Amounts(Decimal(100)) for each in range(count)})
        for kind, count in counts.items()
    )


@pytest.mark.parametrize(("small", "is_told"), [(4, False), (5, True)])
def test_a_block_is_told_by_kind_only_where_each_kind_has_five(small, is_told):
    block = Block([told(1, 12, by_kind=kinds(voluntary=7, small=small))], "Lead")

    paid = {kind: part.paid for kind, part in block.told_by_kind.items()}
    assert paid == ({"voluntary": Decimal(700), "small": Decimal(500)} if is_told else {})


def test_parts_of_several_reports_are_told_together():
    reports = [told(each, 8, by_kind=kinds(voluntary=7, small=each)) for each in (1, 5)]

    assert {key: part.paid for key, part in Block(reports, "Lead").told_by_kind.items()} == {
        "voluntary": Decimal(1400),
        "small": Decimal(600),
    }
