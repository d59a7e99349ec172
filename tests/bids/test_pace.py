"""Forms of a bid have a bound that nobody who types reaches; past it nothing typed is lost."""

from datetime import timedelta

import pytest
from django.urls import reverse

from bids.actions.presence import FORMS, MOST_FORMS
from bids.models import Presence
from bids.selectors.bidding import offer_of, questions_of
from framework_portal import clock
from tests.accounts.test_stash import given_back
from tests.bids.bidding import bidder, complete_bid
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def bid():
    return complete_bid()


def page(bid):
    question = questions_of(bid.lot.competition)[0]
    return reverse("supplier:bid_answer", args=[bid.reference, question.reference])


def form(client, bid, text):
    shown = client.get(page(bid)).context["form"]
    return {name: shown[name].value() for name in ("shown", "base")} | {"text": text}


def sent_already(bid, user, forms):
    at = clock.now()
    row = {"seen_at": at, "counted_from": at, "saves": forms}
    Presence.objects.create(bid=bid, part=FORMS, person=user, **row)


def text_of(bid):
    bid.refresh_from_db()
    question = questions_of(bid.lot.competition)[0]
    return offer_of(bid)["answers"][str(question.reference)]["text"]


def test_up_to_the_bound_every_form_is_taken(client, bid):
    sign_in(client, bid.person)
    sent_already(bid, bid.person, MOST_FORMS - 1)

    assert client.post(page(bid), form(client, bid, "The last one")).status_code == 302
    assert text_of(bid) == "The last one"


def test_past_it_the_answer_is_429_and_what_was_typed_is_given_back(client, bid):
    sign_in(client, bid.person)
    sent_already(bid, bid.person, MOST_FORMS)
    typed = form(client, bid, "One too many")

    refused = client.post(page(bid), typed)
    assert (refused.status_code, refused["Retry-After"]) == (429, "60")
    assert "We kept what you typed" in refused.text
    assert page(bid) in refused.text
    assert text_of(bid) == "We listen first"

    with clock.fixed_at(clock.now() + timedelta(minutes=1)):
        kept = client.get(page(bid))
        assert "One too many" in kept.text
        client.post(page(bid), given_back(kept))
        assert text_of(bid) == "One too many"


def test_a_colleague_and_another_bid_are_not_kept_waiting(client, bid):
    sent_already(bid, bid.person, MOST_FORMS)
    sign_in(client, bidder(bid))

    assert client.post(page(bid), form(client, bid, "Mine")).status_code == 302


def test_it_holds_for_every_form_and_never_for_the_last_step(client, bid):
    sign_in(client, bid.person)
    sent_already(bid, bid.person, MOST_FORMS)
    for name in ("bid_price", "bid_subcontractors", "bid_files", "bid_offline"):
        path = reverse(f"supplier:{name}", args=[bid.reference])
        assert client.post(path, {}).status_code == 429, name
    for name in ("bid_submit", "bid_withdraw", "bid_standby"):
        path = reverse(f"supplier:{name}", args=[bid.reference])
        assert client.post(path, {}).status_code != 429, name


def test_looking_is_never_counted(client, bid):
    sign_in(client, bid.person)
    client.get(page(bid))

    assert not Presence.objects.filter(part=FORMS).exists()
