"""The unlocked personal key lives as long as the session, in two halves, and not before it."""

import logging
import re

import pytest
from django.conf import settings
from django.test import Client, RequestFactory

from framework_portal.accounts import unlocked
from framework_portal.accounts.actions.people import create_person
from framework_portal.accounts.actions.personal_keys import unlock
from framework_portal.accounts.models import PersonalKey, StashedForm, User
from framework_portal.audit.models import AuditEvent
from framework_portal.notifications.models import Message
from framework_portal.pages.public import cookies_set
from tests.accounts.people import PASSWORD, code, enter, entered, person, staff
from tests.accounts.test_sign_in import link_in, mail
from tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db
COOKIE = settings.UNLOCKED_COOKIE_NAME
ANOTHER = "another marmot lantern"


def held_by(client, user):
    """What a request with this browser's cookies has in hand."""
    request = RequestFactory().get("/")
    request.COOKIES = {name: morsel.value for name, morsel in client.cookies.items()}
    request.session, request.user = client.session, user
    return unlocked.held(request)


def private_of(user, password=PASSWORD):
    return unlock(user=user, password=password)


def test_signing_in_with_the_password_unlocks():
    user = person()

    client = entered(user)

    assert held_by(client, user) == private_of(user)
    assert client.cookies[COOKIE]["httponly"] and client.cookies[COOKIE]["samesite"] == "Lax"


def test_the_cookie_is_kept_to_https_and_this_host_outside_the_demonstration(settings):
    settings.SESSION_COOKIE_SECURE = True
    client = Client()
    enter(client, person())

    assert client.cookies[COOKIE]["secure"] and not client.cookies[COOKIE]["domain"]


def test_every_cookie_of_a_sign_in_is_told_on_the_page_of_cookies():
    client = entered(person())

    told = {row["name"] for row in cookies_set()["cookies"]}
    assert set(client.cookies) <= told


def test_a_person_without_a_key_is_given_one_when_they_sign_in():
    user = person()
    PersonalKey.objects.all().delete()

    client = entered(user)

    assert held_by(client, user) is not None
    assert not PersonalKey.objects.get(user=user).is_replacement


def test_a_wrong_password_unlocks_nothing():
    user, client = person(), Client()
    enter(client, user, password="not the right one")

    assert COOKIE not in client.cookies and unlocked.HALF not in client.session


def test_the_cookie_alone_and_the_session_alone_are_of_no_use():
    user = person()
    first, second = entered(user), entered(user)

    cookie_of_first = Client()
    cookie_of_first.cookies[COOKIE] = first.cookies[COOKIE].value
    session_of_first = Client()
    session_of_first.cookies[settings.SESSION_COOKIE_NAME] = first.session.session_key
    mixed = Client()
    mixed.cookies[settings.SESSION_COOKIE_NAME] = second.session.session_key
    mixed.cookies[COOKIE] = first.cookies[COOKIE].value

    for client in (cookie_of_first, session_of_first, mixed):
        assert held_by(client, user) is None


def test_a_broken_cookie_is_a_missing_one():
    user = person()
    client = entered(user)

    for value in ("", "x", "%%%", client.cookies[COOKIE].value[:-6]):
        client.cookies[COOKIE] = value
        assert held_by(client, user) is None
        assert client.get("/account/").status_code == 200


def test_before_the_second_step_the_key_waits_and_after_it_it_is_there():
    user, client = person(factor=True), Client()

    response = client.post("/account/login/", {"login": user.email, "password": PASSWORD})

    waiting = client.cookies[COOKIE].value
    assert response.url.startswith("/account/2fa/")
    request = RequestFactory().get("/")
    request.COOKIES = {COOKIE: waiting}
    request.session, request.user = client.session, _nobody()
    assert unlocked.held(request) is None

    client.post(response.url, {"code": code(user)})

    assert held_by(client, user) == private_of(user)
    assert client.cookies[COOKIE].value != waiting, "fresh halves for the session that begins"


def _nobody():
    from django.contrib.auth.models import AnonymousUser

    return AnonymousUser()


def test_somebody_elses_session_does_not_open_it():
    ada, bob = person(), person("bob@supplier.example")
    client = entered(ada)

    assert held_by(client, bob) is None


