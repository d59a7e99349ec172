"""What is promised of a year's income: by quarter, by day, and once."""

from datetime import date
from decimal import Decimal

import pytest

from contracts.models import LedgerEntry
from contracts.selectors.annual import year_of_report
from contracts.selectors.promises import Promise
from tests.contracts.building import named
from tests.contracts.quarters import report_of, running, sent

# The quarters of a contract's first year.
QUARTERS = [date(2027, 4, 1), date(2027, 7, 1), date(2027, 10, 1), date(2028, 1, 1)]
EVEN = dict.fromkeys(QUARTERS, Decimal(25000))


def promise(*entries):
    """Of a contract from 1 April 2027; each entry is (share, first day or None, whether an end)."""
    held = [
        LedgerEntry(share_percent=share and Decimal(share), in_force_from=begins, is_end=is_end)
        for share, begins, is_end in entries
    ]
    return Promise(None, held, QUARTERS[0])


def test_a_switch_within_the_year_promises_its_share_once():
    leaver = promise(("20", None, False), ("20", date(2027, 7, 1), True))
    newcomer = promise(("20", date(2027, 7, 1), False))

    assert (leaver.share_of(EVEN), newcomer.share_of(EVEN)) == (Decimal(5), Decimal(15))


def test_a_cut_leaves_the_quarters_before_it_as_they_were():
    cut = promise(("30", None, False), ("10", date(2027, 10, 1), False))

    assert [cut.share_in(day) for day in QUARTERS] == [30, 30, 10, 10]
    assert cut.share_of(EVEN) == Decimal(20)


def test_quarters_weigh_as_their_income_and_the_same_before_there_is_any():
    joiner = promise(("20", date(2028, 1, 1), False))
    incomes = dict(zip(QUARTERS, map(Decimal, (0, 0, 30000, 10000)), strict=True))

    assert joiner.share_of(incomes) == joiner.share_of(dict.fromkeys(QUARTERS, Decimal(0))) == 5


def test_a_quarter_is_promised_by_its_days():
    # 46 of the 92 days from 1 July.
    changed = promise(("30", None, False), ("10", date(2027, 8, 16), False))
    ended = promise(("30", None, False), ("30", date(2027, 8, 16), True))

    assert changed.share_in(QUARTERS[1]) == Decimal(20)
    assert (ended.share_in(QUARTERS[1]), ended.share_in(QUARTERS[2])) == (Decimal(15), None)


def test_a_contract_that_begins_within_a_quarter_promises_the_whole_of_what_it_earns():
    begun = promise(("20", None, False))
    begun.begins_on = date(2027, 5, 20)

    assert begun.share_in(QUARTERS[0]) == Decimal(20)


def test_nothing_is_promised_where_the_ledger_names_no_share():
    assert promise((None, None, False)).share_of(EVEN) is None


@pytest.mark.django_db
def test_the_report_tells_what_was_promised_of_the_year():
    contract = running(
        [named(share_percent="20"), named(share_percent="20", starts_on="2027-07-01")]
    )
    for number in range(1, 5):
        sent(contract, number)

    rows = year_of_report(report_of(contract)).rows

    assert [row.promised_share for row in rows] == [Decimal(20), Decimal(15)]
