"""The public register of contracts: what stands in it, and what does not."""

import csv
from datetime import timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate

from contracts.models import Contract, KeySubcontractor, LedgerEntry, Modification
from contracts.selectors.register import chain_of, for_rows, standing_lines
from contracts.sheets import cell
from framework_portal import clock
from framework_portal.freshness import now_and_edition
from tests.contracts.building import made_contract, named, signed_contract
from tests.factories import SupplierFactory, UserFactory, qualify

pytestmark = pytest.mark.django_db
LIST = "/contracts/"
FILE = "/contracts/register.csv"


@pytest.fixture
def history(db):
    call_command("load_reference", stdout=StringIO())
    call_command("load_day_one", stdout=StringIO())


def of(contract):
    return reverse("public:contract", args=[contract.reference])


def text(client, url, status=200, **query):
    response = client.get(url, query)
    assert response.status_code == status
    return response.content.decode()


def lines_of_the_file(client, **query):
    response = client.get(FILE, query)
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert 'filename="contracts.csv"' in response["Content-Disposition"]
    return list(csv.DictReader(StringIO(response.content.decode("utf-8-sig"))))


# --- The list and its file -------------------------------------------------------------------


def test_the_first_day_stands_in_it_with_its_chains_and_those_that_name_nobody(client, history):
    assert "<strong>110 contracts</strong>" in text(client, LIST)
    assert "<strong>25 contracts</strong>" in text(client, LIST, chain="none")
    assert "<strong>85 contracts</strong>" in text(client, LIST, chain="named")
    assert "No subcontractor named" in text(client, LIST, chain="none")
    page = text(client, LIST, subcontractor="the bridge (east", lead="nacro")
    assert "<strong>1 contract</strong>" in page
    assert "Accommodation: East Midlands" in page
    assert "Shelter, The Bridge (East Midlands)" in page


def test_every_filter_narrows_and_nonsense_does_not(client, history):
    contract = signed_contract()

    def count(**query):
        return len({line["Contract"] for line in lines_of_the_file(client, **query)})

    assert count() == 111
    assert count(year="2021") == 110
    assert count(year=str(contract.starts_on.year)) == 1
    assert count(year="1066") == 111
    assert (
        count(category="accommodation")
        == Contract.objects.filter(is_history=True, lot__categories__slug="accommodation").count()
    )
    assert 0 < count(region="east-midlands") < 110
    assert 0 < count(police_area="kent") < 110
    assert count(lead="nobody of this name") == 0
    assert "No contract matches these filters" in text(client, LIST, lead="nobody of this name")


def test_a_contract_stands_in_it_from_its_signature_on(client):
    contract = made_contract()

    assert contract.lead_name not in text(client, LIST)
    assert text(client, of(contract), status=404)
    assert lines_of_the_file(client) == []
    link = reverse("public:lot_contract", args=[contract.lot.reference])
    assert "No contract is in the register yet" in text(client, link)

    signed = signed_contract()
    assert signed.lead_name in text(client, LIST)
    link = reverse("public:lot_contract", args=[signed.lot.reference])
    assert client.get(link)["Location"] == of(signed)


def test_the_file_has_a_row_for_each_named_and_one_where_nobody_is(client):
    alone = signed_contract(0)
    contract = signed_contract([named(role="=cmd()"), named(share_percent="7.5")])

    rows = lines_of_the_file(client)

    mine = [row for row in rows if row["Contract"] == str(contract.reference)]
    assert [(row["Its role"], row["Its share promised, in per cent"]) for row in mine] == [
        ("'=cmd()", "20.00"),
        ("Peer mentoring", "7.50"),
    ]
    (lonely,) = [row for row in rows if row["Contract"] == str(alone.reference)]
    assert (lonely["Named subcontractor"], lonely["No longer named"]) == ("", "")


@pytest.mark.parametrize(
    ("value", "written"),
    [("@x", "'@x"), ("+1", "'+1"), (Decimal("-1"), Decimal("-1")), (None, ""), ("plain", "plain")],
)
def test_a_cell_is_never_a_formula(value, written):
    assert cell(value) == written


def test_a_second_reader_gets_the_file_with_its_name_too(client):
    signed_contract()

    for _ in range(2):
        assert lines_of_the_file(client)


# --- One contract ----------------------------------------------------------------------------


def test_a_contract_tells_its_chain_and_keeps_pounds_and_volumes_to_itself(client):
    small = SupplierFactory(name="Small Steps")
    contract = signed_contract(
        [named(small, share_percent="12.50", volume_per_quarter=4711, payment_days=13)],
        price="80000",
    )
    qualify(small, contract.lot)

    page = text(client, of(contract))

    for words in (contract.lead_name, "Small Steps", "Peer mentoring", "12.50%", "£80,000"):
        assert words in page
    assert reverse("public:supplier", args=[small.reference]) in page
    for secret in ("4711", "10,000", "13 days"):
        assert secret not in page + client.get(FILE).content.decode()


def test_who_left_is_still_told_and_is_no_longer_in_the_chain(client, history):
    contract = Contract.objects.get(lot__outside_reference="PRJ_5549")
    line = contract.subcontractors.get(name="Shelter")
    LedgerEntry.objects.create(
        subcontractor=line, number=2, basis="history", is_end=True, made_at=timezone.now()
    )

    page = text(client, of(contract))

    assert "No longer in the chain" in page
    assert "Shelter" in page.split("No longer in the chain")[1]
    assert "Shelter" not in page.split("No longer in the chain")[0].split('id="chain"')[1]


