"""Colleagues come in by a link that works once; an owner always remains."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from allauth.account.models import EmailAddress
from allauth.account.signals import email_confirmed
from django.db import connection
from django.utils import timezone

from framework_portal.audit.models import AuditEvent
from framework_portal.notifications.models import Message
from framework_portal.refusals import Refused
from suppliers.actions.team import (
    accept_invitation,
    cancel_invitation,
    change_role,
    invite_colleague,
    remove_member,
)
from suppliers.models import Membership
from suppliers.states import MemberRole
from tests.factories import (
    AssessorFactory,
    InvitationFactory,
    MembershipFactory,
    SupplierFactory,
    UserFactory,
)


def invite(supplier, email="new@test.example", role=MemberRole.EDITOR):
    return invite_colleague(
        supplier=supplier, email=email, role=role, by=UserFactory(), at=timezone.now()
    )


@pytest.mark.django_db
def test_an_invitation_is_mailed_once_without_names_and_runs_out_in_seven_days():
    supplier = SupplierFactory(name="Secret name")

    invitation = invite(supplier, " New@Test.Example ")

    message = Message.objects.get()
    assert (message.kind, message.to) == ("colleague_invited", "new@test.example")
    assert "Secret name" not in str(message.context)
    assert invitation.expires_at == invitation.invited_at + timedelta(days=7)


@pytest.mark.django_db
def test_inviting_again_replaces_the_first_link():
    supplier = SupplierFactory()
    first, second = invite(supplier), invite(supplier, "NEW@test.example", MemberRole.READER)

    first.refresh_from_db()
    assert first.cancelled_at is not None
    assert list(supplier.invitations.filter(cancelled_at=None)) == [second]


@pytest.mark.django_db
def test_a_member_is_not_invited_again():
    member = MembershipFactory(user__email="here@test.example")

    with pytest.raises(Refused) as refusal:
        invite(member.supplier, "Here@test.example")

    assert (refusal.value.code, refusal.value.field) == ("member_already", "email")


@pytest.mark.django_db
def test_the_link_lets_its_address_in_with_its_role_once():
    invitation = InvitationFactory(role=MemberRole.READER)
    person = UserFactory(email=invitation.email)

    accept_invitation(invitation=invitation, by=person, at=timezone.now())

    assert Membership.objects.get(user=person).role == MemberRole.READER
    with pytest.raises(Refused) as refusal:
        accept_invitation(invitation=invitation, by=person, at=timezone.now())
    assert refusal.value.code == "used"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("late", "let_in"), [(timedelta(0), False), (-timedelta(microseconds=1), True)]
)
def test_the_link_stops_at_the_instant_it_runs_out(late, let_in):
    invitation = InvitationFactory()
    person = UserFactory(email=invitation.email)

    try:
        accept_invitation(invitation=invitation, by=person, at=invitation.expires_at + late)
    except Refused as refusal:
        assert refusal.code == "expired"

    assert Membership.objects.exists() == let_in


@pytest.mark.django_db
def test_the_link_lets_no_other_address_in_and_the_attempt_is_kept():
    invitation = InvitationFactory()

    with pytest.raises(Refused) as refusal:
        accept_invitation(invitation=invitation, by=UserFactory(), at=timezone.now())

    assert refusal.value.code == "other_address"
    assert not Membership.objects.exists()
    assert [event.verb for event in AuditEvent.objects.about(invitation)] == [
        "team.acceptance_refused"
    ]


@pytest.mark.django_db
def test_a_cancelled_link_and_an_officers_account_are_refused():
    cancelled = InvitationFactory()
    cancel_invitation(invitation=cancelled, by=UserFactory(), at=timezone.now())
    officer = AssessorFactory().user
    for_officer = InvitationFactory(email=officer.email)

    with pytest.raises(Refused, match="cancelled"):
        accept_invitation(
            invitation=cancelled, by=UserFactory(email=cancelled.email), at=timezone.now()
        )
    with pytest.raises(Refused, match="officer"):
        accept_invitation(invitation=for_officer, by=officer, at=timezone.now())


@pytest.mark.django_db
@pytest.mark.parametrize("role", [MemberRole.EDITOR, MemberRole.READER])
def test_the_last_owner_is_neither_demoted_nor_removed_nor_leaves(role):
    owner = MembershipFactory()
    MembershipFactory(supplier=owner.supplier, role=MemberRole.EDITOR)

    with pytest.raises(Refused, match="last_owner"):
        change_role(membership=owner, role=role, by=owner.user, at=timezone.now())
    with pytest.raises(Refused, match="last_owner"):
        remove_member(membership=owner, by=owner.user, at=timezone.now())

    owner.refresh_from_db()
    assert owner.role == MemberRole.OWNER


@pytest.mark.django_db
def test_an_owner_who_cannot_sign_in_does_not_count_as_one():
    owner = MembershipFactory()
    MembershipFactory(supplier=owner.supplier, user__is_active=False)

    with pytest.raises(Refused, match="last_owner"):
        remove_member(membership=owner, by=owner.user, at=timezone.now())


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("leave", [True, False])
def test_of_two_owners_who_go_at_the_same_moment_one_stays(leave):
    supplier = SupplierFactory()
    owners = MembershipFactory.create_batch(2, supplier=supplier)
    barrier, refused = Barrier(2), []

    def go(membership):
        try:
            barrier.wait(5)
            if leave:
                remove_member(membership=membership, by=membership.user, at=timezone.now())
            else:
                change_role(
                    membership=membership,
                    role=MemberRole.READER,
                    by=membership.user,
                    at=timezone.now(),
                )
        except Refused as refusal:
            refused.append(refusal.code)
        finally:
            connection.close()

    threads = [Thread(target=go, args=[owner]) for owner in owners]
    [thread.start() for thread in threads]
    [thread.join(10) for thread in threads]

    assert refused == ["last_owner"]
    assert supplier.memberships.filter(role=MemberRole.OWNER).count() == 1


@pytest.mark.django_db
def test_roles_change_and_people_go_with_evidence():
    member = MembershipFactory(role=MemberRole.READER)
    supplier, by = member.supplier, MembershipFactory(supplier=member.supplier).user

    change_role(membership=member, role=MemberRole.EDITOR, by=by, at=timezone.now())
    remove_member(membership=member, by=by, at=timezone.now())

    assert [event.verb for event in AuditEvent.objects.about(supplier)] == [
        "team.role_changed",
        "team.left",
    ]


@pytest.fixture
def checked(monkeypatch):
    """The suppliers whose checks were asked for."""
    asked = []
    for module in ("suppliers.actions.team", "suppliers.receivers"):
        monkeypatch.setattr(f"{module}.check_soon", asked.append)
    return asked


@pytest.mark.django_db
def test_who_comes_goes_or_confirms_an_address_has_the_checks_made_again(checked):
    invitation, at = InvitationFactory(), timezone.now()
    person = UserFactory(email=invitation.email)
    supplier = MembershipFactory(supplier=invitation.supplier).supplier

    membership = accept_invitation(invitation=invitation, by=person, at=at)
    assert checked == [supplier]
    address = EmailAddress.objects.create(user=person, email=person.email, verified=True)
    email_confirmed.send(EmailAddress, request=None, email_address=address)
    assert checked == [supplier] * 2
    remove_member(membership=membership, by=person, at=at)
    assert checked == [supplier] * 3
