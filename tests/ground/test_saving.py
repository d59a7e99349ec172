"""A database that only reads, or whose disk is full, keeps nobody from reading (REL-06)."""

import pytest
from django.db import connection
from django.urls import reverse

from framework_portal import saving
from framework_portal.background import Breaker
from tests.bids.bidding import bidder, complete_bid, submit
from tests.factories import AssessorFactory, OfficerFactory
from tests.signing_in import sign_in

BANNER = b"cannot save anything at the moment"


@pytest.fixture(autouse=True)
def forgotten(monkeypatch):
    monkeypatch.setattr(saving, "refused", Breaker(60))


@pytest.fixture
def only_reads():
    """From here on the server refuses every write of this connection."""

    def refuse():
        with connection.cursor() as cursor:
            cursor.execute("SET default_transaction_read_only = on")

    yield refuse
    connection.ensure_connection()
    with connection.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = off")


@pytest.mark.django_db(transaction=True)
def test_everybody_reads_on_and_is_told(client, only_reads):
    bid = complete_bid()
    competition = bid.lot.competition
    visits = [
        (bid.person, reverse("supplier:bid_detail", args=[bid.reference])),
        (
            OfficerFactory(commissioner=competition.commissioner).user,
            reverse("commissioner:competition_detail", args=[competition.reference]),
        ),
        (AssessorFactory().user, reverse("assessor:application_list")),
    ]
    clients = []
    for person, path in visits:
        reader = type(client)()
        sign_in(reader, person)
        session = reader.session
        del session["accounts.standing"]  # to be noted again, as it is each minute
        session.save()
        clients.append((reader, path))
    only_reads()

    for reader, path in clients:
        reader.get(path)
        answer = reader.get(path)
        assert answer.status_code == 200, path
        assert BANNER in answer.content, path
    assert client.get(reverse("public:competition_list")).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_what_was_sent_is_not_taken_for_saved(client, only_reads):
    bid = complete_bid()
    sign_in(client, bid.person)
    only_reads()

    client.raise_request_exception = False
    answer = client.post(reverse("supplier:bid_price", args=[bid.reference]), {"price": "5"})

    assert answer.status_code == 503
    assert BANNER in answer.content


@pytest.mark.django_db
def test_nobody_is_told_without_cause(client):
    bid = complete_bid()
    sign_in(client, bid.person)

    answer = client.get(reverse("supplier:bid_detail", args=[bid.reference]))

    assert BANNER not in answer.content


@pytest.mark.django_db(transaction=True)
def test_a_colleague_who_waits_to_be_let_in_keeps_nobody_from_reading(client, only_reads):
    bid = complete_bid()
    submit(bid)
    bidder(bid)
    sign_in(client, bid.person)
    only_reads()

    assert client.get(reverse("supplier:bid_offer", args=[bid.reference])).status_code == 200
