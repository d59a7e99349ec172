"""Writing in a real browser: saved as one types, and nothing lost when that does not work."""

from contextlib import suppress

import pytest
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import expect

from bids.models import Bid
from bids.selectors.bidding import offer_of, questions_of
from tests.bids.bidding import bidder
from tests.factories import BidFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def bid():
    bid = BidFactory()
    bid.person = bidder(bid)
    bid.person.name = "Maya Example"
    bid.person.save()
    bid.question = questions_of(bid.lot.competition)[0]
    bid.address = f"/supplier/bids/{bid.reference}/questions/{bid.question.reference}/"
    return bid


@pytest.fixture
def desk(new_page, sign_in, bid):
    """`desk()`: the page of the answer, in a browser of its own in which somebody is signed in."""

    def desk(user=None, **options):
        page = new_page(**options)
        sign_in(page, user or bid.person)
        page.goto(bid.address)
        return page

    return desk


def text_of(bid):
    content = offer_of(Bid.objects.select_related("draft", "offer").get(pk=bid.pk))
    return content["answers"].get(str(bid.question.reference), {}).get("text", "")


def line(page):
    return page.locator("[data-line]")


def type_in(page, text):
    box = page.get_by_role("textbox")
    box.focus()
    page.keyboard.press("Control+End")
    page.keyboard.type(text)


def test_what_is_typed_is_saved_after_a_pause_without_taking_the_focus(desk, bid, axe):
    page = desk()

    type_in(page, "We listen first")
    expect(line(page)).to_contain_text("Saved at")

    assert text_of(bid) == "We listen first"
    assert page.evaluate("document.activeElement.name") == "text"
    assert axe(page) == []
    page.keyboard.type(" and longer")
    page.get_by_role("button", name="Save and come back later").click()
    page.wait_for_url(f"**/bids/{bid.reference}/")
    assert text_of(bid) == "We listen first and longer"


def test_two_colleagues_in_one_answer_lose_no_word(desk, bid):
    first, second = desk(), desk(bidder(bid))
    type_in(first, "Opening. Middle. End.")
    expect(line(first)).to_contain_text("Saved at")
    second.reload()

    second.get_by_role("textbox").fill("Opening. Middle. End. More at the end.")
    expect(line(second)).to_contain_text("Saved at")
    first.get_by_role("textbox").focus()
    first.keyboard.press("Control+Home")
    first.keyboard.type("Before all. ")
    expect(line(first)).to_contain_text("together with what a colleague changed")

    together = "Before all. Opening. Middle. End. More at the end."
    assert text_of(bid) == together
    assert first.get_by_role("textbox").input_value() == together
    assert first.get_by_role("textbox").evaluate("box => box.selectionStart") == len("Before all. ")


def test_the_same_sentence_changed_by_two_is_shown_beside_each_other(desk, bid, axe):
    first, second = desk(), desk(bidder(bid), viewport={"width": 320, "height": 800})
    type_in(first, "Mine alone")
    expect(line(first)).to_contain_text("Saved at")

    type_in(second, "Hers alone")
    expect(line(second)).to_contain_text("Maya Example changed the same words")
    second.get_by_role("button", name="Save and continue").click()
    second.get_by_role("heading", name="Two versions").wait_for()
    assert axe(second) == []
    assert second.evaluate("document.documentElement.scrollWidth") <= 320
    second.get_by_role("button", name="Put both into the box").click()
    second.get_by_role("button", name="Save both together").click()
    second.wait_for_load_state()

    assert text_of(bid) == "Mine alone\nHers alone"


def test_words_typed_without_a_connection_survive_a_crash_and_come_back(desk, bid, complaints, axe):
    page = desk()
    page.wait_for_function("() => indexedDB.databases().then((all) => all.length)")
    page.context.set_offline(True)
    type_in(page, "Marker typed in a tunnel")
    expect(line(page)).to_contain_text("no connection. We keep it on this computer")
    assert "Marker" not in stored(page)
    crash(page)
    complaints.clear()
    assert text_of(bid) == ""

    again = page.context.new_page()
    again.context.set_offline(False)
    again.goto(bid.address)

    offer = again.get_by_role("region", name="Words that had not reached us")
    expect(offer).to_contain_text("kept 5 words")
    assert axe(again) == []
    offer.get_by_role("button", name="Put them back").click()
    expect(line(again)).to_contain_text("Saved at")
    assert again.get_by_role("textbox").input_value() == "Marker typed in a tunnel"
    assert text_of(bid) == "Marker typed in a tunnel"
    again.wait_for_timeout(300)
    assert stored(again) == "[]"


def crash(page):
    """Without a last word: a page that is closed in good order still sends what it has."""
    with suppress(PlaywrightError):
        page.goto("chrome://crash", timeout=3000)
    page.close()


def stored(page):
    """Everything that the browser has stored, as text with every byte that is a letter."""
    return page.evaluate(
        """async () => {
            const plain = (value) => JSON.stringify(value, (_, each) =>
                each instanceof ArrayBuffer ? new TextDecoder("latin1").decode(each) : each);
            const found = [Object.entries(localStorage), Object.entries(sessionStorage)].flat();
            for (const { name } of await indexedDB.databases()) {
                const open = await new Promise((done) => {
                    const request = indexedDB.open(name);
                    request.onsuccess = () => done(request.result);
                });
                for (const store of open.objectStoreNames) {
                    found.push(...await new Promise((done) => {
                        const all = open.transaction(store).objectStore(store).getAll();
                        all.onsuccess = () => done(all.result);
                    }));
                }
                open.close();
            }
            return plain(found);
        }"""
    )
