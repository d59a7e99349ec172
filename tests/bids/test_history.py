"""What parts of a bid said before: who wrote what when, kept from the server, and given back."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.urls import reverse

from bids.actions.drafting import Changed, save_answer, save_price
from bids.actions.restoring import keep_aside, restore_version
from bids.content import fingerprint
from bids.models import AnswerVersion, Bid
from bids.selectors.bidding import offer_of, questions_of
from bids.selectors.writers import said, versions_of
from framework_portal import clock
from framework_portal.audit.models import AuditEvent
from framework_portal.sealing.models import Purpose, SealedOffer
from suppliers.states import MemberRole
from tests.bids.bidding import bidder, complete_bid, submit
from tests.bids.test_sharing import Many
from tests.factories import BidFactory, UserFactory
from tests.signing_in import sign_in, vaults_of

pytestmark = pytest.mark.django_db
MARKER = "Marker-Wonderful-History-7731"


@pytest.fixture
def bid():
    bid = BidFactory()
    bid.person = bidder(bid)
    bid.person.name = "Ann Example"
    bid.person.save()
    bid.question = questions_of(bid.lot.competition)[0]
    bid.at = clock.now()
    return bid


def keep(bid, text, *, by=None, after=0, **more):
    at = bid.at + timedelta(seconds=after)
    return save_answer(
        bid=bid, question=bid.question, text=text, by=by or bid.person, at=at, **more
    )


def told(bid, question="first"):
    """What the history says, the newest first."""
    vault = vaults_of(bid.person).of(bid.supplier)
    question = bid.question if question == "first" else question
    return [said(version, vault) for version in versions_of(bid, question)]


def text_of(bid):
    fresh = Bid.objects.for_desk().get(pk=bid.pk)
    fresh.vaults = vaults_of(bid.person)
    content = offer_of(fresh)
    return content["answers"][str(bid.question.reference)]["text"]


def test_somebody_who_writes_on_for_ten_minutes_makes_one_version(bid):
    keep(bid, "We listen")
    keep(bid, "We listen first", after=599)
    assert told(bid) == ["We listen first"]

    keep(bid, "We listen first and long", after=600)

    assert told(bid) == ["We listen first and long", "We listen first"]
    assert (
        AnswerVersion.objects.values_list("saved_by", flat=True).distinct().get() == bid.person.pk
    )


def test_a_colleague_begins_a_version_of_their_own_and_so_does_whoever_comes_after(bid):
    other = bidder(bid)

    keep(bid, "Mine")
    keep(bid, "Mine. Hers", by=other, after=10)
    keep(bid, "Mine. Hers. Mine", after=20)

    assert told(bid) == ["Mine. Hers. Mine", "Mine. Hers", "Mine"]


def test_a_paragraph_deleted_by_a_slip_is_in_the_history_although_the_writer_went_on(bid):
    long = "one two three four five six seven eight"

    keep(bid, long)
    keep(bid, "", after=5)
    keep(bid, "x", after=10)

    assert told(bid) == ["x", long]


def test_words_that_go_a_few_at_a_time_are_in_the_history_too(bid):
    words = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]

    for count in range(len(words), 0, -2):
        keep(bid, " ".join(words[:count]), after=30 - count)

    assert " ".join(words) in told(bid)


def test_the_price_has_a_history_as_well(bid):
    other = bidder(bid)
    save_price(bid=bid, price=Decimal(10), note="A", by=bid.person, at=bid.at)
    save_price(bid=bid, price=Decimal(11), note="A", by=other, at=bid.at)

    assert told(bid, None) == [
        {"price": "11.00", "price_note": "A"},
        {"price": "10.00", "price_note": "A"},
    ]


def test_what_came_from_another_lot_is_in_the_history_once_it_is_written_over():
    many = Many(bids=2)
    bid, other = many.bids
    for each in many.bids:
        each.person, each.question, each.at = many.person, many.question, clock.now()
    keep(bid, "Written in one lot")
    many.share({other: ""})

    keep(other, "Written over in the other", after=5)

    assert told(other) == ["Written over in the other", "Written in one lot"]


def test_saving_by_itself_does_not_flood_the_trail_and_each_version_is_told(bid):
    for place in range(30):
        keep(bid, f"{'word ' * place}end", after=place * 30, quiet=True)

    saved = AuditEvent.objects.filter(verb="bid.saved")
    assert saved.count() == AnswerVersion.objects.count() == 2
    keep(bid, "pressed", after=900)
    assert saved.count() == 3


def test_a_version_restored_is_a_new_version_and_works_after_submission(bid):
    complete_bid(bid, by=bid.person, text="As submitted")
    keep(bid, "Later and better than before", by=bidder(bid), after=700)
    submit(bid)
    old = versions_of(bid, bid.question).last()
    old.bid = bid

    at = bid.at + timedelta(seconds=800)
    facts = {"by": bid.person, "at": at, "shown": fingerprint(text_of(bid))}
    restore_version(version=old, value="As submitted", **facts)

    assert text_of(bid) == "As submitted"
    assert told(bid) == ["As submitted", "Later and better than before", "As submitted"]


def test_restoring_over_what_a_colleague_wrote_meanwhile_asks_first(bid):
    keep(bid, "First")
    shown = fingerprint("First")
    keep(bid, "Hers", by=bidder(bid), after=5)

    with pytest.raises(Changed):
        version = versions_of(bid, bid.question).last()
        restore_version(version=version, value="First", by=bid.person, at=bid.at, shown=shown)

    assert text_of(bid) == "Hers"


def test_what_was_not_chosen_is_kept_aside(bid):
    keep(bid, "Hers", by=bidder(bid))
    for text in ("Mine", "Mine, otherwise"):
        facts = {"question": bid.question, "value": text, "by": bid.person, "at": bid.at}
        keep_aside(bid=bid, **facts)

    assert sorted(told(bid)) == ["Hers", "Mine", "Mine, otherwise"]
    assert text_of(bid) == "Hers"


def test_what_is_replaced_leaves_no_row_and_nothing_lies_in_clear(bid):
    keep(bid, MARKER)
    keep(bid, f"{MARKER} and more", after=5)
    keep(bid, f"{MARKER} and even more", by=bidder(bid), after=9)

    kept = SealedOffer.objects.filter(purpose=Purpose.KEPT)
    assert kept.count() == AnswerVersion.objects.count() == 2
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (table,) in cursor.fetchall():
            cursor.execute(
                f'SELECT count(*) FROM "{table}" t WHERE t::text LIKE %s OR t::text LIKE %s',
                [f"%{MARKER}%", f"%{MARKER.encode().hex()}%"],
            )
            assert cursor.fetchone() == (0,), table


def test_a_sealed_version_moved_to_another_part_does_not_open(bid):
    keep(bid, "Words")
    version = versions_of(bid, bid.question).get()
    version.question = None

    with pytest.raises(Exception, match="seal"):
        said(version, vaults_of(bid.person).of(bid.supplier))


def page(client, bid, name="answer_history", **kwargs):
    if name == "answer_history":
        kwargs["question"] = bid.question.reference
    return client.get(reverse(f"supplier:{name}", kwargs={"reference": bid.reference, **kwargs}))


def test_the_list_says_who_when_and_how_many_words_without_addresses(client, bid):
    keep(bid, "We listen first")
    keep(bid, "We listen first and long", by=bidder(bid), after=60)
    sign_in(client, bid.person)

    answer = page(client, bid).content.decode()

    assert "Ann Example" in answer
    assert "2 words in, 0 out" in answer
    assert "@" not in answer.split("<main")[1].split("</main")[0]


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_one_version_or_three(
    client, bid, count, django_assert_max_num_queries
):
    for place in range(count):
        keep(bid, f"{'word ' * place}end", by=bidder(bid), after=place)
    sign_in(client, bid.person)
    page(client, bid)  # lets the new colleagues into the vault

    with django_assert_max_num_queries(11):
        assert page(client, bid).status_code == 200


def test_a_version_is_shown_with_what_changed_and_restored_by_pressing(client, bid):
    keep(bid, "We listen first")
    keep(bid, "We never listen", by=bidder(bid), after=60)
    sign_in(client, bid.person)
    version = versions_of(bid, bid.question).last()
    url = reverse("supplier:bid_version", args=[bid.reference, version.reference])

    shown = client.get(url)
    answer = client.post(url, {"shown": shown.context["shown"]})

    assert "<del>" in shown.content.decode() and "<ins>" in shown.content.decode()
    assert answer.status_code == 302
    assert text_of(bid) == "We listen first"


def test_a_page_that_is_not_up_to_date_restores_nothing_and_says_so(client, bid):
    keep(bid, "We listen first")
    sign_in(client, bid.person)
    version = versions_of(bid, bid.question).last()
    url = reverse("supplier:bid_version", args=[bid.reference, version.reference])
    keep(bid, "Hers", by=bidder(bid), after=60)

    answer = client.post(url, {"shown": fingerprint("We listen first")})

    assert "This was changed after you opened the page" in answer.content.decode()
    assert "<title>Error:" in answer.content.decode()
    assert text_of(bid) == "Hers"


def test_readers_read_the_history_and_restore_nothing_and_strangers_see_nothing(client, bid):
    keep(bid, "Words")
    version = versions_of(bid, bid.question).get()
    url = reverse("supplier:bid_version", args=[bid.reference, version.reference])
    reader = bidder(bid, role=MemberRole.READER)
    sign_in(client, UserFactory())
    assert page(client, bid).status_code == client.get(url).status_code == 404

    sign_in(client, reader)

    assert client.post(url, {"shown": "x"}).status_code in (200, 403)
    assert "Restore this version" not in client.get(url).content.decode()
    assert text_of(bid) == "Words"


def test_a_version_of_another_bid_is_not_found_under_this_one(client, bid):
    other = BidFactory(supplier=bid.supplier)
    other.person, other.at = bid.person, bid.at
    other.question = questions_of(other.lot.competition)[0]
    keep(other, "Elsewhere")
    version = versions_of(other, other.question).get()
    sign_in(client, bid.person)

    assert page(client, bid, "bid_version", version=version.reference).status_code == 404
