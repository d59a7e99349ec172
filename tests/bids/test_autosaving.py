"""What the pages of a draft send by themselves, and what they are told."""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from bids.actions import presence
from bids.actions.drafting import Changed, save_answer, save_price
from bids.content import EMPTY, fingerprint, price_of
from bids.models import AnswerVersion, Bid, Presence
from bids.selectors.bidding import offer_of, questions_of, submitted_offer
from bids.selectors.writers import said
from bids.sent import Hand
from framework_portal import clock
from framework_portal.accounts.models import StashedForm
from framework_portal.audit.models import AuditEvent
from suppliers.states import MemberRole
from tests.bids.bidding import bidder, complete_bid, submit
from tests.factories import BidFactory, UserFactory
from tests.signing_in import sign_in, vaults_of

pytestmark = pytest.mark.django_db
JSON = {"HTTP_ACCEPT": "application/json"}
BASE = "We listen. We plan. We help."


@pytest.fixture
def bid():
    bid = BidFactory()
    bid.person = bidder(bid)
    bid.question = questions_of(bid.lot.competition)[0]
    return bid


def keep(bid, text, **more):
    return save_answer(
        bid=bid,
        question=bid.question,
        text=text,
        by=more.pop("by", bid.person),
        at=clock.now(),
        **more,
    )


def text_of(bid):
    fresh = Bid.objects.for_desk().get(pk=bid.pk)
    fresh.vaults = vaults_of(bid.person)
    return offer_of(fresh)["answers"].get(str(bid.question.reference), {}).get("text", "")


def page(bid):
    """What an open page sends of itself: what it showed, and its tab."""
    shown = text_of(bid)
    return {"shown": fingerprint(shown), "base": shown, "tab": uuid.uuid4().hex, "turn": 1}


def post(client, bid, text, part="answer", **fields):
    kwargs = {"reference": bid.reference}
    if part == "answer":
        kwargs["question"] = bid.question.reference
    url = reverse(f"supplier:{part}_autosave", kwargs=kwargs)
    values = {"text": text} if part == "answer" else text
    now = text_of(bid) if part == "answer" else price_of(EMPTY)
    values["shown"] = fingerprint(now)
    return client.post(url, {**values, "later": "1", **fields}, **JSON)


def test_what_is_typed_is_kept_and_the_page_is_told_when(client, bid):
    sign_in(client, bid.person)

    answer = post(client, bid, "We listen", **page(bid)).json()

    assert answer["outcome"] == "saved"
    assert (answer["shown"], answer["base"]) == (fingerprint("We listen"), "We listen")
    assert "values" not in answer
    assert answer["seconds"] > 0
    assert text_of(bid) == "We listen"


def test_changes_in_two_places_of_one_answer_are_brought_together(client, bid):
    keep(bid, BASE)
    mine = page(bid)
    keep(bid, BASE.replace("We help.", "We help a lot."), by=UserFactory())
    sign_in(client, bid.person)

    answer = post(client, bid, BASE.replace("We listen.", "We listen well."), **mine).json()

    together = "We listen well. We plan. We help a lot."
    assert (answer["outcome"], answer["values"]) == ("saved", {"text": together})
    assert text_of(bid) == together


def test_the_same_words_changed_by_two_are_not_saved_and_the_page_is_told_by_whom(client, bid):
    keep(bid, BASE)
    mine = page(bid)
    keep(bid, "Hers.", by=UserFactory(name="Ann Example"))
    sign_in(client, bid.person)

    answer = post(client, bid, "His.", **mine).json()

    assert (answer["outcome"], answer["by"]) == ("changed", "Ann Example")
    assert "Hers" not in str(answer)
    assert text_of(bid) == "Hers."


def test_a_colleague_without_a_name_is_not_told_of_by_address(client, bid):
    mine = page(bid)
    keep(bid, "Hers.", by=UserFactory(name="", email="secret@example.org"))
    sign_in(client, bid.person)

    assert post(client, bid, "His.", **mine).json()["by"] == "A colleague"


def test_a_page_whose_answer_was_lost_on_the_way_is_in_no_conflict_with_itself(bid):
    tab = uuid.uuid4().hex
    keep(bid, "We lis", shown=fingerprint(""), base="", hand=Hand(tab, 1))

    kept = keep(bid, "We listened", shown=fingerprint(""), base="", hand=Hand(tab, 2))

    assert kept == text_of(bid) == "We listened"


