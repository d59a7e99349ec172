"""The one file that names every public page."""

from xml.etree import ElementTree

import pytest
from django.test import Client
from django.urls import reverse

from contracts.models import SupplyChainReport
from contracts.views.public import sitemap
from tests.contracts.building import made_contract, signed_contract
from tests.contracts.reporting import accepted_report
from tests.factories import LotFactory, OpenLotFactory

pytestmark = pytest.mark.django_db


def addresses(client):
    response = client.get("/sitemap.xml")
    assert response["Content-Type"].startswith("application/xml")
    return [node.text for node in ElementTree.fromstring(response.content).iter() if node.text]  # noqa: S314


def test_it_names_public_competitions_contracts_and_reports_and_nothing_else(client, settings):
    shown, draft = OpenLotFactory().competition, LotFactory().competition
    unsigned, signed = made_contract(1), signed_contract(1)
    report = accepted_report(signed)
    unpublished = SupplyChainReport.objects.create(
        contract=signed,
        year=2,
        starts_on=report.starts_on,
        ends_on=report.ends_on,
        due_on=report.due_on,
    )

    found = addresses(client)

    for name, thing in (("competition", shown), ("contract", signed), ("chain_report", report)):
        assert settings.PORTAL_ADDRESS + reverse(f"public:{name}", args=[thing.reference]) in found
    for hidden in (draft, unsigned, unpublished):
        assert not any(str(hidden.reference) in address for address in found)


def test_every_address_in_it_is_there_for_everybody(client, settings):
    accepted_report(signed_contract(1))

    for address in addresses(client):
        assert Client().get(address.removeprefix(settings.PORTAL_ADDRESS)).status_code == 200


def test_it_keeps_to_the_number_of_addresses_that_the_standard_allows(client, monkeypatch):
    monkeypatch.setattr(sitemap, "MOST", len(sitemap.PAGES) + 1)
    for _ in range(2):
        signed_contract(1)

    assert len([each for each in addresses(client) if each.strip()]) == len(sitemap.PAGES) + 1


@pytest.mark.parametrize("count", [1, 3])
def test_it_costs_the_same_for_one_contract_or_three(client, count, django_assert_num_queries):
    for _ in range(count):
        signed_contract(1)

    with django_assert_num_queries(4):  # the edition; competitions, contracts and reports
        addresses(client)


def test_the_register_and_a_contract_lead_to_the_numbers_of_confidential_reports(client):
    contract = signed_contract(1)
    numbers = f'href="{reverse("public:supply_chain_reports_figures")}"'

    for page in (
        reverse("public:contract_list"),
        reverse("public:contract", args=[contract.reference]),
    ):
        assert numbers in client.get(page).content.decode()
