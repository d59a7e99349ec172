"""A bidder's whole way in a real browser: find a lot, write, save, come back, submit, change."""

import pytest

from bids.models import Bid, ConsentRequest, Submission
from bids.selectors.bidding import offer_of
from tests.bids.consenting import agree
from tests.browser import session_cookies
from tests.factories import MembershipFactory, OpenLotFactory, SupplierFactory, qualify

pytestmark = pytest.mark.django_db(transaction=True)
WIDTHS = [1280, 320]


@pytest.fixture
def bidder():
    """Somebody whose organisation matches one open lot."""
    lot = OpenLotFactory(title="Housing advice in Cleveland")
    supplier = qualify(SupplierFactory(name="Northern Star Trust"), lot)
    return MembershipFactory(supplier=supplier).user


@pytest.fixture
def enter(live_server):
    """Let a page act for somebody who has just proved who they are."""

    def enter(page, user):
        page.context.add_cookies(session_cookies(user, live_server))

    return enter


@pytest.mark.parametrize("javascript", [True, False])
@pytest.mark.parametrize("width", WIDTHS)
def test_from_finding_a_lot_to_the_receipt_and_to_a_second_version(
    new_page, enter, axe, bidder, width, javascript
):
    page = new_page(viewport={"width": width, "height": 900}, javascript=javascript)
    enter(page, bidder)

    def look():
        """Nothing sideways, nothing that axe finds; scripts are needed to ask."""
        if javascript:
            page.wait_for_load_state()  # a link's page may have begun and not be there yet
            wide = "document.documentElement.scrollWidth"
            assert page.evaluate(f"{wide} <= document.documentElement.clientWidth"), page.url
            assert axe(page) == [], page.url

    def press(words):
        page.get_by_role("button", name=words, exact=True).click()
        look()

    page.goto("/supplier/")
    look()
    page.get_by_role("link", name="1 open lot matches your organisation").click()
    look()
    page.get_by_role("link", name="Housing advice in Cleveland").click()
    look()
    press("Start this bid")
    page.get_by_text("Not submitted").first.wait_for()

    page.locator(".govuk-task-list").get_by_role("link", name="Question 1").click()
    page.get_by_role("textbox").fill("We listen first")
    press("Save and continue")

    press("Save and continue")  # without a price
    page.get_by_role("alert").get_by_text("Enter your total price").wait_for()
    assert page.title().startswith("Error:")
    page.get_by_label("Total price, excluding VAT").fill("£248,500.50")
    press("Save and continue")

    page.get_by_label("Yes, and I will name them").check()
    press("Save and continue")
    page.get_by_label("Name of the organisation").fill("Harbour Lights")
    page.get_by_label("Its email address").fill("hello@harbour.example")
    page.get_by_label("What will it do?").fill("Housing advice")
    page.get_by_label("Its share of the price, in per cent").fill("12.5")
    page.get_by_label("How many people will be referred to it").fill("40")
    press("Save this organisation")
    press("Ask for its consent – Harbour Lights")
    agree(ConsentRequest.objects.get())
    page.get_by_label("We have not asked any of these organisations").check()
    press("Save and continue")

    plan = {"name": "plan.csv", "mimeType": "text/csv", "buffer": b"a,b\n1,2\n"}
    page.get_by_label("Choose files").set_input_files(plan)
    if not javascript:  # with scripts a file goes up as it is chosen
        press("Upload")
    page.get_by_role("link", name="plan.csv").first.wait_for()
    press("Continue")

    page.get_by_label("I am allowed to submit this bid").check()
    press("Submit bid")
    page.get_by_role("heading", name="Bid submitted").wait_for()
    page.get_by_text(Submission.objects.get().receipt_number).wait_for()

    page.get_by_role("link", name="Back to your bid").click()
    look()
    page.locator(".govuk-task-list").get_by_role("link", name="Question 1").click()
    page.get_by_role("textbox").fill("We listen first, and longer")
    press("Save and come back later")
    page.get_by_text("Your changes are not submitted").wait_for()
    page.get_by_role("link", name="Check your answers and submit").first.click()
    look()
    page.get_by_label("I am allowed to submit this bid").check()
    press("Submit bid")

    assert Submission.objects.count() == 2
    page.goto(f"/supplier/bids/{Bid.objects.get().reference}/record/")
    look()
    page.get_by_text("Submitted version 2", exact=True).wait_for()


def test_the_browser_counts_words_as_the_server_does(page, enter, bidder):
    enter(page, bidder)
    page.goto("/supplier/lots/")
    page.get_by_role("link", name="Housing advice in Cleveland").click()
    page.get_by_role("button", name="Start this bid").click()
    page.locator(".govuk-task-list").get_by_role("link", name="Question 1").click()
    text = "one two – three\u00a0four\nfive, six-seven " + "word " * 96

    page.get_by_role("textbox").fill(text)
    page.wait_for_timeout(1500)
    said = page.locator(".govuk-character-count__status").inner_text()
    page.get_by_role("button", name="Save and continue").click()

    over = int(said.split()[2])
    page.get_by_text(f"Take out {over} words").first.wait_for()


def test_two_tabs_show_both_texts_and_let_the_person_choose(new_page, enter, axe, bidder):
    first, second = new_page(), new_page(viewport={"width": 320, "height": 900})
    enter(first, bidder)
    first.goto("/supplier/lots/")
    first.get_by_role("link", name="Housing advice in Cleveland").click()
    first.get_by_role("button", name="Start this bid").click()
    first.locator(".govuk-task-list").get_by_role("link", name="Question 1").click()
    enter(second, bidder)
    second.goto(first.url)

    first.get_by_role("textbox").fill("What the first tab says")
    first.get_by_role("button", name="Save and continue").click()
    second.get_by_role("textbox").fill("What the second tab says")
    second.get_by_role("button", name="Save and continue").click()

    second.get_by_text("What the first tab says").wait_for()
    assert second.get_by_role("textbox").input_value() == "What the second tab says"
    assert axe(second) == []
    second.get_by_role("button", name="Save my version").click()
    content = offer_of(Bid.objects.get())
    assert [each["text"] for each in content["answers"].values()] == ["What the second tab says"]
