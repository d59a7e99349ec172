"""With Redis stopped every kind of page answers, and a bid is taken in: within two seconds."""

import socket
import time
import uuid

import pytest
from django.urls import reverse

from bids.models import Submission
from framework_portal import background
from framework_portal.background import Breaker
from framework_portal.notifications.models import Message
from framework_portal.notifications.tasks import sweep
from tests.bids.bidding import complete_bid
from tests.factories import AssessorFactory, OfficerFactory, UserFactory
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def stopped_redis(settings, monkeypatch):
    """A port on which nobody answers, and nothing remembered of a Redis that did."""
    monkeypatch.setattr(background, "broker", Breaker(30))
    background._broker.cache_clear()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        settings.REDIS_URL = f"redis://127.0.0.1:{taken.getsockname()[1]}/0"
        yield
    background._broker.cache_clear()


def in_time(ask, *args):
    """The answer, which may cost a stopped Redis's two seconds at most."""
    started = time.monotonic()
    answer = ask(*args)
    took = time.monotonic() - started
    assert took < 2, f"{args[0]} took {took:.1f} s"
    return answer


def test_a_bid_is_submitted_and_confirmed_once_mail_goes_out_again(client, mailoutbox):
    bid = complete_bid()
    sign_in(client, bid.person)
    page = reverse("supplier:bid_submit", kwargs={"reference": bid.reference})
    client.get(page)  # templates are compiled once

    answer = in_time(client.post, page, {"declared": "on", "key": str(uuid.uuid4())})
    receipt = in_time(client.get, answer["Location"])

    assert receipt.status_code == 200
    assert Submission.objects.get().bid == bid
    # Nobody even asked it: the last step leaves the mail to the periodic sweep.
    assert not background.broker.is_open and mailoutbox == []
    sweep()
    assert {address for mail in mailoutbox for address in mail.to} == {
        bid.supplier.contact_email,
        bid.person.email,
    }
    assert not Message.objects.waiting().exists()


def test_pages_of_every_role_answer(client):
    bid = complete_bid()
    competition = bid.lot.competition
    people = {
        "public:competition_list": None,
        "supplier:dashboard": bid.person,
        "commissioner:competition_list": OfficerFactory(commissioner=competition.commissioner).user,
        "assessor:application_list": AssessorFactory().user,
        "admin:index": UserFactory(is_staff=True, is_superuser=True),
        "account_login": None,
    }
    for name, person in people.items():
        client.logout()
        if person:
            sign_in(client, person)
        client.get(reverse(name))
        assert in_time(client.get, reverse(name)).status_code == 200
