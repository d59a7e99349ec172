"""The ledger as the lead, the commissioner and each subcontractor see it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.contracts.building import made_contract, named, person_of
from tests.factories import OfficerFactory, SupplierFactory, UserFactory
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db


def address(name, thing):
    return reverse(name, args=[thing.reference])


def body(client, user, url):
    sign_in(client, user)
    response = client.get(url)
    assert response.status_code == 200, (url, response.status_code)
    return response.content.decode()


def queries(client, url):
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as caught:
        assert client.get(url).status_code == 200
    return len(caught)


@pytest.fixture
def terms():
    return [
        named(SupplierFactory(name="Small Steps"), share_percent="12.50", volume=41),
        named(SupplierFactory(name="Other Hands"), share_percent="33.00", payment_days=14),
    ]


def test_lead_and_commissioner_see_every_promise(client, terms):
    contract = made_contract(terms, price="80000")

    for user, name in (
        (contract.person, "supplier:contract"),
        (contract.officers[0], "commissioner:contract"),
    ):
        page = body(client, user, address(name, contract))

        for words in ("Small Steps", "12.50%", "£10,000", "41 referrals", "Other Hands", "14 days"):
            assert words in page, (name, words)
        assert page.count("From the winning bid") == 2


def test_a_subcontractor_sees_its_own_line_and_nothing_else(client, terms):
    contract = made_contract(terms, price="80000")
    own, other = contract.subcontractors.all()
    user = person_of(own)

    page = body(client, user, address("supplier:subcontract", own))

    assert "12.50%" in page and contract.lead_name in page and contract.commissioner.name in page
    for hidden in ("Other Hands", "33%", "80,000", "14 days"):
        assert hidden not in page, hidden
    assert client.get(address("supplier:subcontract", other)).status_code == 404
    assert client.get(address("supplier:contract", contract)).status_code == 404
    listed = body(client, user, reverse("supplier:subcontract_list"))
    assert contract.lot.title in listed and "Other Hands" not in listed
    assert contract.lot.title not in body(client, user, reverse("supplier:contract_list"))


def test_strangers_and_other_officers_find_nothing(client, terms):
    contract = made_contract(terms)
    own = contract.subcontractors.first()
    stranger = person_of(made_contract(1).subcontractors.get())

    for user in (stranger, contract.person):
        sign_in(client, user)
        assert client.get(address("supplier:subcontract", own)).status_code == 404
    sign_in(client, stranger)
    assert client.get(address("supplier:contract", contract)).status_code == 404
    assert client.get(address("commissioner:contract", contract)).status_code in (403, 404)
    sign_in(client, OfficerFactory().user)
    assert client.get(address("commissioner:contract", contract)).status_code == 404
    sign_in(client, UserFactory())
    assert client.get(address("commissioner:contract", contract)).status_code == 403


def test_queries_do_not_grow_with_the_rows(client):
    one, three = made_contract(1), made_contract(3)
    counted = {}
    for contract in (one, three):
        sign_in(client, contract.person)
        counted.setdefault("lead", []).append(
            queries(client, address("supplier:contract", contract))
        )
        sign_in(client, contract.officers[0])
        url = address("commissioner:contract", contract)
        counted.setdefault("commissioner", []).append(queries(client, url))

    assert all(few == many for few, many in counted.values()), counted


def test_a_list_of_one_costs_what_a_list_of_three_costs(client):
    supplier = SupplierFactory()
    contract = made_contract([named(supplier)])
    user = person_of(contract.subcontractors.get())
    sign_in(client, user)
    url = reverse("supplier:subcontract_list")
    one = queries(client, url)
    for _each in range(2):
        made_contract([named(supplier)])

    assert queries(client, url) == one
