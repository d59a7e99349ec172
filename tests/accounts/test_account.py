"""One's own account, the first page after signing in, and the demonstration's sign-ins."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse

from framework_portal.accounts import demonstration
from framework_portal.accounts.actions.people import create_person
from framework_portal.accounts.models import DemonstrationPerson, User
from framework_portal.audit.models import AuditEvent
from framework_portal.notifications.models import Message
from framework_portal.notifications.rendering import rendered
from framework_portal.refusals import Refused
from tests.accounts.people import entered, is_signed_in, person, staff
from tests.accounts.test_sign_in import link_in, mail
from tests.factories import OfficerFactory
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db


def test_the_new_address_counts_once_confirmed_and_the_old_one_is_told():
    user = person(factor=True)
    client = entered(user)

    client.post("/account/email/", {"email": "ada@new.example", "action_add": "1"})
    user.refresh_from_db()
    assert user.email == "ada@supplier.example"
    client.post(link_in(mail("account_confirm_new_address")))

    user.refresh_from_db()
    assert user.email == "ada@new.example"
    assert list(EmailAddress.objects.values_list("email", "verified")) == [(user.email, True)]
    assert Message.objects.get(kind="account_address_changed").to == "ada@supplier.example"
    assert "person.address_changed" in [e.verb for e in AuditEvent.objects.about(user)]


def test_an_address_of_somebody_else_is_not_given_away_nor_taken():
    person("bo@supplier.example")
    client = entered(person())

    page = client.post("/account/email/", {"email": "bo@supplier.example", "action_add": "1"})

    assert page.status_code in (200, 302)
    assert EmailAddress.objects.filter(email="bo@supplier.example", verified=True).count() == 1


def test_a_name_is_changed():
    user = person()
    client = entered(user)

    client.post("/account/name/", {"name": "Ada Lark"})
    assert client.post("/account/name/", {"name": "\x00bad"}).status_code == 200

    user.refresh_from_db()
    assert user.name == "Ada Lark"


def test_ones_activity_shows_ones_own_and_nobody_elses():
    user, other = person(), person("bo@supplier.example")
    entered(other).post("/account/name/", {"name": "Bo Lark"})
    page = entered(user).get("/account/activity/").content.decode()

    assert "Signed in" in page
    assert "Changed the name" not in page


def test_every_role_begins_on_its_own_page():
    commissioner, assessor = person("c@x.example"), person("a@x.example")
    OfficerFactory(user=commissioner, role="commissioner")
    OfficerFactory(user=assessor, role="assessor")
    root = person("r@x.example", is_staff=True, is_superuser=True)
    expected = {
        commissioner: "commissioner:competition_list",
        assessor: "assessor:application_list",
        person(): "supplier:dashboard",
        root: "admin:index",
    }

    for user, name in expected.items():
        response = sign_in(Client(), user).get("/account/start/")
        try:
            assert response.url == reverse(name)
        except Exception:
            assert response.url == reverse("account_home"), f"{name} is not there yet"


def test_the_account_pages_need_signing_in(client):
    for path in ("", "start/", "name/", "activity/", "email/", "sessions/", "2fa/", "stay/"):
        assert client.get(f"/account/{path}").url.startswith("/account/login/")


@pytest.fixture
def shown(settings):
    settings.DEMONSTRATION = True
    user = create_person(
        email="cora@commissioner.example", name="Cora Vale", password=demonstration.PASSWORD
    )
    OfficerFactory(user=user, role="commissioner")
    demonstration.give_second_factor(user)
    demonstration.register_demonstration_person(user=user, role="Commissioner, all regions")
    return user


def test_a_newcomer_signs_in_as_a_role_with_what_the_page_shows(shown, client):
    page = client.get("/demonstration/sign-ins/").content.decode()
    assert "Commissioner, all regions" in page
    form = dict(re.findall(r'name="(login|password)" value="([^"]+)"', page))

    client.post("/demonstration/sign-ins/change/", form, follow=True)
    page = client.get("/account/2fa/authenticate/").content.decode()
    typed = re.search(r'<strong class="portal-code">(\d{6})</strong>', page).group(1)
    client.post("/account/2fa/authenticate/", {"code": typed})

    assert is_signed_in(client)
    other = Client()
    other.post("/account/login/", form)
    page = other.get("/account/2fa/authenticate/").content.decode()
    another = re.search(r'<strong class="portal-code">(\d{6})</strong>', page).group(1)
    assert another != typed, "a code that was used up is shown"
    other.post("/account/2fa/authenticate/", {"code": another})
    assert is_signed_in(other)


def test_a_visitor_goes_from_one_role_to_another(shown, client):
    supplier = person("ada@supplier.example", password=demonstration.PASSWORD)
    demonstration.register_demonstration_person(user=supplier, role="Supplier", position=2)

    for email in (shown.email, supplier.email):  # the first is left at the page for the code
        form = {"login": email, "password": demonstration.PASSWORD}
        client.post("/demonstration/sign-ins/change/", form, follow=True)

    assert client.get("/account/").wsgi_request.user == supplier


def test_outside_the_demonstration_nothing_is_shown(shown, client, settings):
    settings.DEMONSTRATION = False

    assert client.get("/demonstration/sign-ins/").status_code == 404
    assert client.post("/demonstration/sign-ins/change/").status_code == 404
    client.post("/account/login/", {"login": shown.email, "password": demonstration.PASSWORD})
    page = client.get("/account/2fa/authenticate/").content.decode()
    assert "This is a demonstration. The code now is" not in page


def test_nobody_real_is_ever_shown(shown, client):
    real = staff("sam@probation.gov.uk")
    with pytest.raises(Refused):
        demonstration.register_demonstration_person(user=real, role="Administrator")
    DemonstrationPerson.objects.create(user=real, role="Administrator")

    page = client.get("/demonstration/sign-ins/").content.decode()

    assert "sam@probation.gov.uk" not in page
    client.post("/account/login/", {"login": real.email, "password": "marmot lantern gravel"})
    assert "The code now is" not in client.get("/account/2fa/authenticate/").content.decode()


def test_every_mail_has_a_subject_and_a_text():
    from framework_portal.accounts.mails import KINDS

    user = person()
    address = EmailAddress.objects.create(user=user, email="new@x.example")
    context = {"person": str(user.reference), "address": address.pk}

    for kind in {*KINDS.values(), "account_new_device"}:
        subject, text = rendered(kind, context)
        assert subject
        assert "{" not in text, kind


def test_an_address_once_taken_can_be_used_by_one_person_only():
    person()
    with pytest.raises(Exception, match="account"):
        User.objects.create_user("ADA@supplier.example")


def test_a_signed_in_page_asks_the_database_little(django_assert_max_num_queries):
    client = entered(person())
    client.get("/account/name/")

    with django_assert_max_num_queries(4):
        client.get("/account/name/")
