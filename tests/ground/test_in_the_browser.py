"""The base page, every component and our scripts, in Chromium."""

import pytest
from django.urls import reverse

from framework_portal.accounts.models import User
from framework_portal.forms import count_words
from tests.ground.people import person

NARROW = {"width": 320, "height": 800}
COMPONENTS = "/demonstration/components/"
# GOV.UK's own markup: aria-expanded on a radio that reveals a question. Known and stated.
REVEALING = [("aria-allowed-attr", 'class="govuk-radios__input"')]
PAGES = ["/help/", "/accessibility/", "/privacy/", "/cookies/", "/terms/", "/no/such/page/"]


@pytest.fixture(autouse=True)
def demonstration(settings):
    settings.DEMONSTRATION = True


def sideways(page):
    """By how much the page is wider than the window."""
    return page.evaluate("document.documentElement.scrollWidth - window.innerWidth")


@pytest.mark.parametrize("width", [1280, 320])
def test_every_component_is_accessible_and_fits(new_page, axe, width):
    page = new_page(viewport={"width": width, "height": 900})

    page.goto(COMPONENTS)

    assert axe(page, but=REVEALING) == []
    assert sideways(page) <= 0
    assert page.title() == "Error: Components – Framework portal"


@pytest.mark.parametrize("address", PAGES)
def test_pages_of_words_are_accessible_and_fit_a_phone(new_page, axe, address, complaints):
    page = new_page(viewport=NARROW)

    page.goto(address)

    assert axe(page) == []
    assert sideways(page) <= 0
    complaints[:] = [each for each in complaints if "404" not in each]


def test_without_scripts_every_field_shows_and_the_form_is_whole(new_page):
    page = new_page(javascript=False)

    page.goto(COMPONENTS)

    assert page.locator("#plain_other_kind").is_visible()
    assert page.locator("#navigation").count() == 0 or page.locator("#navigation").is_visible()
    assert page.locator("text=You can enter up to 20 words").first.is_visible()
    assert page.locator("[data-print]").is_hidden()


def test_an_error_link_puts_the_focus_into_its_field(page):
    page.goto(COMPONENTS)

    focused = []
    for words in ("Enter name of the organisation", "Select areas", "Start of the contract must"):
        page.locator(".govuk-error-summary a", has_text=words).click()
        focused.append(page.evaluate("document.activeElement.id"))

    assert focused == ["wrong_name", "wrong_areas", "wrong_starts_on-day"]


def test_the_skip_link_comes_first_and_is_seen(page):
    page.goto("/help/")

    page.keyboard.press("Tab")

    assert page.evaluate("document.activeElement.textContent") == "Skip to main content"
    assert page.locator(".govuk-skip-link").is_visible()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main-content"


@pytest.mark.parametrize(
    "text", ["one two three", "one – three", "six-seven eight, 24/7", "a\nb\u00a0c"]
)
def test_words_are_counted_while_typing_as_the_server_counts_them(page, text):
    page.goto(COMPONENTS)

    page.locator("#plain_method").press_sequentially(text)

    assert count_words(text) == 3
    page.locator("text=You have 17 words remaining").first.wait_for()


def test_a_choice_reveals_its_question(page):
    page.goto(COMPONENTS)

    assert page.locator("#plain_other_kind").is_hidden()
    page.locator("label[for=plain_kind-3]").click()
    assert page.locator("#plain_other_kind").is_visible()


def test_a_form_sent_by_a_double_click_is_sent_once(page):
    sent = []
    page.goto("/account/login/")
    page.on("request", lambda request: sent.append(request.method))
    page.evaluate(
        """() => {
            const form = document.querySelector("main form[method=post]");
            form.target = "_blank";
            form.requestSubmit(); form.requestSubmit();
        }"""
    )
    page.wait_for_timeout(300)
    prevented = page.evaluate(
        """() => {
            const form = document.querySelector("main form[method=post]");
            const again = new SubmitEvent("submit", { cancelable: true, bubbles: true });
            form.dispatchEvent(again);
            return again.defaultPrevented;
        }"""
    )

    assert prevented


def test_the_time_left_goes_down_by_the_minute(page):
    page.clock.install()
    page.goto(COMPONENTS)
    shown = page.locator("[data-countdown]").nth(1)
    before = shown.text_content()

    page.clock.fast_forward("02:00")

    assert before in ("1 hour 10 minutes left", "1 hour 9 minutes left")
    assert shown.text_content() in ("1 hour 8 minutes left", "1 hour 7 minutes left")
    page.clock.fast_forward("02:00:00")
    assert shown.text_content() == "Closed"


@pytest.mark.parametrize("width, query, shown", [(320, "", 0), (320, "?words=x", 1), (1280, "", 1)])
def test_filters_begin_folded_on_a_phone_unless_one_is_chosen(new_page, width, query, shown):
    page = new_page(viewport={"width": width, "height": 900})

    page.goto(COMPONENTS + query)

    assert page.locator("#id_words").is_visible() is bool(shown)
    page.locator("summary h2").click()
    assert page.locator("#id_words").is_visible() is not bool(shown)


def test_the_menu_opens_on_a_phone(new_page):
    page = new_page(viewport=NARROW)
    page.goto("/help/")
    button = page.locator(".govuk-service-navigation__toggle")

    if button.count():
        button.click()
        assert page.locator("#navigation").is_visible()


@pytest.mark.parametrize(
    "address, heading",
    [
        ("/admin/", "Site administration"),
        ("/admin/accounts/user/", "Select person to change"),
        ("/admin/reference/area/", "Select area to change"),
    ],
)
def test_the_admin_works_under_the_same_policy(page, sign_in, address, heading):
    """A script or style that the policy stops would be told by the console, and fail this."""
    boss = User.objects.create_superuser("boss@example.org", "a long enough password", name="Boss")
    sign_in(page, boss)

    page.goto(address)

    assert page.locator("h1", has_text=heading).is_visible()


def test_two_minutes_before_the_end_we_ask_whether_to_stay(page, sign_in, axe):
    sign_in(page, person())
    page.clock.install()
    page.goto("/help/")
    dialog, asked = page.locator("dialog"), []
    page.on("request", lambda request: asked.append(request.url))
    seconds = int(dialog.get_attribute("data-seconds"))

    page.clock.fast_forward((seconds - 125) * 1000)
    assert dialog.is_hidden()
    page.clock.fast_forward(6_000)
    assert dialog.is_visible()
    assert page.evaluate("document.activeElement.textContent") == "Stay signed in"
    assert axe(page) == []
    dialog.locator("button").click()
    dialog.wait_for(state="hidden")

    assert [url for url in asked if "/static/" not in url] == [
        page.evaluate("location.origin") + reverse("stay_signed_in")
    ]
    page.clock.fast_forward((seconds - 125) * 1000)
    assert dialog.is_hidden()
    page.clock.fast_forward(6_000)
    assert dialog.is_visible()
    page.keyboard.press("Escape")
    assert dialog.is_hidden()


def test_where_the_portal_is_out_of_reach_the_question_says_so(page, sign_in, complaints):
    sign_in(page, person())
    page.clock.install()
    page.goto("/help/")
    page.clock.fast_forward(int(page.locator("dialog").get_attribute("data-seconds")) * 1000)

    page.context.set_offline(True)
    page.locator("dialog button").click()

    page.locator("text=Copy what you have typed").wait_for()
    assert page.locator("dialog").is_visible()
    complaints.clear()
