"""Writing in a real browser: saved as one types, and nothing lost when that does not work."""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import expect

from bids.actions.drafting import save_answer
from bids.models import Bid, Presence
from bids.selectors.bidding import offer_of, questions_of
from framework_portal import clock
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
    ready(page)
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


def test_a_session_that_ends_while_somebody_types_costs_no_word(desk, bid, complaints, sign_in):
    page = desk()
    ready(page)
    Session.objects.all().delete()

    type_in(page, "Typed into the void")
    expect(line(page)).to_contain_text("your session has ended. Your words stay here")
    assert line(page).get_by_role("link").get_attribute("target") == "_blank"
    sign_in(page, bid.person)  # as another tab would
    page.context.clear_cookies(name="csrf")
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(line(page)).to_contain_text("Saved at")

    assert text_of(bid) == "Typed into the void"
    page.get_by_role("button", name="Save and come back later").click()
    page.wait_for_url(f"**/bids/{bid.reference}/")
    complaints.clear()


def test_somebody_else_who_signs_in_meanwhile_does_not_save_what_one_typed(desk, bid, sign_in):
    page = desk()
    ready(page)
    sign_in(page, bidder(bid))

    type_in(page, "Typed by Maya")
    expect(line(page)).to_contain_text("somebody else is signed in")

    assert text_of(bid) == ""
    assert page.get_by_role("textbox").input_value() == "Typed by Maya"


def test_a_competition_that_closes_while_somebody_types_is_told_and_the_words_stay(
    desk, bid, clock_moves
):
    page = desk()
    ready(page)
    clock_moves(days=60)

    type_in(page, "Too late")
    expect(line(page)).to_contain_text("the competition is not open any more")

    assert page.get_by_role("textbox").input_value() == "Too late"
    assert text_of(bid) == ""


def test_signing_out_leaves_nothing_in_the_browser_and_warns_before(desk, bid, complaints, axe):
    page = desk()
    ready(page)
    page.context.set_offline(True)
    type_in(page, "Marker")
    expect(line(page)).to_contain_text("We keep it on this computer")
    crash(page)
    complaints.clear()
    page = page.context.new_page()
    page.context.set_offline(False)

    page.goto("/supplier/")
    page.get_by_role("main").click()
    page.get_by_role("banner").get_by_role("button", name="Sign out").click()
    page.get_by_text("may not have reached us").wait_for()
    assert axe(page) == []
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    page.wait_for_url(lambda url: "logout" not in url)

    assert stored(page) == "[]"


def test_words_that_were_kept_can_be_thrown_away(desk, bid, complaints):
    page = desk()
    ready(page)
    page.context.set_offline(True)
    type_in(page, "Marker")
    expect(line(page)).to_contain_text("We keep it on this computer")
    crash(page)
    complaints.clear()
    page = page.context.new_page()
    page.context.set_offline(False)
    page.goto(bid.address)

    page.get_by_role("button", name="Throw them away").click()
    expect(page.get_by_role("button", name="Throw them away")).to_be_hidden()

    page.wait_for_timeout(300)
    assert stored(page) == "[]"
    assert text_of(bid) == page.get_by_role("textbox").input_value() == ""


def test_words_that_were_kept_are_merged_with_what_a_colleague_wrote_meanwhile(
    desk, bid, complaints
):
    page = desk()
    type_in(page, "Opening. End.")
    expect(line(page)).to_contain_text("Saved at")
    page.context.set_offline(True)
    type_in(page, " Kept in a tunnel.")
    expect(line(page)).to_contain_text("We keep it on this computer")
    crash(page)
    complaints.clear()
    at, other = clock.now(), bidder(bid)
    text = "Opening by a colleague. End."
    save_answer(bid=bid, question=bid.question, text=text, by=other, at=at)
    page = page.context.new_page()
    page.context.set_offline(False)
    page.goto(bid.address)

    page.get_by_role("button", name="Put them back").click()
    expect(line(page)).to_contain_text("Saved at")

    together = "Opening by a colleague. End. Kept in a tunnel."
    assert text_of(bid) == page.get_by_role("textbox").input_value() == together


def test_nobody_else_at_the_same_computer_is_offered_what_one_typed(desk, bid, complaints, sign_in):
    page = desk()
    ready(page)
    page.context.set_offline(True)
    type_in(page, "Marker")
    expect(line(page)).to_contain_text("We keep it on this computer")
    crash(page)
    complaints.clear()
    page = page.context.new_page()
    page.context.set_offline(False)
    sign_in(page, bidder(bid))
    page.goto(bid.address)
    ready(page)

    page.wait_for_timeout(500)

    assert not page.get_by_role("button", name="Put them back").count()
    assert "Marker" not in page.content()


def test_who_else_is_writing_is_said_by_name_and_for_as_long_as_they_do(desk, bid):
    first = desk()
    ready(first)
    first.keyboard.press("Tab")
    second = desk(bidder(bid))

    expect(second.locator("[data-here]")).to_have_text("Maya Example is writing here now")
    Presence.objects.all().update(seen_at=clock.now() - timedelta(minutes=3))
    type_in(second, "On my own")
    expect(line(second)).to_contain_text("Saved at")
    expect(second.locator("[data-here]")).to_be_hidden()


def test_whoever_types_is_not_told_that_the_session_ends(new_page, sign_in, bid):
    page = new_page()
    sign_in(page, bid.person)
    page.clock.install()
    page.goto(bid.address)
    dialog = page.locator("dialog[data-seconds]")
    seconds = int(dialog.get_attribute("data-seconds"))

    page.clock.fast_forward((seconds - 200) * 1000)
    type_in(page, "Still here")
    page.clock.fast_forward(3000)
    expect(line(page)).to_contain_text("Saved at")
    page.clock.fast_forward(150_000)
    assert dialog.is_hidden()
    page.clock.fast_forward((seconds - 200) * 1000)

    expect(dialog).to_be_visible()


@pytest.mark.parametrize(("width", "height"), [(320, 640), (1280, 900), (320, 256)])
def test_what_is_focused_is_never_behind_the_bar(desk, bid, width, height):
    page = desk(viewport={"width": width, "height": height})
    hidden = []

    for key in ["Tab"] * 40 + ["Shift+Tab"] * 40:
        page.keyboard.press(key)
        hidden += page.evaluate(
            """() => {
                const it = document.activeElement, bar = document.querySelector("[data-bar]");
                if (it === document.body || bar.contains(it)) return [];
                const box = it.getBoundingClientRect(), over = bar.getBoundingClientRect();
                const isUnder = box.top < over.bottom && box.bottom <= over.bottom &&
                    box.bottom > over.top;
                return isUnder ? [it.outerHTML.slice(0, 90)] : [];
            }"""
        )

    assert hidden == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    if height > 300:
        page.evaluate("window.scrollTo(0, document.body.scrollHeight / 2)")
        assert (
            page.evaluate("document.querySelector('[data-bar]').getBoundingClientRect().top") == 0
        )


def test_the_words_of_the_limit_are_counted_in_the_bar_as_one_types(desk, bid):
    page = desk()

    type_in(page, "one six-seven – three")

    assert "4 of 100 words" in page.locator("[data-bar]").inner_text()


def ready(page):
    """The script has its key and its store: from here on nothing that is typed is lost."""
    held = "async () => (await navigator.locks.query()).held.map((lock) => lock.name).join()"
    for _try in range(100):
        if "portal-tab-" in page.evaluate(held):
            return
        page.wait_for_timeout(100)
    pytest.fail("the journal did not open")


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
