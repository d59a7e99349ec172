"""Two of three, after closing, and nobody else: not with shell, database and key files."""

from datetime import timedelta
from itertools import combinations, permutations, product

import pytest
from django.conf import settings
from django.db import connection, transaction

from bids.actions.opening import approve_opening, open_bids
from bids.actions.rehearsing import rehearse_opening
from bids.actions.two_acts import APPROVAL_HOLDS
from bids.identity import identity
from bids.models import Bid, HandedShare, Opening
from bids.selectors.evaluation import opened_offer
from bids.tasks import forget_handed_shares
from framework_portal import clock
from framework_portal.refusals import Refused
from framework_portal.sealing import secrets, shares
from framework_portal.sealing.keypairs import fresh_pair
from lots.actions.openers import bound_to_owner
from lots.models import OpenerKey, OpenerProof, Part
from tests.bids.attacking import Attacker
from tests.bids.bidding import complete_bid, submit
from tests.bids.evaluated import after_closing, submitted_bid
from tests.factories import (
    CompetitionFactory,
    UserFactory,
    name_openers,
    publish,
)

pytestmark = pytest.mark.django_db
PAIRS = list(permutations(range(3), 2))
KNOWN = ["first officer's words", "second officer's words", "third officer's words"]


def officer(passphrase):
    """Somebody with an opening passphrase of their own."""
    user = UserFactory()
    private, public = fresh_pair()
    key = OpenerKey(user=user, public_key=public)
    key.wrapped_key = secrets.wrap(private, passphrase, bound_to_owner(key))
    key.save()
    OpenerProof.objects.create(key=key)
    user.passphrase = passphrase
    return user


@pytest.fixture
def world():
    """A published competition with a submitted bid, and its three openers."""
    competition = CompetitionFactory()
    people = name_openers(competition, [officer(words) for words in KNOWN])
    publish(competition)
    competition.people = people
    competition.bid = submitted_bid(competition.lots.get(), price="123456")
    competition.at = after_closing(competition)
    return competition


def act(competition, kind, person, at):
    """One act, as its page would call it; the refusal's code, or "" where it was done."""
    does = approve_opening if kind == "approve" else open_bids
    try:
        does(competition=competition, by=person, at=at, passphrase=person.passphrase)
    except Refused as refusal:
        return refusal.code
    return ""


ACTS = list(product(["approve", "open"], range(3)))


@pytest.mark.parametrize("first", range(len(ACTS)))
def test_over_every_order_of_acts_it_takes_an_approval_and_then_another_officer(world, first):
    for order in product([ACTS[first]], ACTS, ACTS):
        approved, is_open = None, False
        with transaction.atomic():
            for step, (kind, who) in enumerate(order, start=1):
                at = world.at + timedelta(seconds=step)
                with clock.fixed_at(at):
                    code = act(world, kind, world.people[who], at)
                if is_open:
                    expected = "illegal_move"
                elif kind == "approve":
                    expected, approved = "", who
                elif approved is None:
                    expected = "no_first_approval"
                elif approved == who:
                    expected = "same_person"
                else:
                    expected, is_open = "", True
                assert code == expected, order
                assert Opening.objects.exists() == is_open, order
            transaction.set_rollback(True)


@pytest.mark.parametrize("order", PAIRS)
def test_before_closing_and_its_grace_no_order_of_acts_does_anything(world, order):
    early = world.at - timedelta(microseconds=1)

    with clock.fixed_at(early):
        codes = [
            act(world, kind, world.people[who], early)
            for kinds in product(["approve", "open"], repeat=2)
            for kind, who in zip(kinds, order, strict=True)
        ]
        # Who hands the action another instant than the database's is no better off.
        codes += [
            act(world, kind, world.people[order[0]], world.at) for kind in ("approve", "open")
        ]

    assert set(codes) == {"not_closed"}
    assert not HandedShare.objects.exists()


