"""The pages on which a team sees who can read, and lets its people in."""

import re

import pytest
from django.conf import settings
from django.urls import reverse

from framework_portal.accounts.actions.personal_keys import replace
from framework_portal.accounts.models import PersonalKey
from framework_portal.audit.models import AuditEvent
from framework_portal.notifications.models import Message
from framework_portal.sealing.models import Purpose
from suppliers import recovery_code
from suppliers.models import RecoveryKey
from suppliers.states import MemberRole
from suppliers.vault.keeping import read_kept, seal_kept
from suppliers.vault.opening import VaultLocked
from tests.factories import PASSWORD, MembershipFactory
from tests.signing_in import sign_in, vaults_of

pytestmark = pytest.mark.django_db


def url(name, supplier, **more):
    return reverse(f"supplier:{name}", kwargs={"reference": supplier.reference, **more})


@pytest.fixture
def owner():
    membership = MembershipFactory(user__name="Olga Owner")
    membership.row = seal_kept(
        membership.supplier, {"word": "Kept"}, purpose=Purpose.KEPT, bound_to={}
    )
    return membership


def colleague_of(owner, **fields):
    return MembershipFactory(supplier=owner.supplier, **fields)


def reads(membership):
    try:
        vault = vaults_of(membership.user).of(membership.supplier)
    except VaultLocked:
        return False
    return bool(vault.pairs())


def test_visiting_a_page_that_opens_the_vault_lets_newcomers_in(client, owner):
    newcomer = colleague_of(owner)
    sign_in(client, owner.user)

    before = client.get(url("team_list", owner.supplier)).content.decode()
    after = client.get(url("team_list", owner.supplier)).content.decode()

    assert "They can when a colleague who reads them signs in" in before
    assert "They can when a colleague who reads them signs in" not in after
    assert reads(newcomer)


def test_signing_in_lets_newcomers_in(client, owner):
    owner.user.set_password(PASSWORD)
    owner.user.save()
    from allauth.account.models import EmailAddress

    EmailAddress.objects.create(
        user=owner.user, email=owner.user.email, verified=True, primary=True
    )
    newcomer = colleague_of(owner)

    client.post("/account/login/", {"login": owner.user.email, "password": PASSWORD})

    assert reads(newcomer)


def test_a_colleague_who_lost_the_key_is_let_in_on_purpose(client, owner):
    ann = colleague_of(owner, user__name="Ann Forgetful")
    replace(user=ann.user, password=PASSWORD)
    sign_in(client, owner.user)
    page = client.get(url("team_list", owner.supplier)).content.decode()
    assert "Let Ann Forgetful read submitted bids again" in page
    where = url("team_let_in", owner.supplier, membership=ann.reference)

    asked = client.get(where).content.decode()
    assert "Speak to them first" in asked and not reads(ann)
    response = client.post(where)

    assert response.url == url("team_list", owner.supplier)
    assert reads(ann)
    event = AuditEvent.objects.get(verb="vault.colleague_let_in")
    assert event.actor == owner.user and str(ann.user.reference) in event.detail_text


def test_readers_let_nobody_in_and_who_is_locked_out_lets_in_nobody(client, owner):
    reader = colleague_of(owner, role=MemberRole.READER)
    ann = colleague_of(owner)
    sign_in(client, owner.user)
    client.get(url("team_list", owner.supplier))
    replace(user=ann.user, password=PASSWORD)
    where = url("team_let_in", owner.supplier, membership=ann.reference)

    sign_in(client, reader.user)
    assert client.post(where).status_code == 403
    sign_in(client, ann.user)
    assert "stands, whether or not" in client.post(where).content.decode()

    assert not reads(ann)


def test_nobody_lets_in_whom_another_organisation_has(client, owner):
    stranger = MembershipFactory()
    sign_in(client, owner.user)

    where = url("team_let_in", owner.supplier, membership=stranger.reference)
    assert client.post(where).status_code == 404
    where = url("team_let_in", stranger.supplier, membership=stranger.reference)
    assert client.post(where).status_code == 404


