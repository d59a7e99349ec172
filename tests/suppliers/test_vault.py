"""What an organisation keeps is read by its signed-in people, and by nobody and nothing else."""

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from framework_portal.accounts.actions.personal_keys import replace
from framework_portal.accounts.models import Attempts, PersonalKey
from framework_portal.audit.models import AuditEvent
from framework_portal.refusals import Refused
from framework_portal.sealing.broken import InvalidSeal
from framework_portal.sealing.envelope import read_opened, read_own, read_with
from framework_portal.sealing.keys import keyring
from framework_portal.sealing.models import Purpose, SealedOffer
from suppliers import recovery_code
from suppliers.actions.team import accept_invitation, remove_member
from suppliers.actions.vaults import let_in, let_newcomers_in, make_recovery_code, recover
from suppliers.models import RecoveryKey, Vault, VaultGrant
from suppliers.vault.keeping import read_kept, read_salted, seal_kept
from suppliers.vault.opening import NOBODYS, VaultLocked, Vaults
from tests.factories import (
    PASSWORD,
    InvitationFactory,
    MembershipFactory,
    SupplierFactory,
    UserFactory,
)
from tests.signing_in import vaults_of

pytestmark = pytest.mark.django_db
BOUND = {"what": "a test"}
CONTENT = {"answer": "We listen first"}


def keep(supplier, content=CONTENT, **more):
    return seal_kept(supplier, content, purpose=Purpose.KEPT, bound_to=BOUND, **more)


def read(user, supplier, row):
    return read_kept(vaults_of(user).of(supplier), row, bound_to=BOUND)


def forget_password(user):
    """A new password by mail: the key goes with the old one."""
    replace(user=user, password=PASSWORD)


@pytest.fixture
def owner():
    return MembershipFactory()


def colleague_of(membership, **fields):
    return MembershipFactory(supplier=membership.supplier, **fields)


def test_anybody_may_put_in_and_a_member_reads(owner):
    row = keep(owner.supplier)

    assert read(owner.user, owner.supplier, row) == CONTENT


def test_the_salt_comes_back_so_that_two_rows_can_commit_to_the_same(owner):
    row = keep(owner.supplier, salt=b"s" * 32)

    vault = vaults_of(owner.user).of(owner.supplier)
    assert read_salted(vault, row, bound_to=BOUND) == (CONTENT, b"s" * 32)


def test_every_member_there_is_reads_from_the_first_thing_kept_on(owner):
    colleague = colleague_of(owner)

    row = keep(owner.supplier)

    assert read(colleague.user, owner.supplier, row) == CONTENT


def test_another_organisation_and_nobody_at_all_are_locked_out(owner):
    keep(owner.supplier)
    stranger = MembershipFactory()

    for vaults in (vaults_of(stranger.user), NOBODYS, Vaults(owner.user, None)):
        with pytest.raises(VaultLocked) as locked:
            vaults.of(owner.supplier)
        assert locked.value.code == "vault_locked"


def test_the_server_at_rest_cannot_read(owner):
    """Database and key file together, nobody signed in: every key there is, on every row."""
    row = keep(owner.supplier)
    ring = keyring()
    secrets = [ring.subkey(ring.newest, purpose) for purpose in [*Purpose, "second_factor"]]
    stored = [bytes(key.wrapped)[:32] for key in PersonalKey.objects.all()]
    stored += [bytes(grant.sealed)[-32:] for grant in VaultGrant.objects.all()]
    stored += [bytes(vault.public) for vault in Vault.objects.all()]

    for opener in (read_own, read_opened):
        with pytest.raises(InvalidSeal):
            opener(row, bound_to=BOUND)
    for private in secrets + stored:
        with pytest.raises(InvalidSeal):
            read_with(private, row, bound_to=BOUND)


def test_nothing_stored_holds_a_private_key(owner):
    keep(owner.supplier)
    vault = vaults_of(owner.user).of(owner.supplier)
    make_recovery_code(vault=vault, by=owner.user, at=timezone.now())
    _user, personal = vaults_of(owner.user).person()
    [(_row, private)] = vault.pairs()

    stored = b"".join(
        bytes(value)
        for model in (PersonalKey, Vault, VaultGrant, RecoveryKey, SealedOffer)
        for row in model.objects.values_list()
        for value in row
        if isinstance(value, bytes | memoryview)
    )

    assert personal not in stored and private not in stored


