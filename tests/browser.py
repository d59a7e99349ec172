"""Tests in a real browser: `page`, `sign_in`, `axe` and what they stand on.

A test that asks for `browser`, or for anything built on it, is marked `browser` by itself. Without
Chromium such tests are skipped and the summary says so; where CI is set they fail instead.
"""

import os
import shutil
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

ROOT = Path(__file__).resolve().parent.parent
AXE = ROOT / "node_modules/axe-core/axe.min.js"
WCAG_2_2_AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PROGRAMS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
NO_CHROMIUM = "no Chromium on this machine"
INSTALL = "apt-get install chromium (or name one: CHROMIUM=/path/to/chromium make test)"
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDE = {"width": 1280, "height": 900}


def chromium():
    """The browser's path, or None."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


def pytest_collection_modifyitems(items):
    driven = [item for item in items if "browser" in getattr(item, "fixturenames", ())]
    if driven and not chromium() and os.environ.get("CI"):
        raise pytest.UsageError(f"{len(driven)} browser tests, and {NO_CHROMIUM}: {INSTALL}")
    # What is quick tells first; and whatever a browser's test commits is no other test's trouble.
    items.sort(key=lambda item: "browser" in getattr(item, "fixturenames", ()))
    for item in driven:
        item.add_marker(pytest.mark.browser)
        if not chromium():
            item.add_marker(pytest.mark.skip(reason=NO_CHROMIUM))


def pytest_terminal_summary(terminalreporter):
    skipped = [
        report
        for report in terminalreporter.stats.get("skipped", [])
        if NO_CHROMIUM in str(report.longrepr)
    ]
    if skipped:
        terminalreporter.section("BROWSER TESTS NOT RUN", yellow=True, bold=True)
        terminalreporter.line(f"{len(skipped)} browser tests were skipped: {NO_CHROMIUM}.")
        terminalreporter.line(f"To run them too: {INSTALL}, then make test.")


@pytest.fixture(scope="session")
def browser():
    """One Chromium for each test process."""
    from playwright.sync_api import sync_playwright

    # Playwright's own event loop makes Django refuse the ORM in the same thread.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def complaints():
    """What the page's console and the network said; clear it after an error that was meant."""
    return []


@pytest.fixture
def site(live_server):
    """The server the pages come from; a file whose tests only look may put one of its own here."""
    return live_server


@pytest.fixture
def new_page(browser, site, complaints):
    """Open a page in a context (cookies) of its own: `new_page(viewport=…, javascript=False)`."""
    with opening(browser, site, complaints) as open_page:
        yield open_page
    assert complaints == []


@contextmanager
def opening(browser, site, complaints):
    """How to open pages on `site`, all of which tell `complaints` and are closed at the end."""
    contexts = []

    def open_page(*, viewport=None, javascript=True):
        context = browser.new_context(
            base_url=site.url,
            viewport=viewport or WIDE,
            java_script_enabled=javascript,
            locale="en-GB",
            timezone_id="Europe/London",
        )
        contexts.append(context)
        context.set_default_timeout(30_000)
        context.route(lambda url: not url.startswith((site.url, "data:")), refuse)
        page = context.new_page()
        page.on("console", listen)
        page.on("pageerror", lambda error: complaints.append(f"script error: {error}"))
        return page

    def refuse(route):
        complaints.append(f"asked another site: {route.request.url}")
        route.abort()

    def listen(message):
        # A forbidden inline script or style is told here too.
        if message.type in ("error", "warning") and "favicon" not in message.location["url"]:
            complaints.append(f"{message.type}: {message.text} ({message.location['url']})")

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def page(new_page):
    """A page, 1280 wide, on the live server; the test fails if it complains."""
    return new_page()


@pytest.fixture
def sign_in(site):
    """`sign_in(page, user)`: from here on the page's requests are that person's."""

    def sign_in(page, user):
        page.context.add_cookies(session_cookies(user, site))

    return sign_in


def session_cookies(user, site):
    """The cookies of a session in which `user` has just signed in, with a second factor."""
    from tests.signing_in import sign_in

    cookies = sign_in(Client(), user).cookies
    names = [settings.SESSION_COOKIE_NAME, settings.UNLOCKED_COOKIE_NAME]
    return [
        {"name": name, "value": cookies[name].value, "url": site.url}
        for name in names
        if name in cookies
    ]


@pytest.fixture
def axe():
    """`axe(page)`: what breaks WCAG 2.2 AA on it, a line for each node. Nothing is what we want."""
    if not AXE.exists():
        pytest.fail("axe-core is missing; make assets fetches it")
    source = AXE.read_text()

    def check(page, *, but=()):
        """`but` holds (rule, part of the node's HTML) pairs that are known and argued for."""
        page.evaluate(source)
        options = {
            "runOnly": {"type": "tag", "values": WCAG_2_2_AA},
            "resultTypes": ["violations"],
        }
        found = page.evaluate("options => axe.run(document, options)", options)
        return [
            f"{violation['id']}: {node['html']}"
            for violation in found["violations"]
            for node in violation["nodes"]
            if not any(violation["id"] == rule and part in node["html"] for rule, part in but)
        ]

    return check
