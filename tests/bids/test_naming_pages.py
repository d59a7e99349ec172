"""The lead's pages of its key subcontractors: terms, consents and what to do about them."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bids.actions.answering_consents import withdraw_consent
from bids.actions.drafting import save_price
from bids.actions.subcontracting import declare_subcontracting, name_subcontractor
from bids.models import Bid, ConsentRequest
from bids.selectors.bidding import offer_of
from bids.states import ConsentAnswer
from framework_portal import clock
from suppliers.states import MemberRole
from tests.bids.bidding import bidder, complete_bid, submit
from tests.bids.consenting import answer, ask, name, named, person_of, typed
from tests.bids.evaluated import officers, opened
from tests.factories import BidFactory, SupplierFactory
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def bid():
    return complete_bid()


def address(bid, name, *args):
    return reverse(f"supplier:{name}", args=[bid.reference, *args])


def page(client, bid, name="bid_subcontractors", *args):
    return client.get(address(bid, name, *args)).content.decode()


def test_an_organisation_is_named_with_all_its_terms_and_asked(client, bid):
    sign_in(client, bid.person)
    client.post(address(bid, "bid_subcontractor_add"), typed(bid))

    bid.refresh_from_db()
    entry = offer_of(bid)["subcontractors"][0]
    assert (entry["email"], entry["volume"], entry["payment_days"]) == (
        "hello@small.example",
        40,
        30,
    )
    assert entry["starts_on"] == "2027-04-01" and entry["share_percent"] == "12.50"
    assert "12.5% (£125)" in page(client, bid)
    assert "Not asked yet" in page(client, bid)

    client.post(address(bid, "bid_subcontractor_ask", entry["reference"]))
    assert "Waiting for its answer" in page(client, bid)
    assert ConsentRequest.objects.get().invited_email == "hello@small.example"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"email": ""}, "Enter its email address"),
        ({"payment_days": "31"}, "You must pay within 30 days or fewer"),
        ({"volume": "-1"}, "The number of people must be 0 or more"),
        ({"categories": []}, "Select the categories it will work in"),
        ({"areas": ["region:nowhere"]}, "Select a valid choice"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_saved(client, bid, wrong, words):
    sign_in(client, bid.person)
    response = client.post(address(bid, "bid_subcontractor_add"), typed(bid, **wrong))

    assert words in response.content.decode()
    bid.refresh_from_db()
    assert offer_of(bid)["subcontractors"] == []


def test_a_share_that_does_not_fit_is_refused_on_the_page(client, bid):
    named(bid, share_percent=Decimal(95))
    sign_in(client, bid.person)
    fields = typed(bid)
    response = client.post(address(bid, "bid_subcontractor_add"), fields)
    assert "At most 5% is left" in response.content.decode()


def test_every_state_is_told_with_what_to_do(client, bid):
    sign_in(client, bid.person)
    agreed = named(bid, name="Agreed Org", share_percent=Decimal(5))
    waiting = ask(bid, name(bid, name="Waiting Org", share_percent=Decimal(5)))
    wanting = ask(bid, name(bid, name="Wanting Org", share_percent=Decimal(5)))
    answer(wanting, ConsentAnswer.CHANGE_ASKED, words="Thirty people, not forty")
    declined = ask(bid, name(bid, name="Declined Org", share_percent=Decimal(5)))
    answer(declined, ConsentAnswer.DECLINED)
    gone = named(bid, name="Gone Org", share_percent=Decimal(5))
    withdraw_consent(consent=gone, by=person_of(gone.supplier), at=clock.now())
    named(bid, name="Relied Org", share_percent=Decimal(5), relied_on=True)
    name_subcontractor(
        bid=bid,
        name="Old Entry",
        role="Any",
        share_percent=Decimal(5),
        by=bid.person,
        at=clock.now(),
    )

    told = page(client, bid)

    for words in (
        *("Agreed", "Waiting for its answer", "Asks for a change", "Declined"),
        *("Withdrew its consent", "Agreed, but not qualified", "Terms not complete"),
        *("Thirty people, not forty", "Still to say:", "its email address"),
        *("Ask again with the same terms", "Ask for its consent again", "Complete its terms"),
    ):
        assert words in told, words
    check = page(client, bid, "bid_submit")
    assert "Key subcontractors who have not agreed" in check
    for each in ("Waiting Org", "Wanting Org", "Declined Org", "Gone Org", "Relied Org"):
        assert each in check.partition("who have not agreed")[2]
    assert "Agreed Org" not in check.partition("who have not agreed")[2]
    assert "2 of 7 agreed" not in page(client, bid, "bid_detail")
    assert "1 of 7 agreed" in page(client, bid, "bid_detail")
    assert waiting.waits and agreed.is_agreed


def test_a_changed_price_is_told(client, bid):
    named(bid)
    sign_in(client, bid.person)
    save_price(bid=bid, price=Decimal(5000), by=bid.person, at=clock.now())

    assert "Terms changed: ask again" in page(client, bid)
    assert "Ask for its consent to the new terms" in page(client, bid)


def test_a_reminder_is_offered_after_a_day_and_leads_back_to_the_check(client, bid):
    request = ask(bid, name(bid))
    sign_in(client, bid.person)
    url = address(bid, "bid_subcontractor_remind", request.entry)
    assert "Send a reminder" not in page(client, bid)
    refused = client.post(url, {"back": "check"}, follow=True)
    assert "within the last day" in refused.content.decode()
    assert refused.redirect_chain[-1][0] == address(bid, "bid_submit")

    with clock.fixed_at(clock.now() + timedelta(days=1)):
        assert "Send a reminder" in page(client, bid, "bid_submit")
        client.post(url)
        assert "Send a reminder" not in page(client, bid, "bid_submit")
    request.refresh_from_db()
    assert request.reminded_at


def test_a_withdrawn_consent_is_told_on_the_bid_with_its_receipt(client, bid):
    request = named(bid)
    submit(bid)
    withdraw_consent(consent=request, by=person_of(request.supplier), at=clock.now())
    sign_in(client, bid.person)

    assert "A key subcontractor withdrew its consent on" in page(client, bid, "bid_detail")
    assert "Withdrew its consent" in page(client, bid)
    record = page(client, bid, "bid_record")
    assert "version 1 counts no more" in record
    assert "No longer submitted: a key subcontractor withdrew its consent" in record
    receipt = bid.receipts.get(kind="unseated")
    file = client.get(address(bid, "bid_unseating_file", receipt.reference)).json()
    assert file["statement"]["of"] == "unseated"


def test_nobody_else_asks_or_reminds(client, bid):
    reference = name(bid)
    for person in (bidder(BidFactory()), bidder(bid, role=MemberRole.READER)):
        sign_in(client, person)
        for verb in ("ask", "remind"):
            response = client.post(address(bid, f"bid_subcontractor_{verb}", reference))
            assert response.status_code in (403, 404)
    assert not ConsentRequest.objects.exists()


@pytest.mark.parametrize("shown", ["bid_subcontractors", "bid_submit"])
def test_the_pages_take_as_many_queries_for_three_as_for_one(client, bid, shown):
    sign_in(client, bid.person)
    counts = []
    for number in range(3):
        consent = ask(
            bid,
            name(
                bid,
                share_percent=Decimal(5),
                relied_on=True,
                supplier=SupplierFactory(name=f"Org {number}"),
            ),
        )
        answer(consent, ConsentAnswer.CHANGE_ASKED)
        page(client, bid, shown)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page(client, bid, shown)
        counts.append(len(queries))
    assert counts[0] == counts[2]


def test_the_commissioner_reads_each_signed_consent_after_opening(client, bid):
    named(bid, name="North Star")
    submit(bid)
    first, second = officers(bid.lot.competition)
    opened(bid.lot.competition, first=first, second=second)
    sign_in(client, first)

    told = client.get(reverse("commissioner:opened_bid", args=[bid.reference])).content.decode()

    assert "North Star agreed to these terms on" in told
    assert "12.5% (£125)" in told and "What North Star signed" in told


def test_an_entry_that_a_colleague_changed_is_shown_and_not_overwritten(client, bid):
    reference = name(bid, email="a@small.example", name="Small Steps")
    sign_in(client, bid.person)
    shown = client.get(address(bid, "bid_subcontractor", reference)).context["form"]
    fields = typed(bid, email="a@small.example", shown=shown.initial["shown"])
    name(bid, reference=reference, email="a@small.example", name="Small Steps", role="Theirs")

    response = client.post(address(bid, "bid_subcontractor", reference), fields)

    assert "The other version" in response.content.decode()
    assert "Theirs" in response.content.decode()
    bid.refresh_from_db()
    assert offer_of(bid)["subcontractors"][0]["role"] == "Theirs"
    assert Bid.objects.filter(pk=bid.pk, state="draft").exists()
    declare_subcontracting(bid=bid, uses=True, no_exclusivity=True, by=bid.person, at=clock.now())
