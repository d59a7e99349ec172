"""Nothing typed is lost by a time-out, and nobody else ever sees it."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import include, path
from django.views.decorators.http import require_POST

from framework_portal import clock
from framework_portal.access import signed_in
from framework_portal.accounts.actions import stash
from framework_portal.accounts.models import StashedForm
from framework_portal.accounts.recent import recent_sign_in
from framework_portal.sealing.models import SealedOffer
from tests.accounts.people import PASSWORD, code, enter, entered, is_signed_in, person, staff
from tests.accounts.test_sessions import wind

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.accounts.test_stash")]
TYPED = {"method": "We walk alongside people.\n\nEvery day.", "areas": ["north", "wales"]}
received = []


@signed_in
@require_POST
def receive(request):
    received.append((dict(request.POST.lists()), list(request.FILES)))
    return HttpResponse("received")


@signed_in
@recent_sign_in(within=timedelta(minutes=15), on_post=timedelta(hours=1))
def guarded(request):
    if request.method == "POST":
        received.append(dict(request.POST.lists()))
    return HttpResponse("guarded page")


urlpatterns = [
    path("test/receive/", receive),
    path("test/guarded/", guarded),
    path("", include("framework_portal.urls")),
]


@pytest.fixture(autouse=True)
def nothing_received():
    received.clear()


def timed_out(user):
    client = entered(user)
    wind(client, seen=24 * 3600)
    return client


def given_back(page):
    """The form of the page, as a browser would send it."""
    page = page.content.decode()
    fields = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page):
        fields.setdefault(unescape(name), []).append(unescape(value))
    fields.pop("path", None)
    return fields


def test_a_form_sent_after_the_session_ended_is_sent_again_after_signing_in():
    user = person()
    client = timed_out(user)

    response = client.post("/test/receive/?page=2", TYPED)
    assert response.status_code == 302
    assert response.url == "/account/login/?next=/test/receive/%3Fpage%3D2"
    assert "We kept what you typed" in client.get(response.url).content.decode()
    landed = enter(client, user, query="?next=/test/receive/%3Fpage%3D2")
    page = client.get(landed.url)

    assert "We kept what you typed" in page.content.decode()
    assert "We walk alongside people." in page.content.decode()
    again = given_back(page)
    again.pop("csrfmiddlewaretoken", None)
    client.post("/test/receive/?page=2", again)
    assert received == [({name: [v] if isinstance(v, str) else v for name, v in TYPED.items()}, [])]
    assert not StashedForm.objects.exists()
    assert not SealedOffer.objects.exists()
    assert client.get("/test/receive/?page=2").status_code == 405, "it is given back once"
    assert client.cookies["kept-forms"].value == "", "the cookie outlives what it is for"


def test_what_is_kept_lies_nowhere_in_clear():
    client = timed_out(person())
    client.post("/test/receive/", {"method": "marker-4711"})

    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(
                f'SELECT count(*) FROM "{table}" t WHERE t::text LIKE %s', ["%marker-4711%"]
            )
            assert cursor.fetchone()[0] == 0, table
    assert StashedForm.objects.count() == 1


def test_nobody_else_is_shown_it_not_even_in_the_same_browser():
    client, other = timed_out(person()), person("bo@supplier.example")
    client.post("/test/receive/", TYPED)

    enter(client, other)

    assert client.get("/test/receive/").status_code == 405
    client.post("/test/receive/", {"x": "y"})
    assert StashedForm.objects.count() == 1, "somebody else's form was thrown away"


def test_the_owner_needs_the_same_browser():
    user = person()
    timed_out(user).post("/test/receive/", TYPED)

    assert entered(user).get("/test/receive/").status_code == 405


def test_a_form_whose_session_is_gone_finds_its_owner_by_the_browser():
    user, other = person(), person("bo@supplier.example")
    client = entered(user)
    client.cookies.pop(settings.SESSION_COOKIE_NAME)

    client.post("/test/receive/", TYPED)

    assert StashedForm.objects.get().person == user
    enter(client, other)
    assert client.get("/test/receive/").status_code == 405


def test_a_form_of_nobody_known_goes_to_who_signs_in_first():
    user, other, client = person(), person("bo@supplier.example"), Client()
    client.post("/test/receive/", TYPED)

    enter(client, user)
    assert "We kept" in client.get("/test/receive/").content.decode()
    client.post("/account/logout/")
    enter(client, other)
    assert client.get("/test/receive/").status_code == 405


def test_strangers_cannot_fill_the_disk():
    for _ in range(15):
        Client().post("/test/receive/", TYPED)

    assert StashedForm.objects.count() == 10


def test_one_browser_keeps_ten_forms_and_a_large_one_not_at_all():
    client = timed_out(person())
    for n in range(14):
        client.post(f"/test/receive/?n={n}", TYPED)
    assert StashedForm.objects.count() == stash.MOST_FORMS

    client.post("/test/receive/?large", {"method": "x" * (stash.LARGEST + 1)})
    assert StashedForm.objects.count() == stash.MOST_FORMS


def test_passwords_and_codes_are_never_kept():
    secret = ["password", "password1", "oldpassword", "new_password", "opening_passphrase"]
    secret += ["code", "recovery_code", "totp-code", "otp", "client_secret", "token"]
    kept = ["postcode", "post_code", "promotion"]
    client = timed_out(person())
    client.post("/test/receive/", dict.fromkeys([*secret, *kept], "typed"))

    found = stash.read_stashed(stashed=StashedForm.objects.get())

    assert sorted(found["fields"]) == sorted(kept)


def test_files_must_be_chosen_again():
    user = person()
    client = timed_out(user)
    upload = SimpleUploadedFile("cover <letter>.pdf", b"%PDF-1.7 marker")
    client.post("/test/receive/", {"method": "typed", "evidence": upload})
    enter(client, user)

    page = client.get("/test/receive/").content.decode()

    assert "Choose cover &lt;letter&gt;.pdf again" in page
    assert 'type="file"' in page
    assert 'enctype="multipart/form-data"' in page


def test_it_can_be_deleted_instead():
    user = person()
    client = timed_out(user)
    client.post("/test/receive/", TYPED)
    enter(client, user)

    client.post("/account/kept/drop/", {"path": "/test/receive/"})

    assert not StashedForm.objects.exists()
    assert not SealedOffer.objects.exists()


def test_it_is_gone_after_a_day():
    user = person()
    client = timed_out(user)
    client.post("/test/receive/", TYPED)
    enter(client, user)
    StashedForm.objects.update(
        stashed_at=clock.now() - timedelta(days=2), expires_at=clock.now() - timedelta(seconds=1)
    )

    assert client.get("/test/receive/").status_code == 405
    assert stash.drop_expired(at=clock.now()) == 1
    assert not SealedOffer.objects.exists()


def test_hostile_fields_are_shown_as_text():
    user = person()
    client = timed_out(user)
    client.post("/test/receive/", {'"><script>alert(1)</script>': "</textarea><script>"})
    enter(client, user)

    page = client.get("/test/receive/").content.decode()

    assert "<script>alert" not in page
    assert "</textarea><script>" not in page


def test_an_old_token_of_an_own_page_costs_nothing():
    user = person()
    client = entered(user)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies

    response = strict.post("/test/receive/", TYPED, headers={"Origin": "http://testserver"})
    assert response.status_code == 302
    page = strict.get(response.url)
    again = given_back(page)
    strict.post("/test/receive/", again, headers={"Origin": "http://testserver"})

    assert received[0][0]["areas"] == ["north", "wales"]
    assert len(received) == 1


def test_a_form_another_site_sent_is_not_kept():
    client = entered(person())
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies

    for headers in ({"Origin": "https://evil.example"}, {"Referer": "https://evil.example/x"}, {}):
        response = strict.post("/test/receive/", TYPED, headers=headers)
        assert response.status_code == 403

    assert "out of date" in response.content.decode()
    assert not StashedForm.objects.exists()
    assert not received


def test_a_body_in_another_charset_is_no_error_of_ours():
    strict = Client(enforce_csrf_checks=True)

    response = strict.post(
        "/test/receive/", b"a=b", content_type="application/x-www-form-urlencoded; charset=utf-7"
    )

    assert response.status_code in (400, 403)


def asked_long_ago(client, seconds):
    session = client.session
    records = session["account_authentication_methods"]
    for record in records:
        record["at"] -= seconds
    session["account_authentication_methods"] = records
    session.save()


def test_who_signed_in_a_while_ago_is_asked_again_on_the_way_in_but_not_to_send():
    client = entered(person())
    assert client.get("/test/guarded/").status_code == 200
    asked_long_ago(client, 16 * 60)

    assert client.get("/test/guarded/").url == "/account/reauthenticate/?next=%2Ftest%2Fguarded%2F"
    assert client.post("/test/guarded/", TYPED).status_code == 200
    asked_long_ago(client, 45 * 60)
    assert client.post("/test/guarded/", TYPED).status_code == 302


def test_the_body_survives_being_asked_again():
    client = entered(person())
    asked_long_ago(client, 2 * 3600)

    response = client.post("/test/guarded/", TYPED)
    assert "We walk" not in str(dict(client.session)), "the body lies in the session in clear"
    assert "not right" in client.post(response.url, {"password": "wrong"}).content.decode()
    landed = client.post(response.url, {"password": PASSWORD})
    page = client.get(landed.url)
    client.post("/test/guarded/", given_back(page))

    assert received[0]["areas"] == ["north", "wales"]


def test_a_button_without_a_form_is_pressed_after_all():
    client = entered(person())
    asked_long_ago(client, 2 * 3600)

    response = client.post("/test/guarded/")
    landed = client.post(response.url, {"password": PASSWORD})
    page = client.get(landed.url)
    assert "Do you want to go on?" in page.content.decode()
    client.post("/test/guarded/", given_back(page))

    assert len(received) == 1
    assert client.get("/test/guarded/").content == b"guarded page"


def test_a_code_does_as_well_as_a_password():
    user = staff()
    client = entered(user)
    asked_long_ago(client, 2 * 3600)

    client.post("/account/2fa/reauthenticate/?next=/test/guarded/", {"code": code(user, steps=1)})

    assert client.get("/test/guarded/").status_code == 200


def test_strangers_who_need_a_recent_sign_in_sign_in():
    assert Client().get("/test/guarded/").url.startswith("/account/login/")
    assert is_signed_in(entered(person()))
