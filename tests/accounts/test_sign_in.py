"""Signing in, signing up, and finding one's way back in."""

import re
import time

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from framework_portal.accounts.models import User
from framework_portal.audit.models import AuditEvent
from framework_portal.notifications.models import Message
from framework_portal.notifications.rendering import rendered
from tests.accounts.people import PASSWORD, enter, entered, is_signed_in, person, staff

pytestmark = pytest.mark.django_db

SIGN_UP = {"name": "Ada Wren", "email": "ada@new.example", "password1": "marmot lantern gravel"}


def mail(kind):
    message = Message.objects.get(kind=kind)
    return rendered(message.kind, message.context)[1]


def link_in(text):
    return re.search(r"https?://[^/\s]+(/\S+)", text).group(1)


def test_a_person_signs_in_with_address_and_password(client):
    user = person()

    response = enter(client, user)

    assert response.status_code == 302
    assert is_signed_in(client)
    assert "person.signed_in" in [event.verb for event in AuditEvent.objects.about(user)]


def test_the_address_is_one_address_in_capitals_too(client):
    person("ada@supplier.example")

    client.post("/account/login/", {"login": "ADA@Supplier.example", "password": PASSWORD})

    assert is_signed_in(client)


def test_the_session_is_renewed_at_sign_in(client):
    user = person()
    client.get("/account/login/")
    client.session["anything"] = 1
    before = client.session.session_key

    enter(client, user)

    assert client.session.session_key != before


def test_sign_in_leads_where_one_wanted_to_go_and_nowhere_else(client):
    user = person()

    assert enter(client, user, query="?next=/account/activity/").url == "/account/activity/"
    client.post("/account/logout/")
    assert "evil" not in enter(client, user, query="?next=https://evil.example/").url


def test_signing_out_needs_a_post(client):
    client = entered(person())

    client.get("/account/logout/")
    assert is_signed_in(client)
    client.post("/account/logout/")
    assert not is_signed_in(client)


def test_a_new_account_opens_only_after_its_address_is_confirmed(client):
    client.post("/account/signup/", SIGN_UP)
    user = User.objects.get(email="ada@new.example")
    assert user.name == "Ada Wren"
    enter(client, user)
    assert not is_signed_in(client)

    path = link_in(mail("account_confirm_address"))
    page = client.get(path)
    assert not EmailAddress.objects.get(user=user).verified, "a GET (a mail scanner) confirms"
    assert "Confirm your email address" in page.content.decode()
    client.post(path)

    enter(client, user)
    assert is_signed_in(client)


@pytest.mark.parametrize(
    ("page", "form"),
    [
        ("/account/login/", {"login": "{}", "password": "not the right password"}),
        ("/account/password/reset/", {"email": "{}"}),
        ("/account/signup/", SIGN_UP | {"email": "{}"}),
    ],
)
def test_known_and_unknown_accounts_are_answered_alike(page, form):
    known = person().email
    answers = []
    for address in (known, "nobody@supplier.example"):
        client = Client()
        filled = {name: value.format(address) for name, value in form.items()}
        response = client.post(page, filled)
        shown = response.content.decode().replace(address, "ADDRESS")
        shown = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", shown)
        answers.append((response.status_code, response.get("Location"), shown))
        shown = client.get(response.get("Location") or page).content.decode()
        answers[-1] += (re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", shown),)

    assert answers[0] == answers[1]


def test_known_and_unknown_accounts_take_about_the_same_time(client):
    known = person().email

    def median(address):
        times = []
        for _ in range(3):
            began = time.process_time()
            client.post("/account/login/", {"login": address, "password": "x" * 20})
            times.append(time.process_time() - began)
        return sorted(times)[1]

    median("warm@up.example")
    ratio = median(known) / median("nobody@supplier.example")

    assert 0.4 < ratio < 2.5


def test_signing_up_again_tells_only_the_owner(client):
    owner = person("ada@new.example")

    client.post("/account/signup/", SIGN_UP)

    assert User.objects.filter(email="ada@new.example").count() == 1
    assert Message.objects.get().kind == "account_already_exists"
    owner.refresh_from_db()
    assert owner.check_password(PASSWORD)


def test_a_reset_link_works_once_and_ends_the_sessions(client):
    user = person()
    elsewhere = entered(user)
    client.post("/account/password/reset/", {"email": user.email})
    path = link_in(mail("account_password_reset"))
    form = client.get(path).url
    new = "otter umbrella quarry"

    client.post(form, {"password1": new, "password2": new})

    assert not is_signed_in(elsewhere)
    assert not is_signed_in(client)
    enter(client, user, password=new)
    assert is_signed_in(client)
    assert "no longer works" in Client().get(path).content.decode()


def test_no_token_of_a_link_is_ever_stored(client):
    user = person()

    client.post("/account/password/reset/", {"email": user.email})

    message = Message.objects.get(kind="account_password_reset")
    assert message.context == {"person": str(user.reference)}


def test_a_reset_link_is_worth_nothing_after_half_an_hour(client, settings):
    user = person()
    client.post("/account/password/reset/", {"email": user.email})
    path = link_in(mail("account_password_reset"))
    assert settings.PASSWORD_RESET_TIMEOUT == 30 * 60

    settings.PASSWORD_RESET_TIMEOUT = -1

    assert "no longer works" in client.get(path).content.decode()


def test_a_reset_does_not_go_round_the_second_factor(client):
    user = staff()
    client.post("/account/password/reset/", {"email": user.email})
    form = client.get(link_in(mail("account_password_reset"))).url
    new = "otter umbrella quarry"
    client.post(form, {"password1": new, "password2": new})

    response = client.post("/account/login/", {"login": user.email, "password": new})

    assert response.url.startswith("/account/2fa/authenticate/")
    assert not is_signed_in(client)


def test_who_is_deactivated_does_not_come_in(client):
    user = person()
    User.objects.filter(pk=user.pk).update(is_active=False)

    response = enter(client, user)

    assert response.url == "/account/inactive/"
    assert not is_signed_in(client)


@pytest.mark.parametrize("field", ["login", "password"])
@pytest.mark.parametrize("value", ["\x00", "a\x00b", "x" * 50_000, "\ud800", "😀", "' or 1=1--"])
def test_hostile_input_ends_in_a_form_error(client, field, value):
    form = {"login": "ada@supplier.example", "password": "p" * 12} | {field: value}
    body = "&".join(f"{name}={text}" for name, text in form.items())

    response = client.post(
        "/account/login/",
        body.encode("utf-8", "surrogatepass"),
        content_type="application/x-www-form-urlencoded",
    )

    assert response.status_code in (200, 400)


def test_browsers_are_told_what_to_fill_in(client):
    sign_in = client.get("/account/login/").content.decode()
    sign_up = client.get("/account/signup/").content.decode()

    assert 'autocomplete="username"' in sign_in
    assert 'autocomplete="current-password"' in sign_in
    assert 'autocomplete="name"' in sign_up
    assert 'autocomplete="new-password"' in sign_up
    assert "placeholder" not in sign_in + sign_up
