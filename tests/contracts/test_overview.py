"""Patterns across a commissioner's contracts, each found and none where there is none."""

import csv
from decimal import Decimal
from io import StringIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contracts.actions.answering import dispute_line, settle_dispute
from contracts.models import Contract, KeySubcontractor
from contracts.selectors.overview import dependence, same_teams
from contracts.selectors.use import drifting, never_used
from contracts.states import Ruling
from tests.contracts.building import made_contract, named, person_of, signed_contract
from tests.contracts.quarters import AFTER, NOTHING, figures, line_of, running, sent
from tests.contracts.reporting import confirmed_line, quarters_of
from tests.factories import CommissionerFactory, OpenLotFactory, SupplierFactory, UserFactory
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
PAGE = "/commissioner/supply-chains/"
FILE = "/commissioner/supply-chains/table.csv"


@pytest.fixture
def body(db):
    return CommissionerFactory()


def signed(body, chain=2, **options):
    return signed_contract(chain, lot=OpenLotFactory(competition__commissioner=body), **options)


def told(contract, *pounds, quarters=1, income="25000"):
    """Quarters in which the subcontractors, in order, had so much each."""
    for quarter in quarters_of(contract, quarters=quarters, income=income):
        for line, each in zip(contract.subcontractors.order_by("position"), pounds, strict=True):
            referrals = 5 if Decimal(each) else 0
            confirmed_line(quarter, line, each, referrals=referrals, by=contract.person)


# --- The same team in every lot --------------------------------------------------------------


def test_the_same_team_in_every_lot_of_a_lead(body):
    lead, one, two = SupplierFactory(name="Westgate"), *SupplierFactory.create_batch(2)
    team = [named(one), named(two)]
    contract = signed(body, team, lead=lead)
    signed(body, team, lead=lead)
    signed(body)  # another lead's, of one lot

    (found,) = same_teams(contract.officers[0])

    assert (found.lead, found.contracts, found.others) == ("Westgate", 2, 0)
    assert found.everywhere == sorted([one.name, two.name])
    assert found.is_whole


def test_who_is_named_everywhere_among_others_and_who_is_not(body):
    lead, always = SupplierFactory(), SupplierFactory(name="Always There")
    contract = signed(body, [named(always), named()], lead=lead)
    signed(body, [named(always), named()], lead=lead)

    (found,) = same_teams(contract.officers[0])
    assert (found.everywhere, found.others, found.is_whole) == (["Always There"], 2, False)

    signed(body, [named()], lead=lead)
    assert same_teams(contract.officers[0]) == []


# --- Named and never used --------------------------------------------------------------------


def test_named_and_never_used(body):
    contract = signed(body)
    idle, busy = contract.subcontractors.order_by("position")
    told(contract, "0", "100", quarters=3)

    (found,) = never_used(contract.officers[0])

    assert (found.subcontractor, found.contract) == (idle.name, contract.reference)
    assert (found.promised, found.quarters) == (Decimal("20.00"), 3)


def test_before_anything_is_told_and_before_its_start_nobody_is_unused(body):
    late = named(starts_on="2027-08-01")
    contract, later = signed(body), signed(body, [late])
    told(later, "0", quarters=1)

    assert never_used(contract.officers[0]) == []


# --- Behind the promise ----------------------------------------------------------------------


@pytest.mark.parametrize(("paid", "is_behind"), [("4000", False), ("3999.99", True)])
def test_a_share_behind_the_promise_by_more_than_the_limit(body, paid, is_behind):
    contract = signed(body, [named(share_percent="20")])  # its limit is 20% of the promise
    told(contract, paid)

    found = drifting(contract.officers[0])

    assert bool(found) is is_behind
    if found:
        assert (found[0].delivered, found[0].behind) == (Decimal("16.0"), Decimal("20.0"))
        assert (found[0].promised, found[0].limit) == (Decimal("20.00"), Decimal("20.00"))


def test_who_joined_within_the_year_is_compared_from_then_on(body):
    late = named(share_percent="20", starts_on="2027-10-01")
    contract = signed(body, [late])
    for number, quarter in enumerate(quarters_of(contract, quarters=3), start=1):
        pounds = "5000" if number == 3 else "0"  # 20% of £25,000
        confirmed_line(quarter, contract.subcontractors.get(), pounds, by=contract.person)

    assert drifting(contract.officers[0]) == []


# --- In dispute ------------------------------------------------------------------------------


def disputed(contract, number, own=NOTHING):
    line = line_of(contract, number)
    someone = person_of(line.subcontractor)
    dispute_line(line=line, number=1, figures=own, words="No", by=someone, at=AFTER[number - 1])
    return line


