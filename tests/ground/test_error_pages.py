"""Error pages: plain, in the portal's look, without body, database or secrets."""

import logging

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.core.exceptions import BadRequest, PermissionDenied
from django.db import InterfaceError, InternalError, OperationalError, connection
from django.http import Http404
from django.test import Client, RequestFactory
from django.urls import path

from framework_portal import errors
from framework_portal.access import public
from tests.ground.people import person

SECRET = "path /srv/portal, key hunter2"
RAISED = {
    "bad": BadRequest(SECRET),
    "forbidden": PermissionDenied(SECRET),
    "missing": Http404(SECRET),
    "fault": RuntimeError(SECRET),
    "database": OperationalError(SECRET),
    "interface": InterfaceError(SECRET),
}
STATUS = {
    "bad": 400,
    "forbidden": 403,
    "missing": 404,
    "fault": 500,
    "database": 503,
    "interface": 503,
}


def raising(name):
    def view(request):
        raise RAISED[name]

    return public(view)


urlpatterns = [path(f"{name}/", raising(name)) for name in RAISED]
handler400 = errors.bad_request
handler403 = errors.permission_denied
handler404 = errors.not_found
handler500 = errors.server_error


@pytest.fixture
def client():
    return Client(raise_request_exception=False)


@pytest.mark.urls(__name__)
@pytest.mark.parametrize("name", RAISED)
def test_an_error_page_says_what_to_do_and_tells_a_stranger_nothing(client, name, caplog):
    """No database is allowed to this test: the page must not ask for it."""
    caplog.set_level(logging.INFO)

    answer = client.get(f"/{name}/")
    page = answer.content.decode()

    assert answer.status_code == STATUS[name]
    assert "<h1" in page and "Framework portal" in page
    assert "hunter2" not in page and "Traceback" not in page and "Error:" not in page
    assert answer["Cache-Control"] == "no-store"
    assert answer["Content-Security-Policy"].startswith("default-src 'none'")
    reference = page.split("<strong>")[-1].split("</strong>")[0]
    assert any(f"reference {reference}" in record.getMessage() for record in caplog.records)


@pytest.mark.urls(__name__)
@pytest.mark.parametrize("name", RAISED)
def test_an_error_page_comes_whatever_the_body_is(client, name):
    answer = client.post(f"/{name}/", b"\xff\x00", content_type="multipart/form-data; boundary=x")

    assert answer.status_code == STATUS[name]


@pytest.mark.urls(__name__)
def test_where_the_database_fails_the_page_says_that_nothing_was_taken_in(client):
    answer = client.get("/database/")

    assert answer["Retry-After"] == "60"
    assert "A bid counts only when you see its receipt" in answer.content.decode()


@pytest.mark.parametrize("debug", [True, False])
def test_a_database_that_does_not_answer_the_session_ends_in_a_plain_page_too(
    client, settings, monkeypatch, debug
):
    settings.DEBUG = settings.DEMONSTRATION = debug

    def fail(self):
        raise OperationalError(SECRET)

    monkeypatch.setattr(SessionStore, "load", fail)
    client.cookies[settings.SESSION_COOKIE_NAME] = "a" * 32
    answer = client.get("/help/")

    assert answer.status_code == (500 if debug else 503)
    assert b"give this reference" in answer.content
    assert b"hunter2" not in answer.content


@pytest.mark.django_db(transaction=True)
def test_a_database_that_only_reads_is_told_from_a_fault_of_ours():
    with connection.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = on")
        try:
            person()
        except InternalError:
            answer = errors.server_error(RequestFactory().get("/"))
        cursor.execute("SET default_transaction_read_only = off")

    assert answer.status_code == 503


def test_an_address_that_does_not_exist_shows_the_navigation(client, db):
    answer = client.get("/no/such/page/")

    assert answer.status_code == 404
    assert b"Page not found" in answer.content
    assert b"Accessibility statement" in answer.content


@pytest.mark.django_db
@pytest.mark.parametrize("address, status", [("/no/such/page/", 404), ("/help/?x=%00", 400)])
def test_the_demonstration_shows_the_same_pages_though_debug_is_on(
    client, settings, address, status
):
    settings.DEBUG = settings.DEMONSTRATION = True

    answer = client.get(address)

    assert answer.status_code == status
    assert b"give this reference" in answer.content


@pytest.mark.urls(__name__)
@pytest.mark.parametrize("name", RAISED)
def test_in_the_demonstration_a_page_that_fails_says_so_in_the_portals_look(client, settings, name):
    settings.DEBUG = settings.DEMONSTRATION = True

    answer = client.get(f"/{name}/")

    assert answer.status_code == STATUS[name]
    assert b"give this reference" in answer.content
    assert b"hunter2" not in answer.content
