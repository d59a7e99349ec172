"""Every page of every role, wide and on a phone: it works, fits, and can be used by everybody."""

import pytest
from django.contrib import admin
from django.urls import reverse

from framework_portal.accounts.demonstration import PASSWORD
from tests.browser import opening
from tests.ground.test_in_the_browser import REVEALING, sideways
from tests.journeys import finding, places, showing

MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)
pytestmark = pytest.mark.django_db
# Of the admin: filters, dates, searches, rows within rows, what is read-only and what is not.
TRIED = {"AuditEvent", "Competition", "Message", "Supplier", "User"}
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 320, "height": 800}
SEEN = """() => ({
    title: document.title.trim(),
    headings: document.querySelectorAll("h1").length,
    language: document.documentElement.lang,
})"""


@pytest.fixture(scope="module")
def site(django_db_setup, django_db_blocker):
    """The demonstration, made once for this file."""
    with django_db_blocker.unblock(), showing.demonstration() as server:
        yield server


@pytest.fixture(scope="module")
def titles():
    """The title of every page that was looked at, with the name of its address."""
    return {}


@pytest.fixture(scope="module")
def heard():
    """What the browser complained of on the page that is looked at."""
    return []


@pytest.fixture(scope="module")
def page_of(browser, site, heard):
    """The one page in which somebody goes about; scripts and styles are fetched once for each."""
    pages = {}

    def page_of(who):
        if who not in pages:
            pages[who] = open_page(viewport=WIDE)
            if who:
                pages[who].context.add_cookies(site.cookies[who])
        return pages[who]

    with opening(browser, site, heard) as open_page:
        yield page_of


@pytest.fixture
def look(page_of, heard, axe):
    """Look at an address as somebody, wide and narrow, and tell everything against it."""

    def look(address, who=finding.NOBODY, but=(), leads_to=""):
        page = page_of(who)
        heard.clear()
        page.set_viewport_size(WIDE)
        answer = page.goto(address)
        against = [] if answer.status == 200 else [f"answers {answer.status}"]
        if (leads_to or address) not in page.url:
            against.append(f"leads to {page.url}")
        against += _against(page, axe, but, "wide")
        page.set_viewport_size(NARROW)
        page.reload()
        return page, against + _against(page, axe, but, "narrow") + heard

    return look


def _against(page, axe, but, width):
    seen = page.evaluate(SEEN)
    against = [f"{width}: {line}" for line in axe(page, but=but)]
    if not seen["title"]:
        against.append("has no title")
    if seen["headings"] != 1:
        against.append(f"has {seen['headings']} first headings")
    if not seen["language"]:
        against.append("does not say its language")
    if (by := sideways(page)) > 0:
        against.append(f"{width}: is {by} pixels wider than the window")
    return against


def test_no_page_is_forgotten():
    looked_at = {place.name for place in places.PLACES}
    not_pages = set().union(*places.NOT_PAGES.values())

    assert places.names() == looked_at | not_pages
    assert looked_at & not_pages == set()


@pytest.mark.parametrize("place", places.PLACES, ids=str)
def test_a_page_works_wide_and_narrow(look, titles, place):
    page, against = look(place.address, place.who, but=REVEALING, leads_to=place.leads_to)

    assert against == []
    # What one person can open, that person can tell apart; officers see what is public, too.
    audience = place.name.rpartition(":")[0]
    assert titles.setdefault((audience, page.title()), place.like or place.name) == (
        place.like or place.name
    )


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_the_admin_lists_and_shows_every_model(page_of, heard, axe, model):
    page = page_of(finding.ADMIN)
    heard.clear()
    page.set_viewport_size(WIDE)
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"

    answers = [page.goto(reverse(name)).status]
    is_tried = model.__name__ in TRIED
    against = _tried(page, axe, heard) if is_tried else []
    row = page.locator("#result_list tbody th a").first
    if row.count():
        answers.append(page.goto(row.get_attribute("href")).status)
        against += _tried(page, axe, heard) if is_tried else []

    # The markup is Django's own, and so is its width; axe looks at a few, which hold all of it.
    seen = page.evaluate(SEEN)
    assert set(answers) == {200}
    assert against == []
    assert seen["title"] and seen["language"]
    assert seen["headings"] == 1
    assert heard == []


def _tried(page, axe, heard):
    """What axe has against a page of the admin. Its own tries at styles are not the page's."""
    before = [*heard]
    against = axe(page)
    heard[:] = before
    return against


def test_the_second_step_of_signing_in_works_wide_and_narrow(new_page, axe):
    page = new_page()
    page.goto("/account/login/")
    page.get_by_label("Email address").fill(finding.OLIVIA)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/2fa/authenticate/**")

    against = _against(page, axe, (), "wide")
    page.set_viewport_size(NARROW)

    assert against + _against(page, axe, (), "narrow") == []
