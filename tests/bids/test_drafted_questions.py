"""A question that somebody types is not lost, and is nobody's but theirs until it is sent."""

from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse

from bids.actions import drafted_questions
from bids.actions.drafted_questions import KEPT_FOR, drafted, forget_unsent
from bids.content import fingerprint
from bids.models import QuestionDraft
from framework_portal import clock
from lots.models import Clarification
from tests.bids.bidding import bidder
from tests.factories import BidFactory, OfficerFactory
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
WORDS = "May the Sandwichtern rooms be shared?"


@pytest.fixture
def bid():
    bid = BidFactory()
    bid.person = bidder(bid)
    return bid


@pytest.fixture
def competition(bid):
    return bid.lot.competition


def address(competition, name="clarification_ask"):
    return reverse(f"supplier:{name}", args=[competition.reference])


def save(client, competition, text, *, shown="", **more):
    typed = {"asked": text, "shown": fingerprint(shown), **more}
    return client.post(address(competition, "question_autosave"), typed).json()


def field(client, competition, name="asked"):
    return client.get(address(competition)).context["form"][name].value()


def test_what_is_typed_is_kept_and_there_again_with_its_lot(client, bid, competition):
    sign_in(client, bid.person)

    told = save(client, competition, WORDS, lot=bid.lot.reference)

    assert told["outcome"] == "saved" and told["shown"] == fingerprint(WORDS)
    client.logout()
    sign_in(client, bid.person)
    assert field(client, competition) == WORDS
    assert str(field(client, competition, "lot")) == str(bid.lot.reference)
    home = client.get(address(competition, "clarification_list")).text
    assert "Go on with the question you have begun" in home
    assert not Clarification.objects.exists()


def test_without_scripts_a_button_keeps_it(client, bid, competition):
    sign_in(client, bid.person)
    assert 'name="later"' in client.get(address(competition)).text

    typed = {"asked": WORDS, "shown": fingerprint(""), "later": "1"}
    answer = client.post(address(competition), typed, follow=True)

    assert "Your question is kept and was not sent" in answer.text
    assert field(client, competition) == WORDS


def test_once_sent_it_is_forgotten(client, bid, competition):
    sign_in(client, bid.person)
    save(client, competition, WORDS)
    client.post(address(competition), {"asked": WORDS, "shown": fingerprint(WORDS)})

    assert Clarification.objects.get().asked == WORDS
    assert not QuestionDraft.objects.exists()
    # By which the script knows that the words it kept did arrive.
    assert f"data-sent>{WORDS}" in client.get(address(competition)).text


def test_two_pages_of_one_person_do_not_overwrite_each_other(client, bid, competition):
    sign_in(client, bid.person)
    save(client, competition, WORDS)

    told = save(client, competition, "Another question")

    assert told["outcome"] == "changed"
    assert field(client, competition) == WORDS
    assert save(client, competition, f"{WORDS} Daily?", shown=WORDS)["outcome"] == "saved"


def test_sending_one_question_keeps_the_other_that_is_begun(client, bid, competition):
    sign_in(client, bid.person)
    save(client, competition, WORDS)
    client.post(address(competition), {"asked": "Another question", "shown": fingerprint("")})

    assert field(client, competition) == WORDS


def test_it_is_nobody_elses(client, bid, competition):
    sign_in(client, bid.person)
    save(client, competition, WORDS)

    sign_in(client, bidder(bid))
    assert not field(client, competition)
    officer = OfficerFactory(commissioner=competition.commissioner).user
    client.logout()
    sign_in(client, officer)
    for name in ("question_autosave", "question_keys"):
        assert client.post(address(competition, name)).status_code in (403, 405)
    with connection.cursor() as cursor:
        cursor.execute("SELECT t::text FROM bids_questiondraft t")
        assert "Sandwichtern" not in str(cursor.fetchall())


def test_moved_to_another_row_it_says_nothing(bid, competition):
    person, other = bid.person, bidder(bid)
    about = {"competition": competition, "shown": fingerprint(""), "at": clock.now()}
    for user in (person, other):
        typed = {"asked": user.email, "lot": "", "supplier": ""}
        drafted_questions.keep_question(person=user, typed=typed, **about)
    theirs = QuestionDraft.objects.get(person=other).sealed
    QuestionDraft.objects.filter(person=person).update(sealed=theirs)

    assert drafted(competition=competition, person=person) == {}


def test_who_saves_too_often_waits_and_loses_nothing(client, bid, competition, monkeypatch):
    monkeypatch.setattr(drafted_questions, "MOST_SAVES", 2)
    sign_in(client, bid.person)
    said = ["", "One", "One two", "One two three"]

    told = [
        save(client, competition, text, shown=shown)["outcome"]
        for shown, text in zip(said, said[1:], strict=False)
    ]

    assert told == ["saved", "saved", "busy"]
    assert field(client, competition) == "One two"


def test_signed_out_or_somebody_else_the_page_is_told(client, bid, competition):
    path, headers = address(competition, "question_autosave"), {"Accept": "application/json"}
    assert client.post(path, {"asked": WORDS}, headers=headers).status_code == 401
    sign_in(client, bid.person)
    assert save(client, competition, WORDS, writer="x")["outcome"] == "somebody_else"


def test_the_journal_has_a_key_for_each_person_and_competition(client, bid, competition):
    keys = []
    for user in (bid.person, bidder(bid)):
        sign_in(client, user)
        keys += [client.get(address(competition, "question_keys")).json()["key"] for _ in "12"]

    assert keys[0] == keys[1] != keys[2] == keys[3]


def test_when_the_time_for_questions_is_over_it_is_kept_no_more_and_goes(client, bid, competition):
    sign_in(client, bid.person)
    save(client, competition, WORDS)
    over = competition.clarifications_close_at or competition.closes_at
    with clock.fixed_at(over):
        sign_in(client, bid.person)
        assert save(client, competition, "Late", shown=WORDS)["outcome"] == "closed"

    assert forget_unsent(at=over + KEPT_FOR - timedelta(microseconds=1)) == 0
    assert forget_unsent(at=over + KEPT_FOR) == 1
