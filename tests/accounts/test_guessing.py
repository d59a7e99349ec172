"""Guessing is slowed down, and nobody can use that against somebody else."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client

from framework_portal import clock
from framework_portal.accounts.actions.guessing import (
    FREE_FAILURES,
    LONGEST_WAIT,
    claim_try,
    door,
    forget_old,
    give_back,
)
from framework_portal.accounts.models import Attempts, User
from framework_portal.refusals import Refused
from tests.accounts.people import PASSWORD, enter, entered, is_signed_in, person, staff
from tests.accounts.test_sign_in import link_in, mail

pytestmark = pytest.mark.django_db
NETWORK = {"REMOTE_ADDR": "203.0.113.9"}


def guess(user, times, *, client=None, **extra):
    client = client or Client()
    for n in range(times):
        response = client.post(
            "/account/login/", {"login": user.email, "password": f"guess {n}"}, **extra
        )
    return response


def refused(door_key, at):
    with pytest.raises(Refused) as refusal:
        claim_try(doors=[door_key], at=at)
    assert refusal.value.code == "too_many_attempts"
    return refusal.value.message


def test_after_ten_wrong_guesses_the_right_password_must_wait_too():
    user = person()

    guess(user, FREE_FAILURES - 1)
    assert "not right" in guess(user, 1).content.decode()
    response = enter(Client(), user)

    assert "Wait 10 minutes" in response.content.decode()


def test_nine_wrong_guesses_cost_nothing(client):
    user = person()

    guess(user, FREE_FAILURES - 1)

    enter(client, user)
    assert is_signed_in(client)


def test_an_unknown_account_is_slowed_down_alike():
    nobody = User(email="nobody@supplier.example")

    assert "Wait 10 minutes" in guess(nobody, FREE_FAILURES + 1).content.decode()
    assert "Wait 10 minutes" in guess(person(), 1).content.decode(), "the network's count"


def test_a_network_that_guesses_over_many_accounts_is_slowed_down():
    for n in range(FREE_FAILURES):
        Client().post(
            "/account/login/", {"login": f"p{n}@x.example", "password": "guess"}, **NETWORK
        )
    victim = person()

    assert "Wait" in guess(victim, 1, **NETWORK).content.decode()
    assert "not right" in guess(victim, 1).content.decode()


def test_the_waits_grow_to_an_hour_and_end():
    key, at = door("account", "a"), clock.now()
    for _ in range(FREE_FAILURES):
        claim_try(doors=[key], at=at)

    waits = []
    for _ in range(5):
        until = Attempts.objects.get(key=key).waits_until
        waits.append(until - at)
        refused(key, until - timedelta(microseconds=1))
        at = until
        claim_try(doors=[key], at=at)

    minutes = [wait / timedelta(minutes=1) for wait in waits]
    assert minutes == [10, 20, 40, 60, 60]


def test_trying_during_a_wait_does_not_make_it_longer():
    key, at = door("account", "a"), clock.now()
    for _ in range(FREE_FAILURES):
        claim_try(doors=[key], at=at)
    before = Attempts.objects.get(key=key)

    for second in range(50):
        refused(key, at + timedelta(seconds=second))

    after = Attempts.objects.get(key=key)
    assert (after.failures, after.waits_until) == (before.failures, before.waits_until)


def test_a_rival_does_not_lock_the_owners_own_browser_out():
    user = person()
    own = entered(user)
    own.post("/account/logout/")

    assert "Wait" in guess(user, FREE_FAILURES + 5, **NETWORK).content.decode()
    assert "Wait" in guess(user, 1).content.decode()

    enter(own, user)
    assert is_signed_in(own)


def test_the_owners_own_browser_is_slowed_down_too_when_it_guesses():
    user = person()
    own = entered(user)
    own.post("/account/logout/")

    guess(user, FREE_FAILURES, client=own)

    assert "Wait" in enter(own, user).content.decode()


def test_a_forged_browser_cookie_is_worth_nothing():
    user = person()
    forger = Client()
    forger.cookies["device"] = f'{{"device": "x", "people": ["{user.reference}"]}}:forged'

    assert "Wait" in guess(user, FREE_FAILURES + 1, client=forger).content.decode()


def test_setting_a_new_password_by_mail_ends_the_wait(client):
    user = person()
    guess(user, FREE_FAILURES, **NETWORK)
    client.post("/account/password/reset/", {"email": user.email})
    form = client.get(link_in(mail("account_password_reset"))).url
    new = "otter umbrella quarry"
    client.post(form, {"password1": new, "password2": new})

    enter(client, user, password=new)

    assert is_signed_in(client)


def test_an_own_success_does_not_hide_guesses_made_at_others():
    mine, victim = person("mine@x.example"), person()
    client = Client()
    for _ in range(3):
        guess(victim, 3)
        enter(client, mine)
        client.post("/account/logout/")

    network = Attempts.objects.get(key=door("network", "127.0.0.1"))
    assert network.failures == 9


def test_codes_are_slowed_down_too(client):
    user = staff()
    for _ in range(FREE_FAILURES + 1):
        client.post("/account/login/", {"login": user.email, "password": PASSWORD})
        response = client.post("/account/2fa/authenticate/", {"code": "000000"})

    assert "Wait" in response.content.decode()
    assert not is_signed_in(client)


def test_old_counts_are_forgotten():
    at = clock.now()
    claim_try(doors=["k" * 64], at=at)

    assert forget_old(at=at + LONGEST_WAIT) == 0
    assert forget_old(at=at + timedelta(hours=4)) == 1


def test_a_right_try_is_given_back():
    at = clock.now()
    for _ in range(FREE_FAILURES):
        claim_try(doors=["k" * 64], at=at)

    give_back(doors=["k" * 64])

    claim_try(doors=["k" * 64], at=at)


@pytest.mark.django_db(transaction=True)
def test_guesses_at_the_same_moment_do_not_slip_past_the_count():
    doors, at = [door("account", "a"), door("network", "n")], clock.now()

    def one(number):
        try:
            claim_try(doors=doors if number % 2 else doors[::-1], at=at)
            return True
        except Refused:
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(12) as threads:
        allowed = sum(threads.map(one, range(40)))

    assert allowed == FREE_FAILURES


def test_counting_works_from_a_table_that_migrate_made():
    cache.set("x", 1)

    assert cache.get("x") == 1
    assert connection.introspection.table_names().count("portal_cache") == 1
