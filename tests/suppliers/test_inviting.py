"""An organisation is asked in by a link that proves its mailbox, works once and tells nobody."""

import re
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from framework_portal.audit.models import AuditEvent
from framework_portal.notifications.models import Message
from framework_portal.notifications.rendering import rendered
from framework_portal.refusals import Refused
from suppliers.actions.inviting import (
    MOST_OPEN,
    cancel_organisation_invitation,
    invite_organisation,
    register_invited,
    send_again,
    take_up,
)
from suppliers.links import digest_of, token_of
from suppliers.models import OrganisationInvitation, Supplier
from suppliers.selectors import inviting
from suppliers.states import LegalForm, MemberRole, Size
from tests.factories import (
    MembershipFactory,
    OrganisationInvitationFactory,
    SupplierFactory,
    UserFactory,
)
from tests.signing_in import sign_in

ABOUT = {
    "name": "Harbour Steps",
    "legal_form": LegalForm.CHARITY,
    "size": Size.MICRO,
    "is_voluntary": True,
}


@pytest.fixture
def lead(db):
    return MembershipFactory(supplier__name="Lead Supplier", user__email="lead@test.example")


def invite(lead, email="small@test.example", at=None):
    return invite_organisation(
        inviter=lead.supplier,
        email=email,
        by=lead.user,
        at=at or timezone.now(),
    )


def test_the_link_is_in_the_mail_and_nowhere_else(lead):
    invitation = invite(lead, " Small@Test.Example ")

    token, message = token_of(invitation), Message.objects.get()
    subject, text = rendered(message.kind, message.context)
    assert (message.kind, message.to) == ("organisation_invited", "small@test.example")
    assert f"/supplier/invited/{token}/" in text
    assert "Lead Supplier" not in subject + text
    kept = f"{message.context} {OrganisationInvitation.objects.values()} " + str(
        [(event.details, event.subject_reference) for event in AuditEvent.objects.all()]
    )
    assert token not in kept
    assert invitation.token_digest == digest_of(token)
    assert inviting.by_token(token) == invitation
    assert inviting.by_token(token[:-1]) is None
    assert invitation.email == "small@test.example"
    assert invitation.expires_at == invitation.invited_at + timedelta(days=28)


def test_the_inviter_cannot_tell_whether_the_address_has_an_account(lead):
    UserFactory(email="here@test.example")
    invite(lead, "warm@test.example")
    asked = []
    for email in ("here@test.example", "nobody@test.example"):
        with connection.execute_wrapper(
            lambda run, sql, *rest: asked.append(re.sub("x[0-9]+", "", sql)) or run(sql, *rest)
        ):
            invite(lead, email)

    half = len(asked) // 2
    assert asked[:half] == asked[half:]
    context = [sorted(message.context) for message in Message.objects.all()]
    assert context == [context[0]] * 3


def test_asked_twice_there_is_one_invitation_and_one_mail_a_day(lead):
    at = timezone.now().replace(hour=12)
    first = invite(lead, at=at)

    assert invite(lead, "SMALL@test.example", at=at + timedelta(hours=1)) == first
    assert Message.objects.count() == 1
    send_again(invitation=first, by=lead.user, at=at + timedelta(days=1))

    assert Message.objects.count() == 2
    assert OrganisationInvitation.objects.count() == 1


def test_a_link_that_ran_out_is_replaced_by_another(lead):
    invitation = OrganisationInvitationFactory(inviter=lead.supplier)
    token = token_of(invitation)

    renewed = send_again(invitation=invitation, by=lead.user, at=invitation.expires_at)

    assert inviting.by_token(token) is None
    assert inviting.by_token(token_of(renewed)) == invitation
    assert renewed.expires_at > invitation.expires_at


def test_two_inviters_ask_the_same_address_and_neither_sees_the_other(lead):
    other = MembershipFactory()

    assert invite(lead) != invite(other)
    assert OrganisationInvitation.objects.of(lead.user).count() == 1


def test_colleagues_are_not_asked_as_another_organisation(lead):
    with pytest.raises(Refused) as refusal:
        invite(lead, "Lead@test.example")

    assert (refusal.value.code, refusal.value.field) == ("itself", "email")


def test_so_many_may_wait_for_one_inviter(lead):
    OrganisationInvitationFactory.create_batch(MOST_OPEN, inviter=lead.supplier)

    with pytest.raises(Refused) as refusal:
        invite(lead)

    assert refusal.value.code == "too_many_invitations"


def test_a_withdrawn_invitation_opens_nothing_and_is_not_mailed(lead):
    invitation = invite(lead)

    for _twice in range(2):
        cancel_organisation_invitation(invitation=invitation, by=lead.user, at=timezone.now())

    assert Message.objects.get().cancelled_at is not None
    with pytest.raises(Refused) as refusal:
        register_invited(invitation=invitation, by=UserFactory(), at=timezone.now(), **ABOUT)
    assert refusal.value.code == "cancelled"
    assert invite(lead) != invitation