def test_a_copy_that_comes_late_changes_nothing(bid):
    tab = uuid.uuid4().hex
    keep(bid, "Second", shown=fingerprint(""), base="", hand=Hand(tab, 2))

    kept = keep(bid, "First", shown=fingerprint(""), base="", hand=Hand(tab, 1))

    assert kept == text_of(bid) == "Second"


def test_two_tabs_of_one_person_do_not_overwrite_each_other(bid):
    tabs = [Hand(uuid.uuid4().hex, 1) for _ in range(2)]
    keep(bid, "One", shown=fingerprint(""), base="", hand=tabs[0])

    with pytest.raises(Changed):
        keep(bid, "Other", shown=fingerprint(""), base="", hand=tabs[1])

    assert text_of(bid) == "One"


def test_who_took_a_colleagues_words_in_may_take_them_out_again(bid):
    """The page said it shows what was merged: what is missing then was taken out on purpose."""
    keep(bid, BASE)
    hand = Hand(uuid.uuid4().hex, 1)
    shown = {"shown": fingerprint(BASE), "base": BASE}
    keep(bid, BASE + " Hers.", by=UserFactory())
    together = keep(bid, "Mine. " + BASE, **shown, hand=hand)

    keep(bid, "Mine. " + BASE, shown=fingerprint(together), base=together, hand=Hand(hand.tab, 2))

    assert together == "Mine. " + BASE + " Hers."
    assert text_of(bid) == "Mine. " + BASE


def test_who_typed_on_over_words_that_were_merged_in_loses_none_of_them(bid):
    """The page did not take the merged text in, because somebody was typing."""
    keep(bid, BASE)
    tab, shown = uuid.uuid4().hex, {"shown": fingerprint(BASE), "base": BASE}
    keep(bid, BASE + " Hers.", by=UserFactory())
    keep(bid, "Mine. " + BASE, **shown, hand=Hand(tab, 1))

    kept = keep(bid, "Mine too. " + BASE, **shown, hand=Hand(tab, 2))

    assert kept == "Mine too. " + BASE + " Hers."


def test_a_base_that_is_not_what_was_shown_merges_nothing(bid):
    keep(bid, BASE)

    with pytest.raises(Changed):
        keep(bid, BASE + " Mine.", shown=fingerprint("other"), base="made up")


def test_the_price_and_its_note_merge_unless_both_changed_the_price(client, bid):
    shown = price_of(EMPTY)
    before = {"shown": fingerprint(shown), "base": shown}
    at = clock.now()
    save_price(bid=bid, price=Decimal(10), by=UserFactory(), at=at)

    kept = save_price(bid=bid, price=None, note="Per year.", by=bid.person, at=at, **before)
    with pytest.raises(Changed):
        save_price(bid=bid, price=Decimal(11), by=bid.person, at=at, **before)

    assert kept == {"price": "10.00", "price_note": "Per year."}


def test_a_price_is_kept_as_it_is_typed_and_a_wrong_one_is_told(client, bid):
    sign_in(client, bid.person)

    wrong = post(client, bid, {"price": "abc", "price_note": ""}, part="price").json()
    right = post(client, bid, {"price": "£1,250.5", "price_note": "Note"}, part="price").json()

    assert wrong["outcome"] == "wrong" and "must be" in wrong["message"]
    assert right["outcome"] == "saved" and "values" not in right
    assert offer_of(Bid.objects.get())["price"] == "1250.50"


def test_from_closing_on_the_page_is_told_so(client, bid):
    sign_in(client, bid.person)
    with clock.fixed_at(bid.lot.competition.closes_at):
        answer = post(client, bid, "Late", **page(bid)).json()

    assert answer["outcome"] == "closed"
    assert text_of(bid) == ""


def test_a_session_that_ended_is_told_and_nothing_is_kept_aside(client, bid):
    answer = post(client, bid, "Words")

    assert (answer.status_code, answer.json()) == (401, {"outcome": "signed_out"})
    assert not StashedForm.objects.exists()


def test_an_old_token_is_told_as_such_and_a_new_one_is_to_be_had(bid):
    client = sign_in(Client(enforce_csrf_checks=True), bid.person)

    answer = post(client, bid, "Words", csrfmiddlewaretoken="x" * 64)
    told = client.get(reverse("supplier:bid_keys", args=[bid.reference]), **JSON).json()
    again = post(client, bid, "Words", csrfmiddlewaretoken=told["token"])

    assert (answer.status_code, answer.json()) == (403, {"outcome": "token"})
    assert again.json()["outcome"] == "saved"