def test_a_colleague_without_a_key_must_sign_in_first(client, owner):
    ann = colleague_of(owner)
    PersonalKey.objects.filter(user=ann.user).delete()
    sign_in(client, owner.user)

    page = client.get(url("team_list", owner.supplier)).content.decode()
    assert "They must sign in first" in page
    where = url("team_let_in", owner.supplier, membership=ann.reference)
    assert "must sign in with their password first" in client.post(where).content.decode()


def test_the_only_reader_is_warned_until_there_is_a_code_or_a_second(client, owner):
    warning = "If you forget your password, you can no longer read them. They still count."
    sign_in(client, owner.user)
    team = url("team_list", owner.supplier)
    assert warning in client.get(team).content.decode()

    client.post(url("recovery_code_make", owner.supplier))
    assert warning not in client.get(team).content.decode()

    RecoveryKey.objects.all().delete()
    colleague_of(owner)
    client.get(team)
    assert warning not in client.get(team).content.decode()


def code_on(page):
    groups = re.findall(r'portal-nowrap">([0-9A-Z]{4})<', page)
    assert len(groups) == 7
    return "-".join(groups)


def test_the_code_is_shown_once_and_opens_after_every_password_is_lost(client, owner):
    sign_in(client, owner.user)
    where = url("recovery_code_make", owner.supplier)
    response = client.post(where)
    code = code_on(response.content.decode())
    assert "no-store" in response["Cache-Control"]
    spoken = recovery_code.read(code)
    for page in (where, url("team_list", owner.supplier)):
        words = client.get(page).content.decode()
        assert spoken not in words and code not in words
    assert not Message.objects.exists()

    replace(user=owner.user, password=PASSWORD)
    sign_in(client, owner.user)
    team = client.get(url("team_list", owner.supplier)).content.decode()
    assert "Enter the recovery code" in team
    enter = url("recovery_code_enter", owner.supplier)
    wrong = client.post(enter, {"code": recovery_code.fresh()})
    assert "not your organisation’s recovery code" in wrong.content.decode()
    client.post(enter, {"code": f" {code.lower()} "})

    vault = vaults_of(owner.user).of(owner.supplier)
    assert read_kept(vault, owner.row, bound_to={}) == {"word": "Kept"}


def test_only_owners_make_a_code_and_only_with_the_vault_open(client, owner):
    editor = colleague_of(owner, role=MemberRole.EDITOR)
    where = url("recovery_code_make", owner.supplier)
    sign_in(client, editor.user)
    assert client.post(where).status_code == 403

    sign_in(client, owner.user)
    del client.cookies[settings.UNLOCKED_COOKIE_NAME]
    assert "How to get in" in client.post(where).content.decode()
    assert not RecoveryKey.objects.exists()


def test_the_code_of_another_organisation_opens_nothing(client, owner):
    stranger = MembershipFactory()
    seal_kept(stranger.supplier, {}, purpose=Purpose.KEPT, bound_to={})
    sign_in(client, stranger.user)
    code = code_on(client.post(url("recovery_code_make", stranger.supplier)).content.decode())
    sign_in(client, owner.user)
    client.post(url("recovery_code_make", owner.supplier))
    replace(user=owner.user, password=PASSWORD)
    sign_in(client, owner.user)

    client.post(url("recovery_code_enter", owner.supplier), {"code": code})

    assert not reads(owner)
    assert client.post(url("recovery_code_enter", stranger.supplier)).status_code == 404


def test_a_typed_code_is_never_kept_or_logged(client, owner, caplog):
    sign_in(client, owner.user)
    client.post(url("recovery_code_enter", owner.supplier), {"code": "MARKER-CODE-OF-SOMEBODY"})
    session = client.session
    session["account_authentication_methods"] = []
    session.save()
    client.post(url("recovery_code_enter", owner.supplier), {"code": "MARKER-CODE-OF-SOMEBODY"})

    written = caplog.text + "".join(event.detail_text for event in AuditEvent.objects.all())
    assert "MARKER" not in written
