"""Every hostile input ends in a plain page with a 4xx, never in a 500."""

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import path, reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from framework_portal.access import public
from framework_portal.forms import PortalForm
from framework_portal.middleware import HostileInput

pytestmark = pytest.mark.django_db

SIGN_IN = "/account/login/"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def client():
    """Errors come as pages, as they do for a browser."""
    return Client(raise_request_exception=False)


@pytest.mark.parametrize("method", ["TRACE", "PUT", "DELETE", "PATCH", "OPTIONS", "BREW"])
def test_unknown_methods_are_answered_405(client, method):
    answer = client.generic(method, "/help/")

    assert answer.status_code == 405
    assert answer["Allow"] == "GET, HEAD, POST"


@pytest.mark.parametrize(
    "address",
    [
        "/help/%00",
        "/help/?words=%00",
        "/admin/?q=a%00b",
        "/account/login/?next=%00",
    ],
)
def test_nul_in_an_address_is_refused(client, address):
    assert client.get(address).status_code == 400


@pytest.mark.parametrize(
    "kind",
    [
        f"{FORM}; charset=utf-16",
        f"{FORM}; charset=utf-7",
        f"{FORM}; charset=no-such-thing",
        f"{FORM}; charset=idna",
        f"{FORM}; charset=base64",
        "multipart/form-data; charset=utf-7; boundary=x",
    ],
)
def test_a_body_in_another_charset_is_refused(client, kind):
    assert client.generic("POST", SIGN_IN, b"login=+AAA-", content_type=kind).status_code == 400


@pytest.mark.parametrize("kind", [FORM, f"{FORM}; charset=utf-8", f'{FORM}; charset="UTF-8"'])
def test_the_usual_charset_is_welcome(client, kind):
    assert client.generic("POST", SIGN_IN, b"login=a", content_type=kind).status_code == 200


@pytest.mark.parametrize(
    "kind",
    [
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=x",
        "multipart/form-data; boundary=" + "x" * 300,
        "multipart/form-data; boundary=\xe9",
    ],
)
def test_a_broken_multipart_body_is_not_our_error(client, kind):
    body = b'--x\r\nContent-Disposition: form-data; name="login"\r\n\r\nhalf'

    assert client.generic("POST", SIGN_IN, body, content_type=kind).status_code in (200, 400)


def test_too_many_fields_are_refused(client):
    answer = client.post(SIGN_IN, {f"field{number}": "x" for number in range(3_000)})

    assert answer.status_code == 400


def test_too_large_a_body_is_answered_413(client):
    answer = client.generic("POST", SIGN_IN, b"login=" + b"x" * 6_000_000, content_type=FORM)

    assert answer.status_code == 413
    assert b"too much at once" in answer.content


def test_a_body_that_is_not_utf_8_is_not_our_error(client):
    answer = client.generic("POST", SIGN_IN, b"login=%FF%ED%A0%80&x=\xff", content_type=FORM)

    assert answer.status_code in (200, 400)


@pytest.mark.parametrize("value", ['"\\000aaaaaaaa"', "\x01" * 20, "x" * 4_000, '"\\303\\050"'])
@pytest.mark.parametrize("name", ["session", "csrf", "messages", "language"])
def test_a_cookie_of_nonsense_is_ignored(client, name, value):
    answer = client.get("/help/", headers={"cookie": f"{name}={value}"})

    assert answer.status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "a b", "localhost:port", "[::1"])
def test_a_foreign_host_is_refused(client, host):
    answer = client.get("/help/", headers={"host": host})

    assert answer.status_code == 400
    assert host.encode() not in answer.content


@pytest.mark.parametrize("length", ["-1", "abc", "999999999999999999999"])
def test_a_false_length_is_not_our_error(client, length):
    answer = client.generic(
        "POST", SIGN_IN, b"login=a", content_type=FORM, headers={"content-length": length}
    )

    assert answer.status_code in (200, 400, 413)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
def test_no_query_breaks_a_page(client, text):
    for name in ("page", "next", "q", "language"):
        assert client.get(SIGN_IN, {name: text}).status_code in (200, 302, 400)


def takes_anything(request):
    """A view that is careless with what the database cannot hold."""
    if request.GET.get("with") == "surrogate":
        "\ud800".encode()
    raise ValueError("A string literal cannot contain NUL (0x00) characters.")


def fails(request):
    raise ValueError("Our own fault")


urlpatterns = [
    path("careless/", public(takes_anything)),
    path("fault/", public(fails)),
    path("fine/", public(lambda request: HttpResponse("fine"))),
]


@pytest.mark.urls(__name__)
@pytest.mark.parametrize("query", ["", "?with=surrogate"])
def test_text_that_cannot_be_stored_is_the_senders_fault_even_where_a_view_is_careless(
    client, query
):
    assert client.get(f"/careless/{query}").status_code == 400
    assert client.get("/fault/").status_code == 500


def test_lone_surrogates_never_reach_the_answer():
    form = PortalForm({"x": "\ud800"})

    assert form.data["x"] == ""
    assert reverse("public:help") == "/help/"
    assert HostileInput.process_exception(None, None, KeyError()) is None
