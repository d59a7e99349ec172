"""Promise and delivery as everybody may read them: of accepted reports, and of five or more."""

import csv
from datetime import UTC, datetime
from decimal import Decimal
from io import StringIO

import pytest
from django.urls import reverse

from contracts.models import SupplyChainReport
from contracts.selectors.delivery import Delivery, reports_of
from contracts.views.public.delivery import quarter_chart, share
from tests.contracts.building import named, signed_contract
from tests.contracts.reporting import accepted_report, confirmed_line, quarters_of
from tests.contracts.test_register import changes, of, text
from tests.factories import SupplierFactory

pytestmark = pytest.mark.django_db
PAGE = "/contracts/delivery/"
AT = datetime(2028, 8, 1, tzinfo=UTC)
LATER = datetime(2029, 1, 1, tzinfo=UTC)


def chain(count, **terms):
    return [named(SupplierFactory(is_voluntary=True), **terms) for _ in range(count)]


def test_figures_are_told_of_five_organisations_and_of_four_they_are_not(client):
    few = signed_contract(chain(4))
    accepted_report(few, "777")

    page = text(client, PAGE)
    assert "they would tell of single organisations" in page
    assert "Not shown: it would tell of single organisations" in page
    for secret in ("777", "3,108", "12,432", "12.4"):
        assert secret not in page
        assert secret not in client.get("/contracts/delivery.csv").content.decode()
    assert "Told with others only" in text(client, of(few))

    enough = signed_contract(chain(5, share_percent="10"))
    accepted_report(enough, "1000")
    page = text(client, PAGE)
    # 5 × 10% promised; 5 × £4,000 of £100,000 delivered.
    assert "50.0%" in page
    assert "20.0%" in page
    assert "12.4" not in page
    assert "1 more is accepted and waits to be told together with others" in page
    assert "50.0%" in text(client, of(enough))


def test_figures_of_five_are_withheld_where_one_had_nearly_all(client):
    contract = signed_contract(chain(5))
    accepted_report(contract, ["7777", "300", "20", "20", "20"])

    page = text(client, PAGE)
    assert "they would tell of single organisations" in page
    assert "Told with others only" in text(client, of(contract))
    for secret in ("7,777", "8,137", "32,548", "32.5"):
        assert secret not in page
        assert secret not in client.get("/contracts/delivery.csv").content.decode()
        assert secret not in text(client, of(contract))

    even = signed_contract(chain(5))
    accepted_report(even, "1000")
    assert "20.0%" in text(client, PAGE)
    assert Delivery(at=LATER).totals.reports == 1


def test_the_one_that_had_nearly_all_is_told_with_its_leads_others():
    giant = signed_contract(chain(5))
    accepted_report(giant, ["7777", "300", "20", "20", "20"])
    more = signed_contract(chain(3), lead=giant.supplier)
    accepted_report(more, "1000")

    told = Delivery(at=AT)

    assert (told.totals.reports, told.totals.organisations) == (2, 8)
    assert [len(block.reports) for block in told.blocks] == [2]


def test_what_is_not_accepted_is_not_told(client):
    contract = signed_contract(chain(5))
    for quarter in quarters_of(contract):
        for line in contract.subcontractors.all():
            confirmed_line(quarter, line, "1000", by=contract.person)
    SupplyChainReport.objects.create(
        contract=contract,
        year=1,
        starts_on=contract.starts_on,
        ends_on=contract.ends_on,
        due_on=contract.ends_on,
    )

    page = text(client, PAGE)

    assert "No supply chain report has been accepted yet" in page
    assert "Promise and delivery" not in text(client, of(contract))


def test_the_lead_with_few_is_not_told_and_cannot_be_worked_out():
    accepted_report(signed_contract(chain(5, share_percent="8")), "1000")
    few = signed_contract(chain(3))
    accepted_report(few, "555")

    told = Delivery(at=LATER)

    assert told.totals.paid == Decimal(20000)  # and not what the few had beside it
    assert {row.name: bool(row.figures) for row in told.by_lead}[few.lead_name] is False
    assert len(told.waiting) == 1
    assert reports_of(few)[0][1] is None


def test_leads_with_few_are_told_together_at_the_new_year():
    for _ in range(3):
        accepted_report(signed_contract(chain(3, share_percent="10")), "500")

    assert Delivery(at=AT).totals is None
    told = Delivery(at=LATER)
    assert (told.totals.reports, told.totals.organisations) == (3, 9)
    assert told.totals.promised_share == Decimal("30.0")
    assert told.totals.delivered_share == Decimal("6.0")
    assert all(row.figures is None for row in told.by_lead)


