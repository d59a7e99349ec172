"""What was written once is found again, by the own people alone, and used on purpose."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from bids.actions.drafting import save_answer
from bids.actions.library import MOST_ANSWERS, keep_answer
from bids.content import answer_text
from bids.models import AnswerUse, Bid, LibraryAnswer
from bids.selectors.bidding import offer_of, questions_of
from bids.selectors.library import library_of
from framework_portal import clock
from framework_portal.documents.actions import store_document
from framework_portal.documents.models import DocumentPurpose
from framework_portal.refusals import Refused
from framework_portal.sealing.broken import InvalidSeal
from framework_portal.sealing.envelope import read_own
from framework_portal.sealing.models import SealedOffer
from suppliers.models import Evidence
from suppliers.states import MemberRole
from tests.bids.bidding import bidder, complete_bid, submit
from tests.factories import (
    BidFactory,
    JoiningQuestionFactory,
    MembershipFactory,
    OpenLotFactory,
    qualify,
)
from tests.signing_in import sign_in, vaults_of

pytestmark = pytest.mark.django_db
MARKER = "Marker: one mentor for each person"


def library(supplier):
    return reverse("supplier:library", args=[supplier.reference])


def bid_of(supplier):
    """Another draft of the organisation, in another competition."""
    lot = OpenLotFactory()
    bid = BidFactory(lot=lot, supplier=qualify(supplier, lot))
    bid.question = questions_of(lot.competition)[0]
    return bid


def page(name, bid):
    return reverse(f"supplier:{name}", args=[bid.reference, bid.question.reference])


@pytest.fixture
def sent():
    """A bid that was submitted, with `.person`, and a new draft of the same organisation."""
    bid = complete_bid(text=MARKER)
    submit(bid)
    bid.fresh = bid_of(bid.supplier)
    return bid


@pytest.fixture
def mine(client, sent):
    sign_in(client, sent.person)
    return client


def keep(sent, **facts):
    facts = {"title": "Safeguarding lead", "text": "Our director leads.", "by": sent.person} | facts
    return keep_answer(supplier=sent.supplier, at=clock.now(), **facts)


def now(bid):
    return answer_text(offer_of(Bid.objects.for_desk().get(pk=bid.pk)), bid.question)


def test_what_was_submitted_is_in_it_with_its_source(mine, sent):
    shown = mine.get(library(sent.supplier)).content.decode()

    for part in (MARKER, sent.lot.title, sent.lot.competition.title, "Submitted", "Not used again"):
        assert part in shown


def test_what_is_only_being_written_is_not(mine, sent):
    question = sent.fresh.question
    save_answer(
        bid=sent.fresh, question=question, text="Half a thought", by=sent.person, at=clock.now()
    )

    assert "Half a thought" not in mine.get(library(sent.supplier)).content.decode()


def test_the_same_words_in_many_lots_are_one_entry(client):
    first = complete_bid(text=MARKER)
    lot = first.lot
    twin = OpenLotFactory(competition__commissioner=lot.competition.commissioner)
    second = BidFactory(lot=twin, supplier=qualify(first.supplier, twin))
    for bid in (first, complete_bid(second, by=first.person, text=MARKER)):
        submit(bid, by=first.person)
    sign_in(client, first.person)

    assert client.get(library(first.supplier)).context["page"].paginator.count == 2


def test_an_answer_saved_by_hand_is_found_by_words_of_its_title_and_text(mine, sent):
    keep(sent)
    found = mine.get(library(sent.supplier), {"words": "DIRECTOR safeguarding"})
    none = mine.get(library(sent.supplier), {"words": "director unicorn"})

    assert "Our director leads." in found.content.decode()
    assert MARKER not in found.content.decode()
    assert "No answer holds all of these words" in none.content.decode()


def test_an_earlier_answer_is_put_into_the_page_and_not_into_the_bid(mine, sent):
    at = clock.now()
    save_answer(bid=sent.fresh, question=sent.fresh.question, text="Begun.", by=sent.person, at=at)
    found = mine.get(page("bid_answer_library", sent.fresh))
    key = found.context["page"].object_list[0].key

    response = mine.post(page("bid_answer_library", sent.fresh), {"use": key}, follow=True)

    shown = response.content.decode()
    assert f"Begun.\n\n{MARKER}</textarea>" in shown and "it is not saved yet" in shown
    assert now(sent.fresh) == "Begun."
    use = AnswerUse.objects.get()
    assert (use.bid, use.used_by) == (sent.fresh, sent.person)


def test_the_last_use_is_shown(mine, sent):
    kept = keep(sent)
    mine.post(page("bid_answer_library", sent.fresh), {"use": f"kept:{kept.reference}"})

    assert f"for {sent.fresh.lot.title}" in mine.get(library(sent.supplier)).content.decode()


@pytest.mark.parametrize(
    "key", ["", "kept:", "sent::", "kept:00000000-0000-0000-0000-000000000000", "\x00", "a" * 5000]
)
def test_a_forged_choice_finds_nothing(mine, sent, key):
    response = mine.post(page("bid_answer_library", sent.fresh), {"use": key})
    opened = mine.get(page("bid_answer", sent.fresh), {"use": key})

    assert response.status_code == 404 and opened.status_code in (200, 400)
    assert not AnswerUse.objects.exists()


def test_a_rival_reads_and_uses_nothing_of_it(client, sent):
    kept = keep(sent)
    rival = MembershipFactory()
    other = bid_of(rival.supplier)
    sign_in(client, rival.user)
    own = client.get(library(rival.supplier)).content.decode()

    assert MARKER not in own and "director" not in own
    assert client.get(library(sent.supplier)).status_code == 404
    for key in (f"kept:{kept.reference}", f"sent:{sent.submissions.get().reference}:x"):
        assert client.post(page("bid_answer_library", other), {"use": key}).status_code == 404
        assert (
            "director" not in client.get(page("bid_answer", other), {"use": key}).content.decode()
        )
    change = reverse("supplier:library_answer", args=[rival.supplier.reference, kept.reference])
    assert client.get(change).status_code == 404


def test_readers_read_and_do_not_change(client, sent):
    kept = keep(sent)
    sign_in(client, bidder(sent, role=MemberRole.READER))
    own = [sent.supplier.reference, kept.reference]

    assert client.get(library(sent.supplier)).status_code == 200
    for name, args in (
        ("library_add", own[:1]),
        ("library_answer", own),
    ):
        assert client.get(reverse(f"supplier:{name}", args=args)).status_code == 403
    assert client.post(reverse("supplier:library_remove", args=own)).status_code == 403
    assert client.get(page("bid_answer_library", sent.fresh)).status_code == 403


def test_the_server_alone_cannot_read_it(sent):
    kept = keep(sent, text=MARKER)

    stored = bytes(SealedOffer.objects.get(pk=kept.sealed_id).ciphertext)
    assert b"Marker" not in stored
    with pytest.raises(InvalidSeal):
        read_own(kept.sealed, bound_to={})


def test_an_answer_is_changed_and_removed_with_what_was_sealed(mine, sent):
    kept = keep(sent)
    own = [sent.supplier.reference, kept.reference]
    before = SealedOffer.objects.count()
    typed = {"title": "New title", "text": "New text", "good_until_0": "", "good_until_1": ""}
    mine.post(reverse("supplier:library_answer", args=own), typed)
    changed = mine.get(library(sent.supplier)).content.decode()
    same = SealedOffer.objects.count()

    mine.post(reverse("supplier:library_remove", args=own))

    assert "New title" in changed and "Safeguarding lead" not in changed and same == before
    assert not LibraryAnswer.objects.exists() and SealedOffer.objects.count() == before - 1


def test_the_answer_of_a_bid_is_saved_with_its_source(mine, sent):
    at = clock.now()
    save_answer(
        bid=sent.fresh, question=sent.fresh.question, text="Fresh words", by=sent.person, at=at
    )

    mine.post(page("bid_answer_keep", sent.fresh), {"title": "Fresh", "text": "Fresh words"})

    kept = LibraryAnswer.objects.get()
    assert (kept.bid, kept.question) == (sent.fresh, sent.fresh.question)
    assert sent.fresh.lot.title in mine.get(library(sent.supplier)).content.decode()


@pytest.mark.parametrize("data", [{}, {"title": " ", "text": " "}, {"title": "\x00", "text": "x"}])
def test_a_bad_answer_is_refused_by_its_field(mine, sent, data):
    response = mine.post(reverse("supplier:library_add", args=[sent.supplier.reference]), data)

    assert response.status_code == 200 and "Error:" in response.content.decode()
    assert not LibraryAnswer.objects.exists()


def test_a_library_is_not_filled_without_end(sent):
    kept = keep(sent)
    rows = []
    for _ in range(MOST_ANSWERS - 1):
        row = LibraryAnswer(supplier=sent.supplier, saved_at=clock.now(), saved_by=sent.person)
        sealed = SealedOffer.objects.get(pk=kept.sealed_id)
        sealed.pk, sealed.reference = None, row.reference
        row.sealed = sealed
        rows.append(row)
    SealedOffer.objects.bulk_create([row.sealed for row in rows])
    LibraryAnswer.objects.bulk_create(rows)

    with pytest.raises(Refused) as refusal:
        keep(sent)

    assert refusal.value.code == "too_many"


@pytest.mark.parametrize(
    ("days", "words"), [(-1, "Out of date"), (0, "Ends soon"), (60, "Ends soon"), (61, None)]
)
def test_what_runs_out_is_shown_in_time(mine, sent, days, words):
    until = timezone.localdate(clock.now()) + timedelta(days=days)
    keep(sent, good_until=until)

    shown = mine.get(library(sent.supplier)).content.decode()

    assert (words is None or words in shown) and ("Out of date, or soon" in shown) == bool(words)


def document(name, by):
    upload = SimpleUploadedFile(name, b"Name,Value\r\nCover,5\r\n", content_type="text/csv")
    return store_document(upload=upload, purpose=DocumentPurpose.EVIDENCE, by=by)


def test_evidence_that_runs_out_is_shown_first(mine, sent):
    today = timezone.localdate(clock.now())
    for days, name in ((300, "later.csv"), (5, "soon.csv"), (-3, "gone.csv")):
        Evidence.objects.create(
            supplier=sent.supplier,
            question=JoiningQuestionFactory(kind="evidence"),
            document=document(name, sent.person),
            expires_on=today + timedelta(days=days),
            added_at=clock.now(),
            added_by=sent.person,
        )

    response = mine.get(library(sent.supplier))

    names = [each.document.name for each in response.context["evidence"]]
    assert names == ["gone.csv", "soon.csv", "later.csv"]
    assert len(response.context["ending_evidence"]) == 2


def test_an_old_answer_asks_for_a_look(sent):
    later = clock.now() + timedelta(days=600)

    entries = library_of(sent.supplier, vaults_of(sent.person), at=later)

    assert entries[0].is_old and entries[0].needs_a_look


@pytest.mark.parametrize("count", [1, 4])
def test_it_costs_the_same_for_one_bid_or_many(client, count, django_assert_max_num_queries):
    first = complete_bid(text="First")
    submit(first)
    for number in range(count - 1):
        bid = complete_bid(bid_of(first.supplier), by=first.person, text=f"Text {number}")
        submit(bid, by=first.person)
        keep(first, title=f"Title {number}")
    sign_in(client, first.person)
    client.get(library(first.supplier))

    with django_assert_max_num_queries(12):
        client.get(library(first.supplier))