def test_a_newcomer_is_let_in_by_the_next_colleague_and_reads_what_was_before(owner):
    row = keep(owner.supplier)
    newcomer = UserFactory()
    invitation = InvitationFactory(supplier=owner.supplier, email=newcomer.email)
    accept_invitation(invitation=invitation, by=newcomer, at=timezone.now())

    with pytest.raises(VaultLocked):
        vaults_of(newcomer).of(owner.supplier)
    vault = vaults_of(owner.user).of(owner.supplier)
    assert vault.someone_waits
    let_newcomers_in(vault=vault, by=owner.user)

    assert read(newcomer, owner.supplier, row) == CONTENT
    assert not vaults_of(owner.user).of(owner.supplier).someone_waits
    event = AuditEvent.objects.about(owner.supplier).last()
    assert event.verb == "vault.newcomers_let_in" and str(newcomer.reference) in event.detail_text


def test_a_forgotten_password_locks_out_until_a_colleague_lets_in_on_purpose(owner):
    colleague = colleague_of(owner)
    row = keep(owner.supplier)
    forget_password(colleague.user)

    with pytest.raises(VaultLocked):
        vaults_of(colleague.user).of(owner.supplier)
    vault = vaults_of(owner.user).of(owner.supplier)
    assert not vault.someone_waits, "a mailbox is no proof of the person"
    let_newcomers_in(vault=vault, by=owner.user)
    with pytest.raises(VaultLocked):
        vaults_of(colleague.user).of(owner.supplier)

    let_in(membership=colleague, vault=vault, by=owner.user)

    assert read(colleague.user, owner.supplier, row) == CONTENT


def test_who_joins_after_the_reset_is_let_in_like_any_newcomer(owner):
    keep(owner.supplier)
    newcomer = UserFactory()
    forget_password(newcomer)
    MembershipFactory(supplier=owner.supplier, user=newcomer)

    assert vaults_of(owner.user).of(owner.supplier).someone_waits


def test_the_recovery_code_lets_in_and_what_came_after_it_is_read_too(owner):
    before = keep(owner.supplier)
    leaver = colleague_of(owner)
    vault = vaults_of(owner.user).of(owner.supplier)
    let_newcomers_in(vault=vault, by=owner.user)
    code = make_recovery_code(vault=vault, by=owner.user, at=timezone.now())
    remove_member(membership=leaver, by=owner.user, at=timezone.now())
    after = keep(owner.supplier)
    forget_password(owner.user)

    recover(supplier=owner.supplier, code=code.lower(), by=owner.user, at=timezone.now())

    assert read(owner.user, owner.supplier, before) == CONTENT
    assert read(owner.user, owner.supplier, after) == CONTENT


def test_a_wrong_code_is_refused_recorded_and_counted(owner):
    keep(owner.supplier)
    vault = vaults_of(owner.user).of(owner.supplier)
    right = make_recovery_code(vault=vault, by=owner.user, at=timezone.now())
    asked = {"supplier": owner.supplier, "by": owner.user, "at": timezone.now()}

    for typed in ["", "nonsense", right[:-1], recovery_code.fresh()] * 2 + ["x", "y"]:
        with pytest.raises(Refused) as refusal:
            recover(code=typed, **asked)
        assert refusal.value.code == "wrong_code"
    with pytest.raises(Refused) as refusal:
        recover(code=right, **asked)

    assert refusal.value.code == "too_many_attempts"
    refused = AuditEvent.objects.filter(verb="vault.recovery_refused")
    assert refused.count() == 10
    assert not any("nonsense" in event.detail_text for event in refused)
    assert Attempts.objects.count() == 1


def test_a_new_code_ends_the_one_before(owner):
    keep(owner.supplier)
    vault = vaults_of(owner.user).of(owner.supplier)
    first, second = (
        make_recovery_code(vault=vault, by=owner.user, at=timezone.now()) for _ in range(2)
    )
    asked = {"supplier": owner.supplier, "by": owner.user, "at": timezone.now()}

    with pytest.raises(Refused):
        recover(code=first, **asked)
    recover(code=second, **asked)


