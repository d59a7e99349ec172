"""The security headers of every answer."""

import json

import pytest
from django.conf import settings
from django.test import Client

from framework_portal.middleware import CONTENT_SECURITY, REPORTS
from framework_portal.pages.public import cookies_set
from tests.ground.people import person

pytestmark = pytest.mark.django_db

ALWAYS = {
    "Content-Security-Policy": CONTENT_SECURITY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@pytest.mark.parametrize(
    "address, status",
    [
        ("/help/", 200),
        ("/account/login/", 200),
        ("/admin/", 302),
        ("/admin/login/", 302),
        ("/no/such/page/", 404),
        ("/help/?x=%00", 400),
        ("/static/favicon.svg", 200),
    ],
)
def test_every_answer_has_them(address, status):
    answer = Client(raise_request_exception=False).get(address)
    answer.close()

    assert answer.status_code == status
    assert {name: answer[name] for name in ALWAYS} == ALWAYS
    assert "camera=()" in answer["Permissions-Policy"]


def test_the_policy_allows_only_ourselves_and_nothing_inline():
    rules = dict(rule.split(" ", 1) for rule in CONTENT_SECURITY.split("; "))

    assert rules["default-src"] == rules["base-uri"] == rules["frame-ancestors"] == "'none'"
    assert rules["object-src"] == "'none'"
    for own in ("script-src", "style-src", "img-src", "font-src", "form-action"):
        assert rules[own] == "'self'"
    assert "unsafe" not in CONTENT_SECURITY and "data:" not in CONTENT_SECURITY


def test_what_somebody_signed_in_saw_stays_in_no_cache(client):
    public = client.get("/help/")
    client.force_login(person())
    private = client.get("/help/")

    assert "no-store" not in public.get("Cache-Control", "")
    assert private["Cache-Control"] == "no-store"
    assert "Cookie" in private["Vary"]


def test_a_page_that_gives_a_cookie_is_not_kept(client):
    answer = client.get("/account/login/")

    assert answer.cookies
    assert "no-store" in answer["Cache-Control"]


def test_cookies_are_for_us_alone(client):
    client.force_login(person())
    answer = client.get("/account/login/")

    for cookie in [*client.cookies.values(), *answer.cookies.values()]:
        assert cookie["httponly"] and cookie["samesite"] == "Lax" and cookie["path"] == "/"


def test_the_page_about_cookies_names_every_cookie_of_the_settings():
    named = {cookie["name"] for cookie in cookies_set()["cookies"]}
    known = {getattr(settings, name) for name in dir(settings) if name.endswith("COOKIE_NAME")}

    # Languages are not chosen by cookie yet.
    assert named == known - {settings.LANGUAGE_COOKIE_NAME}


@pytest.mark.parametrize(
    "report",
    [
        {"csp-report": {"effective-directive": "script-src", "blocked-uri": "https://x/?name=Ann"}},
        [{"type": "csp-violation", "body": {"effectiveDirective": "script-src", "sample": "Ann"}}],
    ],
)
def test_a_report_is_noted_without_anything_personal(client, caplog, report):
    answer = client.post(REPORTS, json.dumps(report), content_type="application/csp-report")

    assert answer.status_code == 204
    assert "content security policy: script-src" in caplog.text
    assert "Ann" not in caplog.text and "https" not in caplog.text


@pytest.mark.parametrize(
    "body",
    [b"", b"\xff", b"[" * 19_000, b"{}", b"[1]", b'{"csp-report": 3}', b"x" * 100_000, b"null"],
)
def test_a_report_of_nonsense_is_taken_without_a_word(client, caplog, body):
    answer = client.post(REPORTS, body, content_type="application/csp-report")

    assert answer.status_code == 204
    assert "content security policy" not in caplog.text


def test_nobody_reads_reports(client):
    assert client.get(REPORTS).status_code == 405


def test_browsers_find_the_picture_where_they_look_for_it(client):
    response = client.get("/favicon.ico")

    assert (response.status_code, response["Location"]) == (302, "/static/favicon.svg")