@pytest.mark.parametrize("stated", [NOTHING, figures()])
def test_what_is_disputed_counts_neither_as_use_nor_as_none(stated):
    contract = running([named(share_percent="20")])
    officer = contract.officers[0]
    sent(contract, lines=[stated])
    line = disputed(contract, 1, own=figures(12))

    # The only quarter is in dispute: nothing is known.
    assert (drifting(officer), never_used(officer)) == ([], [])

    sent(contract, 2, lines=[NOTHING])
    (unused,), (drift,) = never_used(officer), drifting(officer)
    assert (unused.quarters, unused.disputed) == (1, 1)
    assert (drift.disputed, drift.paid, drift.income) == (1, Decimal(0), Decimal(25000))

    settle_dispute(
        line=line, number=1, ruling=Ruling.SUBCONTRACTOR, words="So", by=officer, at=AFTER[1]
    )
    assert never_used(officer) == []
    assert [(row.disputed, row.paid) for row in drifting(officer)] == [(0, Decimal(5000))]


def test_the_tables_say_how_many_quarters_are_in_dispute(client):
    contract = running([named(share_percent="20")])
    sent(contract)
    disputed(contract, 1)
    sent(contract, 2, lines=[NOTHING])
    sign_in(client, contract.officers[0])

    assert "1 more in dispute" in client.get(PAGE).content.decode()
    drift = client.get(PAGE, {"show": "drift"}).content.decode()
    assert "1 quarter in dispute left out" in drift
    for show in ("unused", "drift"):
        (row,) = csv.DictReader(
            StringIO(client.get(FILE, {"show": show}).content.decode("utf-8-sig"))
        )
        assert row["Quarters in dispute"] == "1"


def test_disputed_money_is_nobodys(body):
    contract = running([named(SupplierFactory(size="micro"), share_percent="20")])
    sent(contract)
    (before,) = dependence(contract.officers[0])
    disputed(contract, 1)
    (after,) = dependence(contract.officers[0])

    assert (before.leads[0][2], after.leads[0][2]) == (Decimal(5000), Decimal(0))


# --- Who hangs on whom -----------------------------------------------------------------------


def test_how_many_leads_a_small_body_hangs_on(body):
    hanging, standing, big = (
        SupplierFactory(name="Small Steps", size="micro", is_voluntary=True),
        SupplierFactory(name="Two Feet", size="small"),
        SupplierFactory(name="Big Firm", size="large", is_voluntary=False),
    )
    contract = signed(body, [named(hanging), named(standing), named(big)])
    other = signed(body, [named(standing)])
    told(contract, "1000", "300", "5000")
    told(other, "700")

    found = dependence(contract.officers[0])

    assert [(each.name, len(each.leads), each.contracts, each.most) for each in found] == [
        ("Small Steps", 1, 1, Decimal("100.0")),
        ("Two Feet", 2, 2, Decimal("70.0")),
    ]
    assert found[1].leads[0][0] == other.supplier.name
    # A filter leaves rows out, and changes none of them.
    assert dependence(contract.officers[0], lead=contract.supplier.name) == found
    assert dependence(contract.officers[0], subcontractor="feet") == found[1:]


# --- Whose it is, and what it costs ----------------------------------------------------------


def test_it_is_of_the_contracts_one_runs_and_of_signed_ones(body, client):
    mine, unsigned = (
        signed(body),
        made_contract(lot=OpenLotFactory(competition__commissioner=body)),
    )
    foreign = signed_contract()
    told(mine, "0", "0")
    told(foreign, "0", "0")
    sign_in(client, mine.officers[0])

    for show in ("unused", "drift", "team", "dependence"):
        page = client.get(PAGE, {"show": show}).content.decode()
        for line in KeySubcontractor.objects.filter(contract__in=[foreign, unsigned]):
            assert line.name not in page
            assert line.name not in client.get(FILE, {"show": show}).content.decode()
    assert mine.subcontractors.first().name in client.get(PAGE).content.decode()

    for stranger in (UserFactory(), mine.person):
        sign_in(client, stranger)
        assert client.get(PAGE).status_code == 403
        assert client.get(FILE).status_code == 403


def test_the_file_says_what_the_table_says(body, client):
    contract = signed(body)
    told(contract, "0", "0")
    sign_in(client, contract.officers[0])
    first = contract.subcontractors.order_by("position").first()

    answer = client.get(FILE, {"show": "unused", "subcontractor": first.name})

    rows = list(csv.DictReader(StringIO(answer.content.decode("utf-8-sig"))))
    assert [(row["Subcontractor"], row["Contract"]) for row in rows] == [
        (first.name, str(contract.reference))
    ]


@pytest.mark.parametrize("show", ["unused", "drift", "team", "dependence"])
def test_it_costs_the_same_for_one_contract_or_three(body, client, show):
    counts, lead, small = [], SupplierFactory(), SupplierFactory(size="small")
    for number in (1, 3):
        while Contract.objects.count() < number:
            contract = signed(body, [named(small), named()], lead=lead)
            told(contract, "0", "10")
        sign_in(client, contract.officers[0])
        client.get(PAGE, {"show": show})
        with CaptureQueriesContext(connection) as queries:
            assert client.get(PAGE, {"show": show}).status_code == 200
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 12