def test_nobody_reads_a_sealed_bid_with_the_database_the_key_files_and_one_passphrase(world):
    for passphrase in ("", *KNOWN):
        assert Attacker(passphrase).reads() == []


def test_the_key_file_opens_a_draft_and_nothing_that_submitting_it_leaves_behind():
    bid = complete_bid(text="The way we work")
    other = complete_bid()
    submit(other)  # so that there is a submission whose identities are tried
    draft = bid.draft
    before = Attacker()._with_the_key_file(draft, identity(bid))
    submission = submit(bid)

    assert before
    assert submission.copy is not None
    assert Attacker(*KNOWN[:1]).reads_with_the_key_file() == []
    assert Attacker(settings.SECRET_KEY).reads() == []


def test_every_two_officers_have_the_key_and_so_has_the_printed_share_with_one(world):
    for pair in combinations(KNOWN, 2):
        assert [content["price"] for content in Attacker(*pair).reads()] == ["123456"]


def test_the_printed_share_opens_nothing_alone():
    competition = CompetitionFactory()
    name_openers(competition, [officer(words) for words in KNOWN])
    words = publish(competition).recovery[Part.WHOLE]
    submitted_bid(competition.lots.get(), price="5")

    assert Attacker(words=[words]).reads() == []
    assert len(Attacker(KNOWN[0], words=[words]).reads()) == 1


def test_after_the_first_act_the_first_officer_can_still_read_nothing(world):
    with clock.fixed_at(world.at):
        act(world, "approve", world.people[0], world.at)

    assert Attacker().reads() == []
    assert Attacker(KNOWN[0]).reads() == []
    # The second act is what is missing, and only one of the other two can do it.
    assert len(Attacker(KNOWN[1]).reads()) == 1


def test_a_rehearsal_gives_nothing_away(world):
    for person in world.people:
        rehearse_opening(competition=world, by=person, passphrase=person.passphrase)

    assert Attacker().reads() == []
    assert [Attacker(words).reads() for words in KNOWN] == [[], [], []]


def test_what_was_handed_over_is_destroyed_with_the_opening_and_when_it_runs_out(world):
    with clock.fixed_at(world.at):
        act(world, "approve", world.people[0], world.at)
        forget_handed_shares()
        there = HandedShare.objects.count()
    with clock.fixed_at(world.at + APPROVAL_HOLDS):
        forget_handed_shares()
    after = HandedShare.objects.count()
    again = world.at + timedelta(hours=1)
    with clock.fixed_at(again):
        act(world, "approve", world.people[0], again)
        act(world, "open", world.people[1], again)

    assert (there, after, HandedShare.objects.count()) == (2, 0, 0)
    assert opened_offer(Bid.objects.get())["price"] == "123456"


@pytest.mark.parametrize("pair", PAIRS)
def test_any_two_open_in_either_order(world, pair):
    first, second = (world.people[who] for who in pair)

    with clock.fixed_at(world.at):
        codes = [act(world, "approve", first, world.at), act(world, "open", second, world.at)]

    assert codes == ["", ""]
    assert opened_offer(Bid.objects.get())["price"] == "123456"


def test_others_are_refused_an_administrator_among_them(world):
    stranger = officer("a stranger's own words")
    administrator = UserFactory(is_staff=True, is_superuser=True)
    administrator.passphrase = KNOWN[0]

    with clock.fixed_at(world.at):
        codes = [
            act(world, kind, person, world.at)
            for person in (stranger, administrator)
            for kind in ("approve", "open")
        ]

    assert codes == ["not_an_opener"] * 4


def test_a_wrong_passphrase_opens_nothing_and_is_slowed_down_like_a_wrong_password(world):
    first, second = world.people[:2]
    with clock.fixed_at(world.at):
        act(world, "approve", first, world.at)
        second.passphrase = KNOWN[0]
        codes = [act(world, "open", second, world.at) for _ in range(11)]
        second.passphrase = KNOWN[1]
        right = act(world, "open", second, world.at)

    assert codes == ["wrong_passphrase"] * 10 + ["too_many_attempts"]
    assert right == "too_many_attempts"
    assert not Opening.objects.exists()


