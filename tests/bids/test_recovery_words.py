"""The printed words stand for one officer who lost the passphrase, and for nobody else."""

import pytest

from bids.actions.opening import approve_opening, open_bids
from bids.models import Bid, Opening, OpeningApproval
from bids.selectors.evaluation import opened_offer
from framework_portal import clock
from framework_portal.refusals import Refused
from lots.models import Part
from tests.bids.evaluated import after_closing, officers, submitted_bid
from tests.factories import (
    OPENING_PASSPHRASE,
    CompetitionFactory,
    OfficerFactory,
    publish,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def competition():
    made = CompetitionFactory()
    words = publish(made).recovery[Part.WHOLE]
    submitted_bid(made.lots.get(), price="42")
    made.words, made.at = words, after_closing(made)
    made.first, made.second = officers(made)
    return made


def approves(competition, by, words):
    return approve_opening(competition=competition, by=by, at=competition.at, recovery_words=words)


def opens(competition, by, passphrase=OPENING_PASSPHRASE):
    return open_bids(competition=competition, by=by, at=competition.at, passphrase=passphrase)


def test_words_as_typed_from_paper_and_another_officers_passphrase_open(competition):
    typed = competition.words.upper().replace(" ", "\n  ")

    with clock.fixed_at(competition.at):
        approval = approves(competition, competition.first, typed)
        opening = opens(competition, competition.second)

    assert approval.by_recovery
    assert opening.statement["first"]["by_recovery_share"] is True
    assert opened_offer(Bid.objects.get())["price"] == "42"


def test_the_words_do_not_stand_for_both(competition):
    with clock.fixed_at(competition.at):
        approves(competition, competition.first, competition.words)
        with pytest.raises(Refused) as alone:
            opens(competition, competition.first)
        with pytest.raises(Refused) as second:
            opens(competition, competition.second, passphrase=competition.words)

    assert (alone.value.code, second.value.code) == ("same_person", "wrong_passphrase")
    assert not Opening.objects.exists()


def test_the_words_are_nothing_in_the_hands_of_somebody_who_was_not_named(competition):
    stranger = OfficerFactory(commissioner=competition.commissioner).user

    with clock.fixed_at(competition.at), pytest.raises(Refused) as refusal:
        approves(competition, stranger, competition.words)

    assert refusal.value.code == "not_an_opener"


def test_other_words_and_those_of_another_competition_are_refused_and_counted(competition):
    other = CompetitionFactory()
    theirs = publish(other).recovery[Part.WHOLE]
    swapped = competition.words.split()
    swapped[5], swapped[6] = swapped[6], swapped[5]

    codes = []
    with clock.fixed_at(competition.at):
        for words in [theirs, " ".join(swapped), "academic " * 33] + ["x"] * 8:
            with pytest.raises(Refused) as refusal:
                approves(competition, competition.first, words)
            codes.append(refusal.value.code)

    assert codes == ["wrong_passphrase"] * 10 + ["too_many_attempts"]
    assert not OpeningApproval.objects.exists()


def test_before_closing_the_words_open_nothing(competition):
    with pytest.raises(Refused) as refusal:
        approve_opening(
            competition=competition,
            by=competition.first,
            at=competition.at,
            recovery_words=competition.words,
        )

    assert refusal.value.code == "not_closed"