def test_whoever_signed_in_meanwhile_does_not_save_what_somebody_else_typed(client, bid):
    colleague = bidder(bid)
    sign_in(client, colleague)

    answer = post(client, bid, "Typed by the first", writer=str(bid.person.reference)).json()

    assert answer["outcome"] == "somebody_else"
    assert text_of(bid) == ""


@pytest.mark.parametrize("part", ["answer", "price"])
def test_readers_and_strangers_save_nothing(client, bid, part):
    values = "x" if part == "answer" else {"price": "1"}
    sign_in(client, bidder(bid, role=MemberRole.READER))
    assert post(client, bid, values, part=part).status_code == 403

    sign_in(client, UserFactory())
    assert post(client, bid, values, part=part).status_code == 404
    assert not Bid.objects.exclude(draft=None).exists()


def keys(client, bid, query=""):
    return client.get(reverse("supplier:bid_keys", args=[bid.reference]) + query, **JSON)


def test_the_journals_key_is_one_persons_for_one_bid_and_the_same_after_signing_in_again(bid):
    other, colleague = BidFactory(supplier=bid.supplier), bidder(bid)
    first, again, theirs = (sign_in(Client(), who) for who in (bid.person, bid.person, colleague))

    told = keys(first, bid).json()

    assert told["key"] == keys(again, bid).json()["key"]
    assert told["key"] == keys(again, bid, f"?key={told['id']}").json()["key"]
    assert told["key"] not in (keys(theirs, bid).json()["key"], keys(first, other).json()["key"])
    assert keys(first, bid, "?key=gone").status_code == 404
    assert keys(sign_in(Client(), UserFactory()), bid).status_code == 404
    assert keys(sign_in(Client(), bidder(bid, role=MemberRole.READER)), bid).status_code == 403


def test_what_serves_only_the_writing_does_not_count_as_a_change(bid):
    complete = complete_bid(bid, by=bid.person, text="As it was")
    submit(complete)

    keep(bid, "Other", hand=Hand(uuid.uuid4().hex, 1))
    keep(bid, "As it was", hand=Hand(uuid.uuid4().hex, 1))

    bid.refresh_from_db()
    assert (bid.has_changes, bid.draft) == (False, None)


def test_what_was_typed_on_the_way_is_not_in_what_is_submitted(bid):
    complete_bid(bid, by=bid.person)
    keep(bid, "First thought", hand=Hand(uuid.uuid4().hex, 1))
    keep(bid, "What we say", hand=Hand(uuid.uuid4().hex, 1))

    submission = submit(bid)

    assert "First thought" not in str(submitted_offer(bid, submission))
    assert submitted_offer(bid, submission)["hands"] == {}


def test_neither_the_trail_nor_the_log_hears_what_was_typed(client, bid, caplog):
    sign_in(client, bid.person)

    post(client, bid, "Marker-7731", **page(bid))

    assert all("Marker" not in event.detail_text for event in AuditEvent.objects.all())
    assert "Marker" not in caplog.text


@pytest.mark.parametrize("tab", ["", "x", "\x00", "1" * 400])
@pytest.mark.parametrize("turn", ["", "-1", "x", "9" * 40])
def test_a_page_that_says_nonsense_of_itself_saves_all_the_same(client, bid, tab, turn):
    sign_in(client, bid.person)

    assert post(client, bid, "Words", tab=tab, turn=turn).json()["outcome"] == "saved"


def test_a_save_costs_the_same_however_much_is_written(client, bid, django_assert_max_num_queries):
    sign_in(client, bid.person)
    post(client, bid, "Words", **page(bid))

    with django_assert_max_num_queries(36):
        post(client, bid, "Words " * 5000, **page(bid))


def press(client, bid, text, button="save", **shown):
    """The ordinary buttons, as a browser without scripts sends them."""
    kwargs = {"reference": bid.reference, "question": bid.question.reference}
    url = reverse("supplier:bid_answer", kwargs=kwargs)
    return client.post(url, {"text": text, button: "1", **shown}, follow=True)


def without_script(bid):
    """What a page without scripts carries."""
    shown = text_of(bid)
    return {"shown": fingerprint(shown), "base": shown}


