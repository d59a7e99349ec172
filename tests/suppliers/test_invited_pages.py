"""From the link in the mail to the terms: two short pages, or a sign-in, or a choice."""

import pytest
from django.urls import reverse
from django.utils import timezone

from framework_portal.accounts.models import User
from suppliers.links import token_of
from suppliers.models import OrganisationInvitation, Supplier
from suppliers.states import MemberRole
from suppliers.views.supplier.invited import terms_page
from tests.accounts.people import PASSWORD, enter, person
from tests.factories import (
    AssessorFactory,
    MembershipFactory,
    OrganisationInvitationFactory,
)
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db

YOU = {"name": "Sal Reed", "password1": PASSWORD}
ORGANISATION = {
    "name": "Harbour Steps",
    "legal_form": "cic",
    "size": "micro",
    "is_voluntary": "yes",
    "charity_number": "",
    "company_number": "9506232",
}


@pytest.fixture
def invitation():
    return OrganisationInvitationFactory(inviter__name="Lead Supplier", email="sal@harbour.example")


@pytest.fixture
def link(invitation):
    return reverse("supplier:invited", args=[token_of(invitation)])


def test_two_pages_lead_a_newcomer_to_the_terms(client, invitation, link):
    page = client.get(link)
    assert "Lead Supplier" in page.text
    assert "sal@harbour.example" in page.text

    second = client.post(link, YOU, follow=True)
    assert second.redirect_chain[-1][0] == f"{link}organisation/"
    answer = client.post(f"{link}organisation/", ORGANISATION)

    assert (answer.status_code, answer.url) == (302, terms_page())
    supplier = Supplier.objects.get(name="Harbour Steps")
    membership = supplier.memberships.get()
    assert (membership.role, membership.user.email) == (MemberRole.OWNER, "sal@harbour.example")
    assert membership.user.emailaddress_set.get().verified
    assert str(supplier.identifiers.get()) == "GB-COH-09506232"
    assert supplier.vaults.get().grants.get().key == membership.user.personal_key
    invitation.refresh_from_db()
    assert invitation.accepted_for == supplier
    assert client.get(answer.url, follow=True).status_code == 200


def test_the_password_made_on_the_way_signs_in_afterwards(client, link):
    client.post(link, YOU)
    client.logout()

    enter(client, User.objects.get(email="sal@harbour.example"))

    assert client.get("/account/").status_code == 200


@pytest.mark.parametrize("password", ["short", "password1234", ""])
def test_the_rules_for_passwords_hold(client, link, password):
    page = client.post(link, YOU | {"password1": password})

    assert page.status_code == 200
    assert "There is a problem" in page.text
    assert 'value="Sal Reed"' in page.text
    assert not User.objects.filter(email="sal@harbour.example").exists()


def test_the_address_is_the_links_whatever_is_sent(client, link):
    client.post(link, YOU | {"email": "thief@test.example"})

    assert not User.objects.filter(email="thief@test.example").exists()
    assert User.objects.filter(email="sal@harbour.example").exists()


def test_looking_at_the_link_uses_nothing_up(client, link):
    for _scanner in range(3):
        assert client.get(link).status_code == 200

    assert OrganisationInvitation.objects.get().accepted_at is None


def test_the_first_page_sent_twice_makes_one_account(client, link):
    other = client.__class__()
    client.post(link, YOU)

    again = other.post(link, YOU, follow=True)

    assert User.objects.filter(email="sal@harbour.example").count() == 1
    assert "You have an account" in again.text


def test_the_second_page_sent_twice_registers_once(client, link):
    client.post(link, YOU)
    for _twice in range(2):
        answer = client.post(f"{link}organisation/", ORGANISATION)
        assert (answer.status_code, answer.url) == (302, terms_page())

    assert Supplier.objects.filter(name="Harbour Steps").count() == 1


