"""The register and its charts in Chromium: accessible, within a phone's width, told in words."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse

from contracts.models import Contract
from tests.contracts.building import made_contract, named, signed_contract
from tests.contracts.reporting import accepted_report
from tests.factories import SupplierFactory

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = {"width": 320, "height": 640}


@pytest.fixture
def addresses(db):
    """Every public page of the register, with something on it."""
    call_command("load_reference", stdout=StringIO())
    call_command("load_day_one", stdout=StringIO())
    chain = [
        *(named(SupplierFactory(is_voluntary=True), share_percent="8") for _ in range(5)),
        *(named(SupplierFactory(size="small", is_voluntary=False)) for _ in range(5)),
    ]
    told, unsigned = signed_contract(chain), made_contract()
    accepted_report(told)
    past = Contract.objects.get(lot__outside_reference="PRJ_5549")
    named_there = told.subcontractors.first().supplier
    return [
        "/contracts/",
        "/contracts/?chain=none",
        "/contracts/?lead=nobody-of-this-name",
        "/contracts/delivery/",
        reverse("public:contract", args=[told.reference]),
        reverse("public:contract", args=[past.reference]),
        reverse("public:lot_contract", args=[unsigned.lot.reference]),
        reverse("public:supplier_contracts", args=[named_there.reference]),
    ]


def test_the_register_is_accessible_wide_and_narrow(addresses, page, new_page, axe):
    for each in (page, new_page(viewport=PHONE)):
        found = {}
        for address in addresses:
            assert each.goto(address).status == 200
            found[address] = axe(each)
            width = each.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            assert width <= 0, address

        assert {address: faults for address, faults in found.items() if faults} == {}
        _charts(each)


def _charts(page):
    """Each is told in words, stays within its page, and has the table beside it."""
    page.goto("/contracts/delivery/")
    for title in ("Promised and delivered share by quarter", "Where the money goes"):
        chart = page.get_by_role("img", name=title)
        box = chart.bounding_box()
        assert box["width"] <= page.viewport_size["width"]
        bars = chart.locator("rect.portal-chart__bar")
        widths = [bars.nth(place).bounding_box()["width"] for place in range(bars.count())]
        assert max(widths) > 40
        assert max(widths) <= box["width"] + 2
    assert page.get_by_role("table").count() == 3
    assert page.get_by_role("cell", name="140.0%").count() == 5