def test_registering_makes_the_organisation_with_its_owner_vault_and_numbers_once(lead):
    invitation, person = invite(lead), UserFactory()
    numbers = [("GB-CHC", "1090095")]

    for _twice in range(2):
        register_invited(
            invitation=invitation, by=person, at=timezone.now(), identifiers=numbers, **ABOUT
        )

    supplier = Supplier.objects.get(name="Harbour Steps")
    invitation.refresh_from_db()
    assert (invitation.accepted_for, invitation.accepted_by) == (supplier, person)
    assert supplier.memberships.get().role == MemberRole.OWNER
    assert supplier.vaults.get().grants.get().key == person.personal_key
    assert str(supplier.identifiers.get()) == "GB-CHC-1090095"
    assert inviting.came_to_answer(supplier)
    with pytest.raises(Refused) as refusal:
        register_invited(
            invitation=invitation, by=UserFactory(), at=timezone.now(), **ABOUT | {"name": "Thief"}
        )
    assert refusal.value.code == "used"
    assert not Supplier.objects.filter(name="Thief").exists()


@pytest.mark.parametrize(
    ("late", "let_in"), [(timedelta(0), False), (-timedelta(microseconds=1), True)]
)
def test_the_link_stops_at_the_instant_it_runs_out(lead, late, let_in):
    invitation, owner = invite(lead), MembershipFactory()

    try:
        take_up(
            invitation=invitation,
            supplier=owner.supplier,
            by=owner.user,
            at=invitation.expires_at + late,
        )
    except Refused as refusal:
        assert refusal.code == "expired"

    invitation.refresh_from_db()
    assert (invitation.accepted_for == owner.supplier) == let_in


@pytest.mark.parametrize("who", ["reader", "stranger", "inviter"])
def test_only_who_acts_for_another_organisation_takes_it_up(lead, who):
    invitation = invite(lead)
    member = {
        "reader": lambda: MembershipFactory(role=MemberRole.READER),
        "stranger": MembershipFactory,
        "inviter": lambda: lead,
    }[who]()
    by = UserFactory() if who == "stranger" else member.user

    with pytest.raises(Refused) as refusal:
        take_up(invitation=invitation, supplier=member.supplier, by=by, at=timezone.now())

    invitation.refresh_from_db()
    assert refusal.value.code == ("of_the_lead" if who == "inviter" else "not_yours")
    assert invitation.accepted_at is None


def test_an_invitation_waits_for_the_person_of_its_address_only(lead):
    invitation, at = invite(lead), timezone.now()

    assert list(inviting.waiting_for(UserFactory(email="small@test.example"), at=at)) == [
        invitation
    ]
    assert not inviting.waiting_for(UserFactory(), at=at).exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_who_answer_at_once_one_does():
    invitation = OrganisationInvitationFactory()
    owners, barrier, outcomes = [MembershipFactory(), MembershipFactory()], Barrier(2), []

    def answer(owner):
        barrier.wait()
        try:
            take_up(
                invitation=invitation, supplier=owner.supplier, by=owner.user, at=timezone.now()
            )
            outcomes.append("done")
        except Refused as refusal:
            outcomes.append(refusal.code)
        connection.close()

    threads = [Thread(target=answer, args=[owner]) for owner in owners]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["done", "used"]


def test_the_factory_makes_a_link_that_works(db):
    invitation = OrganisationInvitationFactory()

    assert inviting.by_token(token_of(invitation)) == invitation
    assert not inviting.came_to_answer(SupplierFactory())


@pytest.mark.parametrize("has_organisation", [False, True])
def test_nobody_of_the_inviter_takes_its_invitation_up(lead, client, has_organisation):
    """The address was a stranger's when it was written to; its holder belongs to the lead now."""
    invitation = invite(lead)
    both = MembershipFactory(supplier=lead.supplier, user__email="small@test.example").user
    supplier = MembershipFactory(user=both).supplier if has_organisation else None
    given = {"invitation": invitation, "by": both, "at": timezone.now()}

    with pytest.raises(Refused, match="of_the_lead"):
        register_invited(**given, **ABOUT)
    if supplier:
        with pytest.raises(Refused, match="of_the_lead"):
            take_up(supplier=supplier, **given)
    sign_in(client, both)
    token = token_of(invitation)
    page = client.get(f"/supplier/invited/{token}/", follow=True).content.decode()
    other = client.get(reverse("supplier:invited_organisation", kwargs={"token": token}))

    assert "Somebody else must answer" in page
    assert other.url == reverse("supplier:invited", kwargs={"token": token})
    assert OrganisationInvitation.objects.get().accepted_at is None
    assert not Supplier.objects.filter(name=ABOUT["name"]).exists()
