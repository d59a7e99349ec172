"""Codes: who needs them, that each works once, and that nobody can read what they come from."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from django.test import Client
from django.urls import reverse

from framework_portal import clock
from framework_portal.accounts.actions.factors import code_of, step_of, use_code
from framework_portal.accounts.models import User
from framework_portal.audit.models import AuditEvent
from framework_portal.notifications.models import Message
from tests.accounts.people import PASSWORD, code, enter, entered, is_signed_in, person, staff

pytestmark = pytest.mark.django_db


def secret_on(page):
    return re.search(r'<code class="portal-code">([A-Z2-7]{32})</code>', page).group(1)


def set_up(client):
    page = client.get("/account/2fa/totp/activate/").content.decode()
    right = code_of(secret_on(page), step_of(clock.now()))
    return client.post("/account/2fa/totp/activate/", {"code": right}), right


def test_with_a_factor_the_password_alone_opens_nothing(client):
    user = person(factor=True)

    client.post("/account/login/", {"login": user.email, "password": PASSWORD})

    assert not is_signed_in(client)
    client.post("/account/2fa/authenticate/", {"code": code(user)})
    assert is_signed_in(client)


def test_a_code_works_once(client):
    user = person(factor=True)
    used = code(user)
    enter(client, user)

    other = Client()
    other.post("/account/login/", {"login": user.email, "password": PASSWORD})
    response = other.post("/account/2fa/authenticate/", {"code": used})

    assert "The code is not right" in response.content.decode()
    assert not is_signed_in(other)


def test_the_code_of_the_setup_does_not_open_the_door(django_capture_on_commit_callbacks):
    user = person()
    client = entered(user)
    with django_capture_on_commit_callbacks(execute=True):
        _, used = set_up(client)

    other = Client()
    other.post("/account/login/", {"login": user.email, "password": PASSWORD})
    other.post("/account/2fa/authenticate/", {"code": used})

    assert not is_signed_in(other)


@pytest.mark.parametrize(
    ("steps", "right"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)]
)
def test_a_code_counts_for_about_a_minute(steps, right):
    user = person(factor=True)
    factor = Authenticator.objects.get(user=user, type="totp")
    with clock.fixed_at(clock.now().replace(second=15)) as at:
        typed = code(user, steps=steps)

        assert use_code(authenticator=factor, code=typed, at=at) is right


def test_an_older_code_does_not_work_after_a_newer_one():
    user = person(factor=True)
    factor = Authenticator.objects.get(user=user, type="totp")
    at = clock.now()
    older, newer = code(user, steps=-1), code(user)

    assert use_code(authenticator=factor, code=newer, at=at)
    assert not use_code(authenticator=factor, code=older, at=at)
    assert not use_code(authenticator=factor, code=newer, at=at + timedelta(seconds=5))


def test_codes_may_be_typed_with_spaces():
    user = person(factor=True)
    factor = Authenticator.objects.get(user=user, type="totp")
    right = code(user)

    assert use_code(authenticator=factor, code=f" {right[:3]} {right[3:]} ", at=clock.now())


@pytest.mark.django_db(transaction=True)
def test_one_code_sent_twice_at_the_same_moment_works_once():
    user = person(factor=True)
    factor = Authenticator.objects.get(user=user, type="totp")
    at, right = clock.now(), code(user)

    def one(_):
        try:
            return use_code(authenticator=factor, code=right, at=at)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(one, range(8))) == 1


def test_a_recovery_code_works_once(client):
    user = person(factor=True)
    recovery = Authenticator.objects.get(user=user, type="recovery_codes").wrap()
    typed = recovery.get_unused_codes()[0]

    for client, comes_in in ((Client(), True), (Client(), False)):
        client.post("/account/login/", {"login": user.email, "password": PASSWORD})
        client.post("/account/2fa/authenticate/", {"code": typed})
        assert is_signed_in(client) is comes_in


@pytest.mark.parametrize(
    "path",
    ["/account/", "/account/email/", "/admin/", "/account/start/", "/account/password/reset/"],
)
def test_staff_without_a_factor_get_nowhere_but_to_the_setup(path):
    client = Client()
    enter(client, staff(factor=False))

    response = client.get(path)

    assert response.status_code == 302
    assert response.url == reverse("mfa_activate_totp")


def test_staff_without_a_factor_can_sign_out_and_set_one_up():
    client = Client()
    enter(client, staff(factor=False))

    response, _ = set_up(client)

    assert response.url == reverse("mfa_view_recovery_codes")
    assert client.get(response.url).status_code == 200
    assert client.get("/admin/").status_code == 200
    client.post("/account/logout/")
    assert not is_signed_in(client)


def test_who_becomes_staff_is_sent_to_the_setup_at_the_next_look():
    user = person()
    client = entered(user)
    User.objects.filter(pk=user.pk).update(is_staff=True)
    session = client.session
    session["accounts.standing"] |= {"seen": session["accounts.standing"]["seen"] - 61}
    session.save()

    assert client.get("/account/").url == reverse("mfa_activate_totp")


def test_suppliers_may_go_without():
    client = entered(person())

    assert "Not set up" in client.get("/account/").content.decode()


def test_staff_cannot_turn_it_off_and_suppliers_can():
    for user, stays in ((staff(), True), (person(factor=True), False)):
        client = entered(user)
        client.post("/account/2fa/totp/deactivate/")
        assert Authenticator.objects.filter(user=user, type="totp").exists() is stays


def test_no_secret_is_readable_in_the_database_nor_in_the_session():
    user = person()
    client = entered(user)
    page = client.get("/account/2fa/totp/activate/").content.decode()
    secret = secret_on(page)
    assert secret not in str(dict(client.session))

    right = code_of(secret, step_of(clock.now()))
    client.post("/account/2fa/totp/activate/", {"code": right})

    codes = client.get("/account/2fa/recovery-codes/").content.decode()
    shown = re.findall(r'<code class="portal-code">(\d{8})</code>', codes)
    stored = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert len(shown) == 10
    assert secret not in stored
    assert not any(code in stored for code in shown)


def test_the_admin_shows_no_secret():
    admin = entered(person("root@portal.example", factor=True, is_staff=True, is_superuser=True))
    factor = Authenticator.objects.get(user__email="root@portal.example", type="totp")

    for path in ("/admin/mfa/authenticator/", f"/admin/mfa/authenticator/{factor.pk}/change/"):
        page = admin.get(path).content.decode()
        assert factor.data["secret"] not in page
        assert "secret" not in page.replace("csrf", "")


def test_changes_of_factors_leave_evidence_and_tell_the_owner(django_capture_on_commit_callbacks):
    user = person()
    client = entered(user)
    with django_capture_on_commit_callbacks(execute=True):
        set_up(client)
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/account/2fa/recovery-codes/generate/")
        client.post("/account/2fa/totp/deactivate/")

    verbs = [event.verb for event in AuditEvent.objects.about(user)]
    assert {"person.factor_added", "person.factor_renewed", "person.factor_removed"} <= set(verbs)
    kinds = set(Message.objects.values_list("kind", flat=True))
    assert {"account_factor_added", "account_factor_removed"} <= kinds
    assert "account_recovery_codes_made" in kinds
