"""The public pages in Chromium: accessible, within a phone's width, and usable without scripts."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse

from bids.models import Award
from bids.selectors.leads import lead_address
from tests.factories import OpenLotFactory, SupplierFactory, qualify

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = {"width": 320, "height": 640}


@pytest.fixture
def addresses(db):
    """Every public page, with something on it."""
    call_command("load_reference", stdout=StringIO())
    call_command("load_day_one", stdout=StringIO())
    history = Award.objects.get(lot__outside_reference="PRJ_5549")
    lot = OpenLotFactory(
        title="Homes in Kent",
        categories=history.lot.categories.all(),
        areas=history.lot.areas.all(),
    )
    supplier = qualify(SupplierFactory(website="https://anchor.example/"), lot)
    return [
        "/",
        "/opportunities/?status=all&words=homes",
        "/opportunities/?words=unheard&category=nonsense",
        "/opportunities/?status=awarded",
        reverse("public:competition", args=[lot.competition.reference]),
        reverse("public:lot", args=[lot.reference]),
        reverse("public:competition", args=[history.lot.competition.reference]),
        reverse("public:lot", args=[history.lot.reference]),
        "/framework/",
        "/suppliers/",
        reverse("public:supplier", args=[supplier.reference]),
        "/awards/?team=none",
        lead_address("Catch22 Charity Limited"),
        "/coverage/",
        "/coverage/?areas=police_area&show=suppliers",
    ]


def test_every_public_page_is_accessible_wide_and_narrow(addresses, page, new_page, axe):
    for each in (page, new_page(viewport=PHONE)):
        found = {}
        for address in addresses:
            assert each.goto(address).status == 200
            found[address] = axe(each)
            width = each.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            assert width <= 0, address

        assert {address: faults for address, faults in found.items() if faults} == {}


def test_a_stranger_narrows_the_list_without_scripts(addresses, new_page):
    page = new_page(javascript=False)
    page.goto("/opportunities/")
    page.get_by_label("Status").select_option("Awarded")
    page.get_by_label("Category").select_option("Women")
    page.get_by_label("Probation region").select_option("Wales")
    page.get_by_role("button", name="Apply filters").click()

    assert "4 lots" in page.locator("#results").inner_text()
    page.get_by_role("link", name="Remove this filter: Category: Women").click()
    assert "Category" not in page.locator(".portal-filter__chosen").inner_text()
    assert "region=wales" in page.url


def test_the_coverage_table_scrolls_in_a_region_of_its_own_by_keyboard(addresses, new_page):
    page = new_page(viewport=PHONE)
    page.goto("/coverage/")
    region = page.get_by_role("region", name="Services awarded, by area and category")
    region.focus()

    page.keyboard.press("ArrowRight")
    # Asked from here: what polls within the page is code from a string, which the page refuses.
    for _ in range(100):
        if region.evaluate("each => each.scrollLeft") > 0:
            break
        page.wait_for_timeout(100)
    assert region.evaluate("each => each.scrollLeft") > 0

    assert page.evaluate("document.documentElement.scrollLeft") == 0
