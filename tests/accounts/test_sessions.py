"""How long sessions last, and how they end."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client

from framework_portal import clock
from framework_portal.accounts.actions.people import deactivate_person
from framework_portal.accounts.actions.sessions import end_sessions
from framework_portal.accounts.tasks import tidy_sign_ins
from framework_portal.audit.models import AuditEvent
from framework_portal.notifications.models import Message
from tests.accounts.people import PASSWORD, enter, entered, is_signed_in, person, staff

pytestmark = pytest.mark.django_db
MINUTE, HOUR = 60, 3600


def wind(client, *, seen=0, since=0):
    """Let the session be older."""
    session = client.session
    noted = session["accounts.standing"]
    noted["seen"] -= seen
    noted["since"] -= since
    session["accounts.standing"] = noted
    session.save()


@pytest.mark.parametrize(
    ("make", "idle", "absolute"),
    [(staff, 30 * MINUTE, 12 * HOUR), (person, 2 * HOUR, 24 * HOUR)],
)
def test_sessions_end_when_idle_and_in_any_case(make, idle, absolute):
    user = make()
    for limit, other in (("seen", idle), ("since", absolute)):
        client = entered(user) if limit == "seen" else Client()
        if limit == "since":
            enter(client, user, steps=1)
            client.get("/account/")
        wind(client, **{limit: other - 5})
        assert is_signed_in(client), limit
        wind(client, **{limit: other})
        assert not is_signed_in(client), limit


def test_being_there_keeps_the_session():
    client = entered(person())
    for _ in range(4):
        wind(client, seen=HOUR)
        assert is_signed_in(client)


def test_asking_to_stay_keeps_the_session_and_says_how_long():
    client = entered(person())
    wind(client, seen=HOUR)

    answer = client.get("/account/stay/").json()

    assert 2 * HOUR - 5 <= answer["seconds"] <= 2 * HOUR


def test_a_page_says_how_long_the_session_lasts():
    client = entered(person())

    assert 'data-seconds="7' in client.get("/account/").content.decode()
    assert "data-seconds" not in Client().get("/account/login/").content.decode()


def test_the_session_is_not_written_at_every_request():
    client = entered(person())
    client.get("/account/activity/")
    before = client.session["accounts.standing"]

    client.get("/account/activity/")

    assert client.session["accounts.standing"] == before


def test_whose_session_has_ended_is_told_so():
    client = entered(person())
    wind(client, seen=2 * HOUR)

    page = client.get("/account/name/", follow=True).content.decode()

    assert "your session had ended" in page


def test_changing_the_password_ends_the_other_sessions_but_not_this():
    user = person()
    here, there = entered(user), entered(user)
    new = "otter umbrella quarry"

    here.post(
        "/account/password/change/",
        {"oldpassword": PASSWORD, "password1": new, "password2": new},
    )

    assert is_signed_in(here)
    assert not is_signed_in(there)
    assert Message.objects.filter(kind="account_password_changed", to=user.email).exists()


def test_ending_sessions_ends_them_however_they_were_made():
    user, other = person(), person("bo@supplier.example")
    by_page, by_force, bystander = entered(user), Client(), entered(other)
    by_force.force_login(user)
    assert is_signed_in(by_force)

    end_sessions(user, by=other)

    assert not is_signed_in(by_page)
    assert not is_signed_in(by_force)
    assert is_signed_in(bystander)
    assert not UserSession.objects.filter(user=user).exists()


def test_deactivating_somebody_shuts_them_out_at_once():
    user = person()
    client = entered(user)

    deactivate_person(user=user, by=staff())

    assert not is_signed_in(client)
    verbs = [event.verb for event in AuditEvent.objects.about(user)]
    assert verbs[-2:] == ["person.sessions_ended", "person.deactivated"]


def test_one_sees_and_ends_ones_own_sessions_only():
    user, other = person(), person("bo@supplier.example")
    here, there, stranger = entered(user), entered(user), entered(other)
    page = here.get("/account/sessions/").content.decode()
    assert page.count("/end/") == 1
    path = next(part.split('"')[0] for part in page.split('action="') if "/end/" in part[:80])

    assert stranger.post(path).status_code == 404
    assert is_signed_in(there)
    assert here.post(path).status_code == 302
    assert not is_signed_in(there)
    assert is_signed_in(here)


def test_signing_out_everywhere_else():
    user = person()
    here, there = entered(user), entered(user)

    here.post("/account/sessions/")

    assert is_signed_in(here)
    assert not is_signed_in(there)


def test_the_list_of_sessions_shows_no_key():
    client = entered(person())

    assert client.session.session_key not in client.get("/account/sessions/").content.decode()


def test_a_strange_browser_is_told_by_mail_and_the_own_one_is_not():
    user = person()
    own = entered(user)
    own.post("/account/logout/")
    enter(own, user)
    assert not Message.objects.filter(kind="account_new_device").exists()

    entered(user)

    assert Message.objects.filter(kind="account_new_device", to=user.email).count() == 1


def test_what_has_run_out_is_tidied_away():
    client = entered(person())
    Session.objects.update(expire_date=clock.now() - timedelta(seconds=1))

    tidy_sign_ins()
    tidy_sign_ins()

    assert not Session.objects.exists()
    assert not UserSession.objects.exists()
    assert not is_signed_in(client)
