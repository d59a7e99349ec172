"""The commissioner's pages: whose they are, what they cost, what they make of bad input."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from framework_portal import clock
from lots.actions.extending import propose_extension
from lots.actions.publishing import publish_competition
from lots.models import Clarification, Competition, DeadlineExtension
from lots.states import CompetitionState
from lots.urls.commissioner import of_competition
from tests.bids.bidding import complete_bid, submit
from tests.factories import (
    AssessorFactory,
    BidFactory,
    MembershipFactory,
    OfficerFactory,
    PoliceAreaFactory,
)
from tests.lots.pages import of, parts, signed_in, text
from tests.lots.ready import colleagues, draft_of, midday, ready_draft

pytestmark = pytest.mark.django_db

HOSTILE = [
    "",
    "a\x00b\x07c",
    "x" * 200_000,
    "<script>alert(1)</script>{{ 7|add:7 }}{% load static %}' OR 1=1 --",
    "-1",
    "9" * 400,
    "NaN",
]


@pytest.fixture
def officer():
    return OfficerFactory()


@pytest.fixture
def client(officer):
    return signed_in(officer.user)


@pytest.fixture
def draft(officer):
    return ready_draft(officer)


@pytest.fixture
def competition(officer, draft):
    publish_competition(competition=draft, by=officer.user, at=timezone.now())
    draft.refresh_from_db()
    return draft


def addresses(competition):
    """Every page of `competition`, with things of its own in it."""
    criterion = competition.criteria.get(kind="quality")
    lot = competition.lots.first().reference
    pages = {
        "question_add": {"criterion": criterion.reference},
        "question_edit": {"question": criterion.questions.get().reference},
        "question_remove": {"question": criterion.questions.get().reference},
        "lot_edit": {"lot": lot},
        "lot_remove": {"lot": lot},
        "lot_change": {"lot": lot},
        "lot_preview": {"lot": lot},
        "competition_preview": {},
        "lot_list": {},
        "competition_publish": {},
        "competition_published": {},
    }
    plain = {pattern.name for pattern in of_competition if "<" not in str(pattern.pattern)}
    return [of(competition, name, **pages.get(name, {})) for name in sorted(plain | set(pages))]


def test_every_page_opens_for_its_officer(client, draft):
    for address in addresses(draft):
        assert client.get(address).status_code in (200, 302), address


def test_every_page_is_not_there_for_anybody_else(draft):
    elsewhere = colleagues(1, areas=[PoliceAreaFactory()], commissioner=draft.commissioner)[0]
    people = [OfficerFactory().user, elsewhere.user]

    for person in people:
        client = signed_in(person)
        for address in addresses(draft):
            assert client.get(address).status_code == 404, address
            assert client.post(address, {"edition": "1"}).status_code == 404, address


def test_other_roles_are_forbidden_and_strangers_sign_in(client, draft):
    supplier, assessor = signed_in(MembershipFactory().user), signed_in(AssessorFactory().user)
    client.logout()

    for address in [reverse("commissioner:competition_list"), *addresses(draft)]:
        assert supplier.get(address).status_code == 403, address
        assert assessor.get(address).status_code == 403, address
        assert client.get(address).status_code == 302, address


def test_things_of_another_competition_are_not_there(client, officer, draft):
    other = ready_draft(officer)
    question = other.criteria.get(kind="quality").questions.get()
    lot = other.lots.first()

    for address in (
        of(draft, "question_edit", question=question.reference),
        of(draft, "question_remove", question=question.reference),
        of(draft, "question_add", criterion=question.criterion.reference),
        of(draft, "lot_edit", lot=lot.reference),
        of(draft, "lot_remove", lot=lot.reference),
        of(draft, "lot_change", lot=lot.reference),
        of(draft, "lot_preview", lot=lot.reference),
    ):
        response = client.post(address, {"edition": draft.edition})
        assert response.status_code in (404, 302), address
    assert other.lots.count() == other.criteria.get(kind="quality").questions.count() == 1


# --- What they cost --------------------------------------------------------------------------


def cost(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def test_the_list_costs_the_same_for_one_or_three(client, officer):
    address = reverse("commissioner:competition_list")
    ready_draft(officer)
    one = cost(client, address)
    for _ in range(2):
        publish_competition(competition=ready_draft(officer), by=officer.user, at=timezone.now())

    assert cost(client, address) == one
    assert text(client.get(address)).count("Wellbeing services</a>") == 3


def test_the_lots_cost_the_same_for_one_or_three(client, officer):
    one = cost(client, of(ready_draft(officer), "lot_list"))
    areas = PoliceAreaFactory.create_batch(3)
    three = ready_draft(officer, areas=areas)

    assert cost(client, of(three, "lot_list")) == one
    assert cost(client, of(three, "competition_publish")) == cost(
        client, of(ready_draft(officer), "competition_publish")
    )


def test_waiting_questions_cost_the_same_for_one_or_three(client, competition):
    address = reverse("commissioner:clarification_list")
    ask(competition)
    one = cost(client, address)
    workbench = cost(client, of(competition, "competition_detail"))
    ask(competition)
    ask(competition)

    assert cost(client, address) == one
    assert cost(client, of(competition, "competition_detail")) == workbench
    assert cost(client, of(competition, "competition_clarifications")) <= one + 4


def ask(competition, words="Why?"):
    return Clarification.objects.create(
        competition=competition, asked=words, asked_at=timezone.now()
    )


# --- Nothing about bids before they are opened -----------------------------------------------


def test_a_bid_changes_nothing_on_any_page_before_the_opening(client, competition):
    pages = [
        reverse("commissioner:competition_list"),
        of(competition, "competition_detail"),
        of(competition, "lot_list"),
        of(competition, "competition_change"),
        of(competition, "extension_propose"),
        of(competition, "competition_abandon"),
    ]
    bid = BidFactory(lot=competition.lots.get())

    def seen():
        cleaned = []
        for page in pages:
            words = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text(client.get(page)))
            cleaned.append(re.sub(r'data-(seconds|at)="[^"]*"|\d+ minutes? left', "", words))
        return cleaned

    before = seen()
    submit(complete_bid(bid))

    assert seen() == before


# --- Bad input ------------------------------------------------------------------------------


@pytest.mark.parametrize("words", HOSTILE, ids=lambda words: repr(words[:12]))
def test_hostile_words_in_any_field_of_any_page_are_answered_in_words(client, draft, words):
    for address in addresses(draft):
        fields = names_on(client, address)
        response = client.post(address, dict.fromkeys(fields, words))
        # Too much altogether is refused before it is read.
        assert response.status_code in (200, 302, 413), address
    draft.refresh_from_db()
    assert draft.state == CompetitionState.DRAFT


@pytest.mark.parametrize("words", HOSTILE, ids=lambda words: repr(words[:12]))
def test_hostile_words_on_published_pages_are_answered_in_words(client, competition, words):
    asked = ask(competition)
    pages = [
        of(competition, "competition_change"),
        of(competition, "lot_change", lot=competition.lots.get().reference),
        of(competition, "document_publish"),
        of(competition, "extension_propose"),
        reverse("commissioner:clarification_answer", args=[asked.reference]),
    ]

    for address in pages:
        fields = names_on(client, address)
        response = client.post(address, dict.fromkeys(fields, words))
        assert response.status_code in (200, 302), address
        filled = dict.fromkeys([*fields, "confirm"], words)
        assert client.post(address, filled).status_code in (200, 302), address


@pytest.mark.parametrize("words", HOSTILE, ids=lambda words: repr(words[:12]))
def test_hostile_words_in_the_filters_are_answered(client, words):
    response = client.get(
        reverse("commissioner:competition_list"),
        {"standing": words[:3000], "words": words[:3000], "page": words[:3000]},
    )

    # Control characters in an address are refused for every page.
    assert response.status_code == (400 if "\x00" in words else 200)


def names_on(client, address):
    """The fields that a page asks for."""
    response = client.get(address)
    found = re.findall(r'name="([\w-]+)"', text(response)) if response.status_code == 200 else []
    return [name for name in found if name not in ("csrfmiddlewaretoken", "viewport")]


def test_what_was_typed_stays_beside_its_error(client, draft):
    response = client.post(
        of(draft, "competition_basics"),
        {
            "edition": draft.edition,
            "title": "Kept title",
            "summary": "Kept summary",
            "description": "",
            "kind": "grant",
            "legal_power": "",
            "contact_email": "not an address",
        },
    )

    page = text(response)
    assert "Kept title" in page
    assert "Kept summary" in page
    assert "not an address" in page
    assert "Describe what you are buying" in page
    assert "Name the legal power" in page
    assert "<title>Error:" in page


def test_come_back_later_saves_what_is_there(client, officer):
    draft = draft_of(officer)

    response = client.post(
        of(draft, "competition_basics"),
        {
            "edition": draft.edition,
            "title": "A title",
            "summary": "Half",
            "kind": "grant",
            "later": "1",
        },
    )

    draft.refresh_from_db()
    assert response.url == reverse("commissioner:competition_list")
    assert (draft.summary, draft.description) == ("Half", "")


def test_a_stale_page_is_told_so_keeps_what_was_typed_and_can_be_sent_again(client, draft):
    stale = draft.edition
    Competition.objects.filter(pk=draft.pk).update(edition=stale + 1, title="Of a colleague")
    typed = {
        "title": "Mine",
        "summary": "Mine too",
        "description": "D",
        "kind": "contract",
        "contact_email": "a@test.example",
    }

    page = text(client.post(of(draft, "competition_basics"), typed | {"edition": stale}))
    draft.refresh_from_db()
    title = draft.title
    again = re.search(r'name="edition" value="(\d+)"', page)[1]
    response = client.post(of(draft, "competition_basics"), typed | {"edition": again})

    assert "Somebody changed this competition while you were working" in page
    assert "Mine too" in page
    assert title == "Of a colleague"
    assert response.status_code == 302
    draft.refresh_from_db()
    assert draft.title == "Mine"


def test_a_page_opened_before_publication_cannot_be_saved_after_it(client, officer, draft):
    edition = draft.edition
    publish_competition(competition=draft, by=officer.user, at=timezone.now())

    page = client.post(
        of(draft, "competition_categories"),
        {"edition": edition, "categories": [draft.categories.get().slug]},
    )
    looked = client.get(of(draft, "competition_categories"))

    assert "This can no longer be done" in text(page)
    assert looked.url == of(draft, "competition_detail")


def test_a_timetable_out_of_order_is_told_by_each_field(client, draft):
    page = text(
        client.post(
            of(draft, "competition_timetable"),
            {
                "edition": draft.edition,
                **parts("clarifications_close_at", midday(31)),
                **parts("closes_at", midday(30) + timedelta(hours=12)),
                **parts("opening_due_at", midday(29)),
                **parts("award_due_on", midday(28).date()),
                **parts("service_starts_on", midday(27).date()),
                **parts("service_ends_on", midday(26).date()),
            },
        )
    )

    for words in (
        "Bids must not close at midnight",
        "Bids can be opened from a minute after they close",
        "The award cannot be announced before the bids are opened",
        "The service must start after the award is announced",
        "The service must end after it starts",
    ):
        assert words in page


# --- The criteria page, without scripts ------------------------------------------------------


def rows(*typed):
    data = {"form-TOTAL_FORMS": len(typed), "form-INITIAL_FORMS": 0, "highest_mark": "5"}
    for number, (kind, name, weight) in enumerate(typed):
        data |= {
            f"form-{number}-kind": kind,
            f"form-{number}-name": name,
            f"form-{number}-weight": weight,
        }
    return data


QUALITY, PRICE = ("quality", "How well", "60"), ("price", "How much", "abc")


def test_a_row_more_and_a_row_less_keep_what_was_typed_and_save_nothing(client, draft):
    address, before = of(draft, "competition_criteria"), draft.edition

    more = text(client.post(address, rows(QUALITY, PRICE) | {"add": "1"}))
    less = text(client.post(address, rows(QUALITY, PRICE) | {"remove-0": "1"}))
    summed = text(client.post(address, rows(QUALITY, PRICE) | {"total": "1"}))

    assert more.count('-name"') >= 3 and "How well" in more and "abc" in more
    assert "How well" not in less and "How much" in less
    assert "<strong>60</strong>" in summed
    draft.refresh_from_db()
    assert draft.edition == before


def test_the_page_shows_the_criteria_as_they_were_typed(client, draft):
    page = text(client.get(of(draft, "competition_criteria")))

    assert 'value="70"' in page and 'value="30"' in page
    assert "<strong>100</strong>" in page


def test_weights_that_do_not_sum_to_100_are_saved_only_for_later(client, draft):
    address = of(draft, "competition_criteria")
    sent = rows(QUALITY, ("price", "How much", "30")) | {"edition": draft.edition}

    refused = text(client.post(address, sent | {"save": "1"}))
    saved = client.post(address, sent | {"later": "1"})

    assert "The weights must sum to 100. They sum to 90" in refused
    assert saved.status_code == 302
    assert [row.weight for row in draft.criteria.order_by("position")] == [60, 30]


def test_a_forged_number_of_rows_is_no_error_of_ours(client, draft):
    address = of(draft, "competition_criteria")

    for total in ("", "-1", "x", "100000", "9" * 50):
        sent = {"form-TOTAL_FORMS": total, "form-INITIAL_FORMS": total, "edition": draft.edition}
        assert client.post(address, sent | {"save": "1"}).status_code == 200
    assert draft.criteria.count() == 3


# --- After publication -----------------------------------------------------------------------


def changed(competition, **more):
    return {
        "edition": competition.edition,
        "summary": competition.summary,
        "description": competition.description,
        "contact_email": "new@test.example",
        **parts("service_starts_on", competition.service_starts_on),
        **parts("service_ends_on", competition.service_ends_on),
        "reason": "A new address",
    } | more


def test_a_change_is_shown_before_and_after_and_only_then_made(client, competition):
    address = of(competition, "competition_change")

    shown = text(client.post(address, changed(competition)))
    unmade = competition.changes.count()
    back = text(client.post(address, changed(competition, back="1")))
    made = client.post(address, changed(competition, confirm="1"))

    assert "buyer@test.example" in shown and "new@test.example" in shown
    assert unmade == 0
    assert "new@test.example" in back and "A new address" in back
    assert made.status_code == 302
    competition.refresh_from_db()
    assert competition.contact_email == "new@test.example"


def test_a_change_of_nothing_is_said(client, competition):
    page = text(
        client.post(
            of(competition, "competition_change"),
            changed(competition, contact_email=competition.contact_email),
        )
    )

    assert "You have not changed anything" in page


def test_two_officers_extend_on_their_pages(client, officer, competition):
    (second,) = colleagues(1, commissioner=officer.commissioner)
    client.post(
        of(competition, "extension_propose"),
        {
            "edition": competition.edition,
            **parts("closes_at", midday(37)),
            "reason": "More time",
        },
    )
    extension = DeadlineExtension.objects.get()
    address = of(competition, "extension_decide", extension=extension.reference)

    own = text(client.get(address))
    alone = text(client.post(address, {"confirm": "1"}, follow=True))
    done = text(signed_in(second.user).post(address, {"confirm": "1"}, follow=True))

    competition.refresh_from_db()
    assert "another officer must confirm" in own
    assert "A second officer must confirm it" in alone
    assert "The deadline has moved" in done
    assert competition.closes_at == midday(37)


def test_an_extension_of_another_competition_is_not_there(client, officer, competition):
    other = ready_draft(officer)
    publish_competition(competition=other, by=officer.user, at=timezone.now())
    other.refresh_from_db()
    extension = propose_extension(
        competition=other, closes_at=midday(40), reason="R", by=officer.user, at=timezone.now()
    )

    response = client.get(of(competition, "extension_decide", extension=extension.reference))

    assert response.status_code == 404


def test_a_question_is_answered_from_the_list_and_never_twice(client, competition):
    asked = ask(competition, "We at Tidewater ask: why?")
    page = text(client.get(reverse("commissioner:clarification_list")))
    address = reverse("commissioner:clarification_answer", args=[asked.reference])

    client.post(address, {"question": "Why?", "answer": "So."})
    again = client.post(address, {"question": "Why?", "answer": "Otherwise."})

    assert str(asked.reference) in page
    assert "answered already" in text(again)
    assert competition.clarifications.published().get().answer == "So."


def test_abandoned_from_its_page_with_a_reason(client, competition):
    address = of(competition, "competition_abandon")

    mute = text(client.post(address, {"edition": competition.edition, "reason": ""}))
    client.post(address, {"edition": competition.edition, "reason": "No money"})

    competition.refresh_from_db()
    assert "Say why you are abandoning it" in mute
    assert competition.state == CompetitionState.ABANDONED
    assert "No money" in text(client.get(of(competition, "competition_detail")))


def test_a_document_is_published_downloaded_and_withdrawn(client, competition):
    upload = SimpleUploadedFile("terms.csv", b"a,b\r\n", "text/csv")
    client.post(
        of(competition, "document_publish"),
        {"edition": competition.edition, "title": "Terms", "upload": upload, "reason": "Late"},
    )
    competition.refresh_from_db()
    document = competition.documents.get()
    file = client.get(of(competition, "document_download", document=document.reference))
    address = of(competition, "document_withdraw", document=document.reference)
    client.post(address, {"edition": competition.edition, "reason": "Wrong"})

    assert file.status_code in (200, 409)
    assert "attachment" in file.headers.get("Content-Disposition", "attachment")
    document.refresh_from_db()
    assert document.removed_at is not None
    assert competition.changes.count() == 2


def test_once_closed_the_workbench_leads_to_the_opening_and_offers_no_change(client, competition):
    with clock.fixed_at(competition.closes_at):
        page = text(client.get(of(competition, "competition_detail")))

    assert of(competition, "opening") in page
    assert of(competition, "competition_change") not in page
    assert of(competition, "extension_propose") not in page


def test_the_preview_is_the_public_page_before_anybody_else_can_read_it(client, draft):
    shown = text(client.get(of(draft, "competition_preview")))
    lot = text(client.get(of(draft, "lot_preview", lot=draft.lots.get().reference)))
    client.logout()

    assert draft.description in shown and draft.lots.get().title in shown
    assert draft.lots.get().title in lot
    assert client.get(reverse("public:competition", args=[draft.reference])).status_code == 404