def test_shares_of_another_competition_do_not_fit(world):
    other = CompetitionFactory()
    name_openers(other, world.people)
    publish(other)
    _exchange("lots_keyshare", "sealed", _share(world, 0), _share(other, 0))

    with clock.fixed_at(world.at):
        code = act(world, "approve", world.people[0], world.at)

    assert code == "shares_do_not_fit"


def test_a_share_given_to_another_opener_does_not_fit(world):
    _exchange("lots_keyshare", "sealed", _share(world, 0), _share(world, 1))

    with clock.fixed_at(world.at):
        assert act(world, "approve", world.people[0], world.at) == "shares_do_not_fit"
    with pytest.raises(Refused) as rehearsed:
        rehearse_opening(competition=world, by=world.people[0], passphrase=KNOWN[0])
    assert rehearsed.value.code == "shares_do_not_fit"


@pytest.mark.parametrize("place", [0, 20, -1])
def test_a_share_with_a_flipped_bit_does_not_fit_and_a_rehearsal_tells_in_time(world, place):
    share = _share(world, 0)
    sealed = bytearray(share.sealed)
    sealed[place] ^= 1
    _write("lots_keyshare", "sealed", share.pk, bytes(sealed))

    with pytest.raises(Refused) as rehearsed:
        rehearse_opening(competition=world, by=world.people[0], passphrase=KNOWN[0])
    with clock.fixed_at(world.at):
        code = act(world, "approve", world.people[0], world.at)
        others = [
            act(world, "approve", world.people[1], world.at),
            act(world, "open", world.people[2], world.at),
        ]

    assert (rehearsed.value.code, code) == ("shares_do_not_fit", "shares_do_not_fit")
    assert others == ["", ""]  # losing one officer loses nothing


def test_a_share_handed_over_for_one_approval_does_not_pass_for_another(world):
    at = world.at
    with clock.fixed_at(at):
        act(world, "approve", world.people[0], at)
        old = HandedShare.objects.get(opener__user=world.people[1]).sealed
        act(world, "approve", world.people[0], at + timedelta(microseconds=0))
        new = HandedShare.objects.get(opener__user=world.people[1])
        _write("bids_handedshare", "sealed", new.pk, bytes(old))
        code = act(world, "open", world.people[1], at)

    assert code == "shares_do_not_fit"


def test_an_exchanged_public_key_is_noticed_by_a_rehearsal(world):
    key = world.sealing_keys.get(part=Part.WHOLE)
    _write("lots_sealingkey", "public_key", key.pk, fresh_pair()[1])

    with pytest.raises(Refused) as refusal:
        rehearse_opening(competition=world, by=world.people[2], passphrase=KNOWN[2])

    assert refusal.value.code == "shares_do_not_fit"


def test_every_two_shares_give_the_key_back_and_no_single_one_does():
    secret = fresh_pair()[0]

    parts = shares.split(secret, 4)

    assert all(shares.put_together(*pair) == secret for pair in permutations(parts, 2))
    for part in parts:
        assert len(part.split()) == shares.WORDS
        with pytest.raises(Exception, match="not of one key"):
            shares.put_together(part, part)
        assert secret.hex() not in part


def _share(competition, who):
    key = competition.sealing_keys.get(part=Part.WHOLE)
    return key.shares.order_by("opener")[who]


def _exchange(table, column, one, other):
    _write(table, column, one.pk, bytes(getattr(other, column)))


def _write(table, column, pk, value):
    """As the owner of the table could, who need not be a superuser."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(f'UPDATE {table} SET "{column}" = %s WHERE id = %s', [value, pk])
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