def test_the_code_is_stored_nowhere(owner):
    keep(owner.supplier)
    vault = vaults_of(owner.user).of(owner.supplier)
    code = make_recovery_code(vault=vault, by=owner.user, at=timezone.now())
    spoken = recovery_code.read(code)

    everything = " ".join(
        str(bytes(value) if isinstance(value, memoryview) else value)
        for model in (RecoveryKey, VaultGrant, Vault, AuditEvent, Attempts)
        for row in model.objects.values_list()
        for value in row
    )
    assert spoken not in everything and code not in everything


def test_who_was_removed_reads_nothing_any_more_and_nothing_that_follows(owner):
    leaver = colleague_of(owner)
    before = keep(owner.supplier)
    kept_private = vaults_of(leaver.user).of(owner.supplier).key(before.key_id)
    remove_member(membership=leaver, by=owner.user, at=timezone.now())

    after = keep(owner.supplier)

    with pytest.raises(VaultLocked):
        vaults_of(leaver.user).of(owner.supplier)
    with pytest.raises(InvalidSeal):  # even with the key they may have kept
        read_with(kept_private, after, bound_to=BOUND)
    assert read(owner.user, owner.supplier, before) == CONTENT
    assert read(owner.user, owner.supplier, after) == CONTENT


def test_a_grant_left_behind_is_of_no_use_without_the_membership(owner):
    leaver = colleague_of(owner)
    keep(owner.supplier)
    leaver.delete()

    with pytest.raises(VaultLocked):
        vaults_of(leaver.user).of(owner.supplier)


def test_when_everybody_lost_theirs_what_follows_is_read_and_what_was_is_not(owner):
    before = keep(owner.supplier)
    forget_password(owner.user)

    after = keep(owner.supplier)

    vault = vaults_of(owner.user).of(owner.supplier)
    assert read_kept(vault, after, bound_to=BOUND) == CONTENT
    with pytest.raises(VaultLocked):
        read_kept(vault, before, bound_to=BOUND)


def test_a_grant_moved_to_another_person_or_vault_does_not_open(owner):
    colleague, row = colleague_of(owner), keep(owner.supplier)
    own, other = VaultGrant.objects.filter(vault__supplier=owner.supplier)
    own.sealed, other.sealed = other.sealed, own.sealed
    own.save()
    other.save()

    for person in (owner.user, colleague.user):
        with pytest.raises(InvalidSeal):
            read(person, owner.supplier, row)


def test_a_key_is_unlocked_by_its_password_and_no_other(owner):
    user = UserFactory(password="one long password here")

    with pytest.raises(InvalidSeal):
        from framework_portal.sealing.secrets import unwrap

        unwrap(user.personal_key.wrapped, PASSWORD, f"personal key of {user.reference}".encode())


def test_organisations_without_anybody_who_can_read_still_take_things_in():
    supplier = SupplierFactory()

    keep(supplier)
    keep(supplier)

    assert Vault.objects.filter(supplier=supplier).count() == 1


@pytest.mark.parametrize("typed", ["lower", "spaces", "mistaken"])
def test_a_code_is_read_however_it_is_typed(typed):
    code = "".join("0" if each == "O" else each for each in recovery_code.fresh())
    variants = {
        "lower": code.lower(),
        "spaces": f"  {code.replace('-', ' ')} ",
        "mistaken": code.replace("0", "o").replace("1", "l"),
    }

    assert recovery_code.read(variants[typed]) == recovery_code.read(code) is not None


def test_one_wrong_letter_is_noticed_before_anything_is_tried():
    code = recovery_code.fresh()
    digits = recovery_code.DIGITS
    wrong = 0
    for place, letter in enumerate(code):
        if letter != "-":
            other = digits[(digits.index(letter) + 1) % 32]
            wrong += recovery_code.read(code[:place] + other + code[place + 1 :]) is None

    assert wrong == 28


def test_no_code_is_two_codes():
    assert len({recovery_code.fresh() for _ in range(200)}) == 200


def test_sessions_and_cookies_are_not_stored_together(owner):
    """What the session holds of an unlocked key does not open it."""
    from tests.signing_in import sign_in

    client = sign_in(Client(), owner.user)
    _user, private = vaults_of(owner.user).person()
    session = Session.objects.get(session_key=client.session.session_key).get_decoded()

    assert private.hex() not in str(session) and settings.UNLOCKED_COOKIE_NAME in client.cookies