def test_a_wrong_number_is_said_beside_it_and_nothing_typed_is_lost(client, link):
    client.post(link, YOU)

    page = client.post(
        f"{link}organisation/", ORGANISATION | {"company_number": "nonsense", "name": "New name"}
    )

    assert "A company number has 8 digits" in page.text
    assert 'value="New name"' in page.text
    assert not Supplier.objects.filter(name="New name").exists()


def test_who_left_between_the_pages_signs_in_and_goes_on(client, link):
    client.post(link, YOU)
    client.logout()

    assert "You have an account" in client.get(link).text
    enter(client, User.objects.get(email="sal@harbour.example"))

    assert client.get(link, follow=True).redirect_chain == [(f"{link}organisation/", 302)]


def test_who_has_an_account_signs_in_and_answers_for_the_organisation(client, invitation, link):
    owner = MembershipFactory(user=person("sal@harbour.example"))

    page = client.get(link)
    assert "You have an account" in page.text
    assert "password1" not in page.text
    sign_in(client, owner.user)
    assert owner.supplier.name in client.get(link).text
    answer = client.post(link, {"supplier": str(owner.supplier.reference)})

    assert answer.url == terms_page()
    invitation.refresh_from_db()
    assert invitation.accepted_for == owner.supplier


def test_of_several_organisations_one_is_chosen_and_no_strangers(client, invitation, link):
    owner = MembershipFactory()
    second = MembershipFactory(user=owner.user, role=MemberRole.EDITOR)
    read = MembershipFactory(user=owner.user, role=MemberRole.READER)
    sign_in(client, owner.user)

    page = client.get(link).text
    assert owner.supplier.name in page
    assert second.supplier.name in page
    assert read.supplier.name not in page
    for wrong in (read.supplier, MembershipFactory().supplier):
        refused = client.post(link, {"supplier": str(wrong.reference)})
        assert "There is a problem" in refused.text
    client.post(link, {"supplier": str(second.supplier.reference)})

    invitation.refresh_from_db()
    assert invitation.accepted_for == second.supplier


def test_another_organisation_can_be_registered(client, link):
    owner = MembershipFactory()
    sign_in(client, owner.user)

    assert client.post(link, {"supplier": "new"}).url == f"{link}organisation/"


def test_a_reader_is_told_who_can_answer(client, invitation, link):
    reader = MembershipFactory(role=MemberRole.READER)
    sign_in(client, reader.user)

    page = client.post(link, {"supplier": str(reader.supplier.reference)})

    assert "A colleague must answer" in page.text
    invitation.refresh_from_db()
    assert invitation.accepted_at is None


def test_an_officer_is_told_so(client, link):
    sign_in(client, AssessorFactory().user)

    assert "This account cannot answer" in client.get(link).text
    assert client.get(f"{link}organisation/").status_code == 403


def test_a_made_up_link_leads_nowhere(client):
    link = reverse("supplier:invited", args=["0" * 32])

    assert client.get(link).status_code == 404
    sign_in(client, MembershipFactory().user)
    assert client.get(link).status_code == 404
    assert client.get(f"{link}organisation/").status_code == 404


def test_a_link_that_ended_says_why_and_takes_nothing(client, invitation, link):
    OrganisationInvitation.objects.update(expires_at=timezone.now())

    page = client.post(link, YOU)

    assert "This link no longer works" in page.text
    assert "Ask Lead Supplier to send a new one" in page.text
    assert not User.objects.filter(email="sal@harbour.example").exists()


def test_used_twice_it_leads_its_people_to_the_terms_and_tells_others_nothing(client, link):
    client.post(link, YOU)
    client.post(f"{link}organisation/", ORGANISATION)

    assert client.get(link).url == terms_page()
    other = client.__class__()
    page = other.get(link).text
    assert "It has been used" in page
    assert "Harbour Steps" not in page
    sign_in(other, MembershipFactory().user)
    assert "It has been used" in other.get(link).text
