"""Whatever is sent to the account pages, the answer is a page or an error, never a crash."""

import itertools
from urllib.parse import urlsplit

import pytest
from django.test import Client

from tests.accounts.people import PASSWORD, entered, person

pytestmark = pytest.mark.django_db
HOSTILE = ["", "a\x00b", "\x1b[2J", "x" * 20_000, "١٢٣٤٥٦", "😀" * 50, "9" * 400, "{{7*7}}"]
HOSTILE += ["a@" + "b" * 300 + ".example"]
PAGES = {
    "/account/login/": ["login", "password"],
    "/account/signup/": ["name", "email", "password1"],
    "/account/password/reset/": ["email"],
    "/account/reauthenticate/": ["password"],
    "/account/2fa/reauthenticate/": ["code"],
    "/account/2fa/authenticate/": ["code"],
    "/account/2fa/totp/activate/": ["code"],
    "/account/password/change/": ["oldpassword", "password1", "password2"],
    "/account/email/": ["email", "action_add"],
    "/account/name/": ["name"],
    "/account/kept/drop/": ["path"],
    "/account/logout/": ["next"],
}


@pytest.fixture
def browsers():
    halfway = Client()
    user = person("bo@supplier.example", factor=True)
    halfway.post("/account/login/", {"login": user.email, "password": PASSWORD})
    return [Client(), entered(person()), halfway]


@pytest.mark.parametrize("path", PAGES)
def test_forms(path, browsers):
    for client, value in itertools.product(browsers, HOSTILE):
        response = client.post(path, dict.fromkeys(PAGES[path], value))
        assert response.status_code < 500, value[:20]


@pytest.mark.parametrize("action", ["action_add", "action_send", "action_remove", "action_primary"])
def test_every_button_of_the_address_page(action, browsers):
    for value in HOSTILE:
        assert browsers[1].post("/account/email/", {"email": value, action: "1"}).status_code < 500


@pytest.mark.parametrize(
    "value", ["\x00", "x" * 5000, "//evil.example", "https://evil.example", "é"]
)
def test_where_to_go_next(value, browsers):
    for client in browsers:
        for path in ("/account/login/", "/account/reauthenticate/", "/account/logout/"):
            response = client.get(path, {"next": value})
            assert response.status_code < 500
            assert urlsplit(response.headers.get("Location", "")).netloc == ""


@pytest.mark.parametrize(
    "path",
    [
        "/account/confirm-email/{}/",
        "/account/password/reset/key/{}-{}/",
        "/account/password/reset/key/1-{}/",
        "/account/sessions/{}/end/",
    ],
)
@pytest.mark.parametrize(
    "value", ["0", "z" * 13, "9" * 300, "a:b:c", "set-password", "%F0%9F%98%80"]
)
def test_links(path, value, browsers):
    for client in browsers:
        assert client.get(path.format(value, value)).status_code < 500
        assert client.post(path.format(value, value)).status_code < 500


@pytest.mark.parametrize("name", ["device", "kept-forms", "session", "csrf"])
@pytest.mark.parametrize("value", ["", "x", "a:b", "é", "{}", "x" * 3000, "null:null"])
def test_cookies(name, value):
    client = Client()
    client.cookies[name] = value

    for path in ("/account/login/", "/account/", "/account/name/"):
        assert client.get(path).status_code < 500
        assert (
            client.post(path, {"name": "x", "login": "a@b.example", "password": "x"}).status_code
            < 500
        )


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options", "trace"])
def test_methods(method, browsers):
    for path in PAGES:
        assert getattr(browsers[1], method)(path).status_code < 500