def test_quarters_and_money_come_from_the_same_lines():
    contract = signed_contract(
        [
            *chain(5, share_percent="8"),
            *(named(SupplierFactory(size="small", is_voluntary=False)) for _ in range(5)),
        ]
    )
    accepted_report(contract, "1000")

    told = Delivery(at=AT)

    assert [day.isoformat() for day, *_ in told.by_quarter] == [
        "2027-04-01",
        "2027-07-01",
        "2027-10-01",
        "2028-01-01",
    ]
    # 5 × 8% and 5 × 20% promised; 10 × £1,000 of £25,000 delivered in each quarter.
    assert {
        shares for _day, *shares in map(tuple, told.by_quarter) for shares in [tuple(shares)]
    } == {(Decimal("140.0"), Decimal("40.0"))}
    assert [(key, pounds, part) for key, _words, pounds, part in told.money] == [
        ("lead", Decimal(60000), Decimal("60.0")),
        ("voluntary", Decimal(20000), Decimal("20.0")),
        ("small", Decimal(20000), Decimal("20.0")),
        ("other", Decimal(0), Decimal("0.0")),
    ]


def test_a_quarter_tells_of_the_promise_that_ran_in_it():
    joiner = named(SupplierFactory(is_voluntary=True), share_percent="10", starts_on="2028-01-01")
    contract = signed_contract([*chain(5, share_percent="8"), joiner])
    accepted_report(contract, "1000")

    shares = [promised for _day, promised, _paid in Delivery(at=AT).by_quarter]

    assert shares == [Decimal("40.0")] * 3 + [Decimal("50.0")]


def test_a_quarter_that_one_did_not_confirm_keeps_its_promise_with_its_income():
    contract = signed_contract(chain(6, share_percent="8"))
    accepted_report(contract, "1000", unconfirmed=1)

    shares = [tuple(told) for _day, *told in Delivery(at=AT).by_quarter]

    # 6 × 8% promised in each; in the first 5 × £1,000 of £25,000 are confirmed.
    assert shares == [(Decimal("48.0"), Decimal("20.0"))] + [(Decimal("48.0"), Decimal("24.0"))] * 3


def test_money_is_not_split_where_one_kind_is_few():
    alone = named(SupplierFactory(size="small", is_voluntary=False))
    accepted_report(signed_contract([*chain(5), alone]), "1000")

    told = Delivery(at=AT)

    assert told.totals.organisations == 6
    assert told.money == []
    assert told.by_quarter


def test_a_chain_to_which_nothing_flowed_is_told(client):
    accepted_report(signed_contract(chain(5, share_percent="10")), "0")

    page = text(client, PAGE)

    assert "50.0%" in page
    assert "0.0%" in page


def test_acceptance_counts_as_a_public_change():
    contract = signed_contract(chain(5))

    assert changes(lambda: accepted_report(contract))


def test_the_file_says_what_the_page_says(client):
    contract = signed_contract(chain(5, share_percent="10"))
    accepted_report(contract)
    few = signed_contract(chain(2))
    accepted_report(few)

    rows = list(
        csv.DictReader(StringIO(client.get("/contracts/delivery.csv").content.decode("utf-8-sig")))
    )

    told = {row["Lead"]: row["Share promised, in per cent"] for row in rows}
    assert told == {"All leads": "50.0", contract.lead_name: "50.0", few.lead_name: ""}


@pytest.mark.parametrize("path", [PAGE, "/contracts/delivery.csv"])
def test_it_costs_the_same_for_one_report_or_three(client, path, django_assert_num_queries):
    for count in (1, 3):
        while SupplyChainReport.objects.count() < count:
            accepted_report(signed_contract(chain(5)))
        # Time and edition, reports, rows, lines, and the ledger's subcontractors and entries.
        with django_assert_num_queries(6):
            client.get(path, {"any": count})


def test_no_filter_changes_what_is_summed(client):
    contract = signed_contract(chain(5, share_percent="10"))
    accepted_report(contract)

    one = client.get(PAGE, {"lead": contract.lead_name, "year": "2027"})

    assert one.context["delivery"].totals == client.get(PAGE).context["delivery"].totals
    assert "?" not in "".join(
        part.split('"')[0] for part in one.content.decode().split('href="/contracts/delivery')[1:]
    )


def test_words_of_charts():
    assert share(Decimal("20.0")) == "20%"
    assert quarter_chart([]) is None
    assert reverse("public:delivery") == PAGE