def test_without_scripts_two_changes_are_brought_together_too(client, bid):
    keep(bid, BASE)
    mine = without_script(bid)
    keep(bid, BASE + "\nHers.", by=UserFactory())
    sign_in(client, bid.person)

    answer = press(client, bid, "Mine. " + BASE.replace("\n", "\r\n"), **mine)

    assert "Both changes are saved" in answer.content.decode()
    assert text_of(bid) == "Mine. " + BASE + "\nHers."


def test_without_scripts_both_texts_are_shown_and_combined_and_none_is_lost(client, bid):
    mine = without_script(bid)
    keep(bid, "Hers alone.", by=UserFactory(name="Ann Example"))
    sign_in(client, bid.person)

    shown = press(client, bid, "Mine alone.", **mine)
    form = shown.context["form"]
    both = press(client, bid, "Mine alone.", "combine", shown=form.data["shown"])
    text = both.context["form"].data["text"]
    press(client, bid, text, shown=both.context["form"].data["shown"])

    assert "Saved by Ann Example" in shown.content.decode()
    assert text == "Hers alone.\nMine alone."
    assert text_of(bid) == text
    aside = AnswerVersion.objects.get(is_aside=True)
    assert said(aside, vaults_of(bid.person).of(bid.supplier)) == "Mine alone."


def test_who_keeps_the_other_version_finds_the_own_one_in_the_history(client, bid):
    mine = without_script(bid)
    keep(bid, "Hers alone.", by=UserFactory())
    sign_in(client, bid.person)

    shown = press(client, bid, "Mine alone.", **mine)
    press(client, bid, "Mine, and better.", "keep", shown=shown.context["form"].data["shown"])

    assert text_of(bid) == "Hers alone."
    vault, asides = vaults_of(bid.person).of(bid.supplier), AnswerVersion.objects.filter(is_aside=1)
    assert sorted(said(each, vault) for each in asides) == ["Mine alone.", "Mine, and better."]


def test_what_a_page_could_not_save_by_itself_is_kept_aside_once(client, bid):
    mine = page(bid)
    keep(bid, "Hers alone.", by=UserFactory())
    sign_in(client, bid.person)

    post(client, bid, "Mine alone.", **mine)
    press(client, bid, "Mine alone.", **mine)

    aside = AnswerVersion.objects.get(is_aside=True)
    assert said(aside, vaults_of(bid.person).of(bid.supplier)) == "Mine alone."


def test_who_cannot_read_what_was_submitted_is_told_so_and_nothing_is_kept_aside(client, bid):
    submit(complete_bid(bid, by=bid.person))
    mine = page(bid)
    client.force_login(bid.person)

    answer = post(client, bid, "Words", **mine)

    assert answer.json() == {"outcome": "vault_locked"}
    assert not StashedForm.objects.exists()


def test_a_page_that_saves_much_too_often_is_told_to_wait(client, bid, monkeypatch):
    monkeypatch.setattr(presence, "MOST_SAVES", 3)
    sign_in(client, bid.person)

    outcomes = [post(client, bid, f"Text {n}").json()["outcome"] for n in range(6)]

    assert outcomes[:3] == ["saved"] * 3
    assert outcomes[-1] == "busy"


def test_who_is_here_is_told_to_colleagues_by_name_and_forgotten(client, bid):
    other = bidder(bid)
    at = clock.now()
    presence.be_here(bid=bid, part=str(bid.question.reference), by=other, at=at)
    other.name, other.email = "Ann Example", "ann@secret.example"
    other.save()
    url = reverse("supplier:bid_presence", args=[bid.reference])
    sign_in(client, bid.person)

    here = client.post(url, {"part": str(bid.question.reference)}, **JSON)
    elsewhere = client.post(url, {"part": "price"}, **JSON)
    nowhere = client.post(url, {"part": "made up"}, **JSON)
    Presence.objects.filter(person=other).update(seen_at=at - timedelta(seconds=90))
    later = client.post(url, {"part": str(bid.question.reference)}, **JSON)

    assert here.json()["here"] == "Ann Example is writing here now"
    assert b"secret" not in here.content
    assert (elsewhere.json()["here"], later.json()["here"]) == ("", "")
    assert nowhere.status_code == 404
    sign_in(client, UserFactory())
    assert client.post(url, {"part": "price"}, **JSON).status_code == 404