def test_who_leaves_later_is_in_the_chain_until_then(client, history):
    contract = Contract.objects.get(lot__outside_reference="PRJ_5549")
    line = contract.subcontractors.get(name="Shelter")
    today = localdate(clock.now())
    entry = {"subcontractor": line, "basis": "history", "made_at": timezone.now()}
    LedgerEntry.objects.create(
        number=2, is_end=True, in_force_from=today + timedelta(days=1), **entry
    )

    def standing_now():
        chain = chain_of(contract, at=clock.now())
        return {
            "page": [row["is_end"] for row in chain if row["name"] == "Shelter"] == [False],
            "list": standing_lines().filter(pk=line.pk).exists(),
            "row": line.name in for_rows(only, at=clock.now()).get().subcontractor_names,
            "file": [
                row["No longer named"]
                for row in lines_of_the_file(
                    client, year="2021", number=LedgerEntry.objects.count()
                )
                if (row["Contract"], row["Named subcontractor"])
                == (str(contract.reference), "Shelter")
            ]
            == ["No"],
        }

    only = Contract.objects.filter(pk=contract.pk)
    assert set(standing_now().values()) == {True}
    LedgerEntry.objects.create(number=3, is_end=True, in_force_from=today, **entry)
    assert set(standing_now().values()) == {False}


def test_modifications_move_end_and_value(client):
    contract = signed_contract(price="80000")
    modify(contract, ends_on=contract.ends_on + timedelta(days=365), value=Decimal("95000"))

    page = text(client, of(contract))

    assert "£95,000" in page
    assert "A year more" in page
    assert "because of this person" not in page


def modify(contract, **terms):
    return Modification.objects.create(
        contract=contract,
        number=1,
        what="A year more",
        reasons="because of this person",
        agreed_on=contract.starts_on,
        recorded_at=timezone.now(),
        recorded_by=contract.officers[0],
        **terms,
    )


def test_lot_award_lead_and_supplier_lead_to_it(client):
    contract = signed_contract()
    lead = contract.supplier

    to_contract = reverse("public:lot_contract", args=[contract.lot.reference])
    assert to_contract in text(client, reverse("public:lot", args=[contract.lot.reference]))
    assert to_contract in text(client, "/awards/")
    to_contracts = reverse("public:supplier_contracts", args=[lead.reference])
    assert to_contracts in text(client, reverse("public:supplier", args=[lead.reference]))
    assert of(contract) in text(client, to_contracts)


def test_a_subcontractor_has_its_contracts_and_a_stranger_none(client):
    contract = signed_contract()
    named_there = contract.subcontractors.first().supplier

    page = text(client, reverse("public:supplier_contracts", args=[named_there.reference]))
    assert of(contract) in page
    text(client, reverse("public:supplier_contracts", args=[SupplierFactory().reference]), 404)


# --- What it costs, and when it is fetched anew ----------------------------------------------


@pytest.mark.parametrize("path", [LIST, FILE, "/contracts/?subcontractor=a&chain=named"])
def test_the_register_costs_the_same_for_one_contract_or_three(client, path):
    counts = []
    for number in (1, 3):
        while Contract.objects.count() < number:
            signed_contract(number)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path, headers={"Cache-Control": str(number)}).status_code == 200
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 9


@pytest.mark.parametrize("subcontractors", [1, 3])
def test_a_contract_costs_the_same_for_one_line_or_three(
    client, subcontractors, django_assert_num_queries
):
    contract = signed_contract(subcontractors)

    # time and edition, contract, chain, three of accepted reports, options, modifications
    with django_assert_num_queries(8):
        client.get(of(contract))


def edition():
    return now_and_edition()[1]


def new_transaction():
    """What a commit does to the mark that counts once in a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('portal.public_change', '', false)")


def changes(act):
    new_transaction()
    before = edition()
    act()
    return edition() != before


def test_what_is_public_counts_as_a_change_and_what_is_not_does_not(history):
    draft, contract = made_contract(), signed_contract()
    line = KeySubcontractor.objects.filter(contract__is_history=True).first()

    def entry(number, **terms):
        LedgerEntry.objects.create(
            subcontractor=line, number=number, basis="history", made_at=timezone.now(), **terms
        )

    def draft_terms():
        Contract.objects.filter(pk=draft.pk).update(drift_limit_percent=3, legal_power="An Act")

    def ending():
        Contract.objects.filter(pk=contract.pk).update(
            state="terminated",
            terminated_on=timezone.now().date(),
            terminated_at=timezone.now(),
            terminated_by=UserFactory(),
        )

    assert not changes(draft_terms)
    assert not changes(lambda: entry(2, volume_per_quarter=1, share_pounds=1, payment_days=3))
    assert changes(lambda: entry(3, share_percent=Decimal("1")))
    assert changes(lambda: entry(4, share_percent=Decimal("1"), role="Advice"))
    assert changes(lambda: modify(contract, value=1))
    assert changes(ending)


def test_signing_counts_as_a_change():
    contract = made_contract()

    def sign():
        Contract.objects.filter(pk=contract.pk).update(
            state="signed",
            signed_on=contract.starts_on,
            signed_at=timezone.now(),
            signed_by=contract.officers[0],
        )

    assert changes(sign)
    assert KeySubcontractor.objects.count() == 2