def test_signing_out_ends_it_in_the_browser_and_on_the_server():
    user = person()
    client = entered(user)
    cookie, session = client.cookies[COOKIE].value, client.session.session_key

    client.post("/account/logout/")

    assert client.cookies[COOKIE].value == ""
    copied = Client()
    copied.cookies[COOKIE] = cookie
    copied.cookies[settings.SESSION_COOKIE_NAME] = session
    assert held_by(copied, user) is None


def test_a_session_that_lasted_too_long_ends_it():
    user = person()
    client = entered(user)
    session = client.session
    session["accounts.standing"] = session["accounts.standing"] | {"seen": 0}
    session.save()

    client.get("/account/")

    assert client.cookies[COOKIE].value == ""


def test_changing_the_password_keeps_the_key_and_ends_it_everywhere_else():
    user = person()
    client, other = entered(user), entered(user)
    before, cookie = private_of(user), client.cookies[COOKIE].value

    client.post(
        "/account/password/change/",
        {"oldpassword": PASSWORD, "password1": ANOTHER, "password2": ANOTHER},
    )

    user.refresh_from_db()
    assert held_by(client, user) == before and client.cookies[COOKIE].value != cookie
    assert private_of(user, ANOTHER) == before
    assert other.get("/account/").status_code == 302
    assert not PersonalKey.objects.get(user=user).is_replacement
    again = Client()
    enter(again, user, password=ANOTHER)
    assert held_by(again, user) == before


def test_setting_a_new_password_by_mail_makes_a_new_key():
    user = person()
    before = private_of(user)

    _reset(user, ANOTHER)

    user.refresh_from_db()
    assert PersonalKey.objects.get(user=user).is_replacement
    assert private_of(user, ANOTHER) != before


def _reset(user, password):
    client = Client()
    client.post("/account/password/reset/", {"email": user.email})
    form = client.get(link_in(mail("account_password_reset"))).url
    client.post(form, {"password1": password, "password2": password})


def test_being_asked_again_unlocks_where_the_cookie_was_lost():
    user = person()
    client = entered(user)
    del client.cookies[COOKIE]
    assert held_by(client, user) is None

    client.post("/account/reauthenticate/", {"password": PASSWORD})

    assert held_by(client, user) == private_of(user)


def test_being_asked_again_leaves_a_second_tab_its_half():
    user = person()
    client = entered(user)
    cookie = client.cookies[COOKIE].value

    client.post("/account/reauthenticate/", {"password": PASSWORD})

    assert client.cookies[COOKIE].value == cookie and held_by(client, user)


def test_signing_up_makes_a_key_that_is_unlocked_once_the_address_is_confirmed():
    client = Client()
    client.post(
        "/account/signup/",
        {"name": "New Person", "email": "new@supplier.example", "password1": PASSWORD},
    )
    user = User.objects.get(email="new@supplier.example")

    assert PersonalKey.objects.filter(user=user).exists()
    assert held_by(client, _nobody()) is None


def test_officers_and_administrators_have_none():
    user = staff()

    client = entered(user)

    assert COOKIE not in client.cookies and not PersonalKey.objects.filter(user=user).exists()


def test_people_made_by_commands_have_one_where_they_have_a_password():
    assert PersonalKey.objects.filter(user=person()).exists()
    without = create_person(email="none@supplier.example", name="None")
    assert not PersonalKey.objects.filter(user=without).exists()


def test_two_first_sign_ins_at_the_same_moment_make_one_key():
    user = person()
    PersonalKey.objects.all().delete()

    assert private_of(user) == private_of(user)
    assert PersonalKey.objects.count() == 1


def test_removal_from_the_organisation_ends_the_session_with_it():
    from suppliers.actions.team import remove_member

    owner = MembershipFactory()
    user = person()
    membership = MembershipFactory(supplier=owner.supplier, user=user)
    client = entered(user)

    remove_member(membership=membership, by=owner.user, at=membership.joined_at)

    assert client.get("/account/").status_code == 302


def test_the_password_is_written_down_nowhere(caplog):
    caplog.set_level(logging.DEBUG)
    user = person()
    client = entered(user)
    client.cookies[settings.SESSION_COOKIE_NAME] = "gone"
    client.post(
        "/account/password/change/",
        {"oldpassword": PASSWORD, "password1": ANOTHER, "password2": ANOTHER},
    )

    written = caplog.text + " ".join(
        str(row)
        for model in (AuditEvent, Message, StashedForm)
        for row in model.objects.values_list()
    )
    assert PASSWORD not in written and ANOTHER not in written
    assert not re.search(r"'unlocked_for'|private", written)
