"""The admin's door, and what is done to people there."""

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from framework_portal.accounts.models import User
from framework_portal.audit.models import AuditEvent
from framework_portal.reference.models import Officer
from tests.accounts.people import enter, entered, is_signed_in, person, staff
from tests.factories import CommissionerFactory, OfficerFactory, UserFactory
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def root():
    user = person("root@portal.example", is_staff=True, is_superuser=True)
    return sign_in(Client(), user)


def verbs(user):
    return [event.verb for event in AuditEvent.objects.about(user)]


def test_the_admin_has_no_door_of_its_own(client):
    assert client.get("/admin/").url.startswith("/admin/login/")
    assert client.get("/admin/login/?next=/admin/").url == "/account/login/?next=%2Fadmin%2F"
    staff()
    response = client.post("/admin/login/", {"username": "sam@portal.example", "password": "x"})
    assert response.url.startswith("/account/login/")


def test_staff_with_a_factor_come_in_and_suppliers_do_not():
    assert entered(staff()).get("/admin/").status_code == 200
    assert entered(person()).get("/admin/", follow=True).status_code == 403


@pytest.mark.parametrize(
    ("networks", "address", "status"),
    [
        ([], "203.0.113.9", 200),
        (["203.0.113.0/24"], "203.0.113.9", 200),
        (["203.0.113.0/24", "2001:db8::/32"], "2001:db8::5", 200),
        (["203.0.113.0/24"], "198.51.100.7", 404),
        (["2001:db8::/32"], "203.0.113.9", 404),
    ],
)
def test_the_admin_answers_in_its_networks_only(networks, address, status, root, settings):
    settings.ADMIN_NETWORKS = networks

    assert root.get("/admin/", REMOTE_ADDR=address).status_code == status
    assert root.get("/account/", REMOTE_ADDR=address).status_code == 200


def test_a_header_that_anybody_can_send_does_not_open_the_admin(root, settings):
    settings.ADMIN_NETWORKS = ["203.0.113.0/24"]
    headers = {"X-Forwarded-For": "203.0.113.9"}

    assert root.get("/admin/", REMOTE_ADDR="198.51.100.7", headers=headers).status_code == 404


@pytest.mark.parametrize(
    "model",
    ["accounts/user", "accounts/attempts", "accounts/stashedform", "accounts/demonstrationperson"]
    + ["account/emailaddress", "mfa/authenticator", "usersessions/usersession"],
)
def test_every_list_opens_and_is_searched(model, root):
    entered(staff())
    UserFactory()

    assert root.get(f"/admin/{model}/").status_code == 200
    assert root.get(f"/admin/{model}/", {"q": "sam"}).status_code == 200


@pytest.mark.parametrize("model", ["accounts/user", "mfa/authenticator", "account/emailaddress"])
def test_a_list_costs_the_same_for_one_or_three(model, root):
    counts = []
    for n in range(3):
        person(f"p{n}@x.example", factor=True)
        with CaptureQueriesContext(connection) as queries:
            root.get(f"/admin/{model}/")
        counts.append(len(queries))

    assert counts[1] == counts[2]


def test_nobody_sets_a_password_or_makes_or_deletes_a_person_here(root):
    user = person()
    page = root.get(f"/admin/accounts/user/{user.pk}/change/").content.decode()

    assert user.password not in page
    assert str(user.sessions_key) not in page
    for path in ("add/", f"{user.pk}/delete/", f"{user.pk}/password/"):
        assert root.get(f"/admin/accounts/user/{path}", follow=True).status_code in (403, 404, 200)
        assert User.objects.filter(pk=user.pk).exists()
    assert root.get("/admin/accounts/user/add/").status_code == 403
    assert root.get("/admin/password_change/").url == "/account/password/change/"


def act(root, action, *users):
    return root.post(
        "/admin/accounts/user/",
        {"action": action, "_selected_action": [user.pk for user in users]},
    )


def test_deactivating_shuts_out_with_evidence_and_oneself_is_refused(root):
    user = person()
    client, me = entered(user), User.objects.get(email="root@portal.example")

    response = act(root, "deactivate", user, me)

    assert not is_signed_in(client)
    assert verbs(user)[-1] == "person.deactivated"
    told = " ".join(str(message) for message in get_messages(response.wsgi_request))
    assert "You cannot deactivate your own account" in told
    me.refresh_from_db()
    assert me.is_active
    assert verbs(me)[-1] == "person.deactivation_refused"

    act(root, "reactivate", user)
    enter(client, user)
    assert is_signed_in(client)


def test_signing_somebody_out_everywhere(root):
    user = person()
    client = entered(user)

    act(root, "sign_out", user)

    assert not is_signed_in(client)


def test_only_an_administrator_of_everything_makes_administrators():
    helper = sign_in(Client(), staff())
    me, other = User.objects.get(email="sam@portal.example"), person()

    for user in (me, other):
        helper.post(
            f"/admin/accounts/user/{user.pk}/change/",
            {"name": "X", "is_staff": "on", "is_superuser": "on"},
        )
        user.refresh_from_db()
        assert not user.is_superuser


def test_becoming_an_administrator_ends_the_sessions_and_is_evidence(root):
    user = person()
    client = entered(user)

    root.post(f"/admin/accounts/user/{user.pk}/change/", {"name": "Ada", "is_staff": "on"})

    user.refresh_from_db()
    assert user.is_staff
    assert not is_signed_in(client)
    assert verbs(user)[-2:] == ["person.sessions_ended", "person.role_changed"]


def test_changing_roles_asks_again():
    admin = person("root@portal.example", factor=True, is_staff=True, is_superuser=True)
    client = Client()
    client.force_login(admin)

    for path in (f"/admin/accounts/user/{admin.pk}/change/", "/admin/reference/officer/add/"):
        assert client.get(path).url.startswith("/account/reauthenticate/")


def test_an_officer_appointed_or_dismissed_is_signed_out_with_evidence(root):
    user, body = person(), CommissionerFactory()
    client = entered(user)

    root.post(
        "/admin/reference/officer/add/",
        {"user": user.pk, "commissioner": body.pk, "role": "commissioner"},
    )

    officer = Officer.objects.get(user=user)
    assert not is_signed_in(client)
    assert verbs(user)[-1] == "person.role_changed"
    root.post(f"/admin/reference/officer/{officer.pk}/delete/", {"post": "yes"})
    assert not Officer.objects.exists()
    assert verbs(user)[-1] == "person.role_changed"


@pytest.mark.parametrize("role", ["commissioner", "assessor"])
def test_officers_need_a_second_factor_and_have_short_sessions(role):
    user = person()
    OfficerFactory(user=user, role=role)
    client = Client()

    enter(client, user)

    assert client.get("/account/").url == "/account/2fa/totp/activate/"
    assert User.objects.get(pk=user.pk).has_perm("accounts.has_short_sessions")
