"""Openers: their passphrases, who is chosen, and what publication makes of it."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from framework_portal import clock
from framework_portal.audit.models import AuditEvent
from framework_portal.refusals import Refused
from framework_portal.sealing import keypairs, shares
from framework_portal.sealing.broken import InvalidSeal
from lots.actions.openers import (
    choose_openers,
    make_opener_key,
    private_half,
    prove_opener_key,
)
from lots.actions.publishing import publish_competition
from lots.checks import readiness
from lots.models import Competition, KeyShare, Opener, OpenerKey, OpenerProof, Part, SealingKey
from lots.selectors import PROOF_HOLDS, key_in_use
from tests.factories import OPENING_PASSPHRASE, PASSWORD, OfficerFactory, UserFactory, opener_key
from tests.lots.ready import colleagues, draft_of, ready_draft

pytestmark = pytest.mark.django_db
WORDS = "otter lantern gravel noon"


def codes(competition, at=None):
    found = readiness.people(competition, at=at or timezone.now())
    return [gap.code for gap in found if gap.stops]


def test_a_passphrase_opens_the_key_of_its_owner_and_nobody_elses():
    user, other = UserFactory(), UserFactory()

    key = make_opener_key(by=user, passphrase=WORDS, at=clock.now())

    assert keypairs.public_half(private_half(key, WORDS)) == bytes(key.public_key)
    with pytest.raises(Refused) as wrong:
        private_half(key, f"{WORDS} ")
    key.user = other
    with pytest.raises(Refused):
        private_half(key, WORDS)
    assert wrong.value.code == "wrong_passphrase"


@pytest.mark.parametrize(
    "passphrase, code",
    [
        ("fourteen signs", "passphrase_length"),
        ("x" * 201, "passphrase_length"),
        ("passwordpassword", "passphrase_common"),
        ("aaaaaaaaaaaaaaaaaaaa", "passphrase_common"),
        (PASSWORD, "passphrase_is_password"),
    ],
)
def test_a_weak_passphrase_is_refused_and_nothing_of_it_is_kept(passphrase, code):
    user = UserFactory(password=PASSWORD)

    with pytest.raises(Refused) as refusal:
        make_opener_key(by=user, passphrase=passphrase, at=clock.now())

    assert refusal.value.code == code
    assert not OpenerKey.objects.exists()
    assert all(passphrase not in event.detail_text for event in AuditEvent.objects.all())


def test_a_new_passphrase_is_a_new_key_and_the_former_one_stays_as_it_was():
    user = UserFactory()
    former = make_opener_key(by=user, passphrase=WORDS, at=clock.now())

    newer = make_opener_key(by=user, passphrase=f"another {WORDS}", at=clock.now())

    former.refresh_from_db()
    assert key_in_use(user) == newer
    assert former.retired_at is not None
    assert private_half(former, WORDS)
    with pytest.raises(Refused):
        private_half(newer, WORDS)


def test_the_key_of_an_opener_cannot_be_changed_behind_the_actions():
    key = opener_key(UserFactory())

    for change in ({"wrapped_key": b"x"}, {"public_key": b"x"}, {"user": UserFactory()}):
        with pytest.raises(IntegrityError) as error, transaction.atomic():
            OpenerKey.objects.filter(pk=key.pk).update(**change)
        assert error.value.__cause__.diag.constraint_name == "opener_key_stays"
    with pytest.raises(IntegrityError), transaction.atomic():
        key.proofs.all()._raw_delete("default")


def test_a_proof_is_of_now_whoever_writes_it():
    key = opener_key(UserFactory())
    long_ago = timezone.now() - timedelta(days=400)

    proof = OpenerProof.objects.create(key=key, proven_at=long_ago)

    proof.refresh_from_db()
    assert timezone.now() - proof.proven_at < timedelta(minutes=5)


def test_wrong_tries_are_counted_and_a_right_one_in_between_forgets_none():
    user = UserFactory()
    opener_key(user)

    codes_of = []
    for words in [*["wrong"] * 9, OPENING_PASSPHRASE, "wrong", "wrong"]:
        try:
            prove_opener_key(by=user, passphrase=words)
            codes_of.append("")
        except Refused as refusal:
            codes_of.append(refusal.code)

    wrong = "wrong_passphrase"
    assert codes_of == [*[wrong] * 9, "", wrong, "too_many_attempts"]


def test_a_draft_is_not_published_with_two_openers_or_with_one_who_proved_nothing():
    first, second, third = colleagues(3)
    competition = ready_draft(first)
    choose_openers(competition=competition, openers=[first.user, second.user], by=first.user)
    opener_key(second.user)
    two = codes(competition)
    everybody = [first.user, second.user, third.user]
    choose_openers(competition=competition, openers=everybody, by=first.user)
    without_key = codes(competition)
    make_opener_key(by=third.user, passphrase=WORDS, at=clock.now())
    unproven = codes(competition)

    with pytest.raises(Refused) as refusal:
        publish_competition(competition=competition, by=first.user, at=timezone.now())
    prove_opener_key(by=third.user, passphrase=WORDS)

    assert (two, without_key, unproven) == (["openers"], ["opener_key"], ["opener_proof"])
    assert refusal.value.code == "opener_proof"
    assert codes(competition) == []
    # A passphrase that was proven long ago may be forgotten by now.
    assert set(codes(competition, timezone.now() + PROOF_HOLDS)) == {"opener_proof"}


def test_only_officers_who_act_for_all_the_areas_are_chosen():
    officer = OfficerFactory()
    competition = draft_of(officer)

    with pytest.raises(Refused) as refusal:
        choose_openers(competition=competition, openers=[UserFactory()], by=officer.user)

    assert refusal.value.code == "foreign"


def test_publication_makes_keys_that_every_opener_has_a_share_of():
    officer = OfficerFactory()
    competition = ready_draft(officer)

    published = publish_competition(competition=competition, by=officer.user, at=timezone.now())

    keys = SealingKey.objects.filter(competition=competition)
    assert sorted(keys.values_list("part", flat=True)) == ["rehearsal", "whole"]
    assert KeyShare.objects.filter(key__in=keys).count() == 2 * 3
    words = published.recovery[Part.WHOLE]
    assert len(words.split()) == shares.WORDS
    assert keys.get(part="whole").recovery_hash == shares.digest(words)
    told = [event.detail_text for event in AuditEvent.objects.all()]
    assert not any(words in text for text in told)
    assert words.split()[3] not in repr(published)


def test_openers_and_keys_stand_from_publication_on():
    officer = OfficerFactory()
    competition = ready_draft(officer)
    publish_competition(competition=competition, by=officer.user, at=timezone.now())
    key, share = SealingKey.objects.first(), KeyShare.objects.first()
    stranger = opener_key(UserFactory())

    for name, act in {
        "openers_stand": lambda: Opener.objects.create(competition=competition, user=stranger.user),
        "sealing_keys_stand": lambda: SealingKey.objects.create(
            competition=competition, part=Part.PRICE, public_key=key.public_key
        ),
        "key_shares_stand": lambda: KeyShare.objects.create(
            key=key, opener=share.opener, opener_key=stranger, sealed=b"x"
        ),
    }.items():
        with pytest.raises(IntegrityError) as error, transaction.atomic():
            act()
        assert error.value.__cause__.diag.constraint_name == name
    for act in (
        lambda: Opener.objects.filter(competition=competition).update(user=stranger.user),
        lambda: Opener.objects.filter(competition=competition).delete(),
        lambda: SealingKey.objects.filter(pk=key.pk).update(public_key=b"x" * 32),
        lambda: KeyShare.objects.filter(pk=share.pk).update(sealed=b"x"),
    ):
        with pytest.raises(Exception), transaction.atomic():  # noqa: B017, PT011
            act()


@pytest.mark.parametrize(
    "lacks, name",
    [
        (lambda c: None, "competition_has_its_keys"),
        (lambda c: c.openers.first().delete(), "competition_has_three_openers"),
    ],
)
def test_the_database_publishes_nothing_without_openers_and_keys(lacks, name):
    competition = ready_draft(OfficerFactory())
    lacks(competition)

    with pytest.raises(IntegrityError) as error, transaction.atomic():
        Competition.objects.filter(pk=competition.pk).update(
            state="published",
            published_at=timezone.now(),
            published_by=competition.created_by,
        )

    assert error.value.__cause__.diag.constraint_name == name


def test_a_broken_split_publishes_nothing(monkeypatch):
    competition = ready_draft(OfficerFactory())
    monkeypatch.setattr(shares, "put_together", lambda one, other: b"x" * 32)

    with pytest.raises(InvalidSeal):
        publish_competition(competition=competition, by=competition.created_by, at=timezone.now())

    competition.refresh_from_db()
    assert competition.state == "draft"
    assert not SealingKey.objects.exists()
