"""The form of one key subcontractor in a real browser: nothing typed is lost, nothing is saved."""

import pytest
from playwright.sync_api import expect

from bids.actions.subcontracting import declare_subcontracting
from bids.models import Bid, UnsavedEntry
from bids.selectors.bidding import offer_of
from bids.selectors.unsaved import unsaved_of
from framework_portal import clock
from suppliers.actions.vaults import vault_to_fill
from tests.bids.bidding import bidder
from tests.factories import BidFactory
from tests.journeys.test_writing import crash, line, ready, stored

pytestmark = pytest.mark.django_db(transaction=True)
NAME = "Oystercatcher Housing"
KEPT = "Kept at"


@pytest.fixture
def bid():
    bid = BidFactory()
    bid.person = bidder(bid)
    vault_to_fill(bid.supplier)
    declare_subcontracting(bid=bid, uses=True, by=bid.person, at=clock.now())
    bid.address = f"/supplier/bids/{bid.reference}/subcontractors/add/"
    return bid


@pytest.fixture
def desk(new_page, sign_in, bid):
    """`desk()`: the page of a new entry, in a browser of its own, for the bid's person."""

    def desk(**options):
        page = new_page(**options)
        sign_in(page, bid.person)
        page.goto(bid.address)
        return page

    return desk


def entries(bid):
    fresh = Bid.objects.select_related("draft").get(pk=bid.pk)
    return offer_of(fresh)["subcontractors"]


def fill(page):
    """Something of every kind, and half of it only."""
    page.get_by_label("Name of the organisation").fill(NAME)
    page.get_by_label("Its email address").fill("half-an-addr")
    page.get_by_label("What will it do?").fill("Rooms in Kent")
    page.locator("input[name='areas']").first.check()
    page.get_by_label("Its share of the price").fill("12,")
    dates = page.get_by_role("group", name="When does its work start?")
    dates.get_by_label("Day").fill("3")
    dates.get_by_label("Month").fill("jun")
    page.get_by_label("We rely on this organisation").check()


def is_filled(page):
    expect(page.get_by_label("Name of the organisation")).to_have_value(NAME)
    expect(page.get_by_label("Its email address")).to_have_value("half-an-addr")
    expect(page.get_by_label("What will it do?")).to_have_value("Rooms in Kent")
    expect(page.locator("input[name='areas']").first).to_be_checked()
    expect(page.get_by_label("Its share of the price")).to_have_value("12,")
    dates = page.get_by_role("group", name="When does its work start?")
    expect(dates.get_by_label("Month")).to_have_value("jun")
    expect(page.get_by_label("We rely on this organisation")).to_be_checked()


def reached(page, bid):
    """The last box that was ticked has reached the server."""
    for _try in range(100):
        left = unsaved_of(bid, None, bid.person)
        if left and left.typed and left.typed.get("relied_on"):
            return
        page.wait_for_timeout(100)
    pytest.fail("what was typed did not arrive")


def test_what_is_typed_is_there_again_in_another_browser_and_can_be_thrown_away(desk, bid, axe):
    page = desk()
    fill(page)
    expect(line(page)).to_contain_text(KEPT)
    expect(line(page)).to_contain_text("Not part of your bid until you save")
    reached(page, bid)
    crash(page)
    assert entries(bid) == []

    again = desk(viewport={"width": 320, "height": 800})

    again.get_by_role("heading", name="is not saved yet").wait_for()
    is_filled(again)
    assert axe(again) == []
    assert again.evaluate("document.documentElement.scrollWidth") <= 320
    again.get_by_label("What will it do?").fill("Rooms in Surrey")
    # At once, with what was typed a moment ago still on its way.
    again.get_by_role("button", name="Throw away what you typed").click()
    again.get_by_text("What you had typed is thrown away").wait_for()
    again.wait_for_timeout(500)
    again.reload()
    expect(again.get_by_label("Name of the organisation")).to_have_value("")
    assert not again.get_by_role("heading", name="is not saved yet").count()
    assert not again.get_by_role("button", name="Put them back").count()
    assert not UnsavedEntry.objects.filter(sealed__isnull=False).exists()


def test_without_a_connection_it_is_kept_in_the_browser_and_put_back(desk, bid, complaints, axe):
    page = desk()
    ready(page)
    page.context.set_offline(True)
    fill(page)
    expect(line(page)).to_contain_text("no connection. We keep it on this computer")
    assert "Oystercatcher" not in stored(page)
    crash(page)
    complaints.clear()
    assert not UnsavedEntry.objects.exists()

    again = page.context.new_page()
    again.context.set_offline(False)
    again.goto(bid.address)

    offer = again.get_by_role("region", name="Words that had not reached us")
    offer.get_by_text("Read them").click()
    expect(offer).to_contain_text(f"Name of the organisation: {NAME}")
    expect(offer).to_contain_text("Its share of the price, in per cent: 12,")
    expect(offer).to_contain_text("When does its work start? 3 jun")
    assert axe(again) == []
    offer.get_by_role("button", name="Put them back").click()
    expect(line(again)).to_contain_text(KEPT)
    is_filled(again)
    again.wait_for_timeout(300)
    assert stored(again) == "[]"
    again.reload()
    is_filled(again)
    assert entries(bid) == []


def test_what_is_saved_is_offered_no_more(desk, bid):
    page = desk()
    fill(page)
    page.get_by_label("Its email address").fill("a@small.example")
    page.get_by_label("Its share of the price").fill("12")
    page.get_by_label("How many people").fill("40")
    for box in page.locator("input[name='categories']").all():
        box.check()
    dates = page.get_by_role("group", name="When does its work start?")
    dates.get_by_label("Year").fill("2027")
    # The save that leaving the last field begins is on its way together with the form.
    page.get_by_role("button", name="Save this organisation").click()
    page.wait_for_url(f"**/bids/{bid.reference}/subcontractors/")
    page.wait_for_timeout(500)
    assert [entry["name"] for entry in entries(bid)] == [NAME]
    assert not page.get_by_text("Typed and not saved yet").count()

    page.goto(bid.address)
    ready(page)
    page.wait_for_timeout(500)

    expect(page.get_by_label("Name of the organisation")).to_have_value("")
    assert not page.get_by_role("button", name="Put them back").count()
    assert stored(page) == "[]"
