"""What the browser keeps of an attempt that failed: its token, or a note that is signed later."""

import json
from contextlib import suppress
from unittest import mock

import pytest
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import expect

from bids import attempts
from tests.bids.bidding import complete_bid

pytestmark = pytest.mark.django_db(transaction=True)
KEPT = "JSON.parse(localStorage.getItem('portal-attempts') || '[]')"


@pytest.fixture
def bid():
    return complete_bid()


@pytest.fixture
def desk(page, sign_in, bid):
    sign_in(page, bid.person)
    page.goto(f"/supplier/bids/{bid.reference}/submit/")
    page.locator("[name=declared]").check()
    return page


def press(page):
    with suppress(PlaywrightError):  # the browser's own page says that there is no connection
        page.get_by_role("button", name="Submit", exact=False).first.click()


def test_an_attempt_that_never_reached_us_is_signed_on_return_for_what_it_is(desk, bid, axe):
    desk.context.set_offline(True)
    press(desk)
    desk.wait_for_timeout(500)
    desk.context.set_offline(False)
    desk.goto(f"/supplier/bids/{bid.reference}/submit/")

    shown = desk.locator("[data-attempts]")
    expect(shown).to_be_visible()
    expect(shown).to_contain_text("the browser’s word alone")
    said = attempts.read(shown.locator("textarea").first.input_value())
    assert (said["timed_by"], said["bid"]) == ("note", str(bid.reference))
    [kept] = desk.evaluate(KEPT)
    assert set(kept) == {"bid", "token", "at"}
    assert "We listen first" not in json.dumps(kept)
    assert axe(desk) == []


def test_a_token_that_was_shown_is_kept_and_a_receipt_clears_the_note(desk, bid, complaints):
    with mock.patch("bids.actions.submission.take_in", side_effect=RuntimeError("broken")):
        press(desk)
        expect(desk.locator("[data-attempt-token]")).to_be_visible()
    assert any("500" in complaint for complaint in complaints)
    complaints.clear()  # the browser tells of the failed page, as it should
    [kept] = desk.evaluate(KEPT)
    assert attempts.read(kept["token"])["timed_by"] == "database"

    desk.goto(f"/supplier/bids/{bid.reference}/submit/")
    desk.locator("[name=declared]").check()
    press(desk)
    desk.wait_for_url("**/receipts/**")
    assert [entry for entry in desk.evaluate(KEPT) if "press" in entry] == []
