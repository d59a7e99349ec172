"""A failed attempt leaves a token that says when, by which clock, and what it proves."""

import re
import uuid
from unittest import mock

import pytest
from django.db import OperationalError
from django.urls import reverse

from bids import attempts
from bids.actions.submission import take_ticket
from bids.models import Arrival
from framework_portal import clock
from framework_portal.sealing.broken import ForgedStatement
from tests.bids.bidding import complete_bid, submit
from tests.factories import OfficerFactory
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db


class Held(Exception):
    """What the database's driver says of a lock that was not won in time."""

    pgcode = "55P03"


@pytest.fixture
def bid():
    return complete_bid()


def page(bid, name="supplier:bid_submit"):
    return reverse(name, args=[bid.reference])


def shown(answer):
    return re.search(r"data-attempt-token[^>]*>([^<]+)</textarea>", answer.text)[1]


def press(client, bid):
    return client.post(page(bid), {"key": uuid.uuid4(), "declared": "on"})


def test_a_busy_portal_gives_a_token_timed_by_the_ticket(client, bid):
    sign_in(client, bid.person)
    busy = OperationalError()
    busy.__cause__ = Held()
    with mock.patch("bids.actions.submission.take_in", side_effect=busy):
        answer = press(client, bid)

    said = attempts.read(shown(answer))
    ticket = Arrival.objects.get()
    assert (said["at"], said["press"], said["bid"]) == (
        ticket.at,
        str(ticket.key),
        str(bid.reference),
    )
    assert (said["timed_by"], said["outcome"]) == ("database", "busy")


def test_a_fault_of_ours_gives_a_token_on_the_error_page(client, bid):
    sign_in(client, bid.person)
    client.raise_request_exception = False
    with mock.patch("bids.actions.submission.take_in", side_effect=RuntimeError("broken")):
        answer = press(client, bid)

    assert answer.status_code == 500
    said = attempts.read(shown(answer))
    assert (said["at"], said["timed_by"]) == (Arrival.objects.get().at, "database")


def test_with_the_database_down_the_token_is_of_the_servers_clock_and_says_so(client, bid):
    sign_in(client, bid.person)
    client.raise_request_exception = False
    with mock.patch(
        "bids.views.supplier.submitting.own_bid", side_effect=OperationalError("no database")
    ):
        answer = press(client, bid)

    assert answer.status_code == 503
    said = attempts.read(shown(answer))
    assert (said["timed_by"], said["press"]) == ("server", None)
    assert "web server’s clock" in str(said["proves"]).replace("that server’s", "web server’s")


def test_late_is_proven_too_and_an_incomplete_bid_is_not_our_fault(client, bid):
    sign_in(client, bid.person)
    with clock.fixed_at(bid.lot.competition.closes_at):
        sign_in(client, bid.person)
        assert attempts.read(shown(press(client, bid)))["outcome"] == "closed"
    undeclared = client.post(page(bid), {"key": uuid.uuid4()})
    assert "data-attempt-token" not in undeclared.text


def test_no_token_beside_other_pages(client, bid):
    client.raise_request_exception = False
    sign_in(client, bid.person)
    with mock.patch(
        "bids.views.supplier.desk.Bid.objects.for_desk", side_effect=RuntimeError("broken")
    ):
        answer = client.get(page(bid))
    assert answer.status_code == 500
    assert "data-attempt-token" not in answer.text


def test_every_letter_of_a_token_counts(bid):
    text = attempts.token(
        bid=bid.reference, at=clock.now(), timed_by=attempts.DATABASE, outcome="busy"
    )
    assert attempts.read(f"  {text[:40]}\n{text[40:]} ")["outcome"] == "busy"
    for place in range(0, len(text) - 4, 7):
        other = "A" if text[place] != "A" else "B"
        with pytest.raises(ForgedStatement):
            attempts.read(text[:place] + other + text[place + 1 :])
    for nonsense in ("", "x", "e30=", "bnVsbA==", "W10=", "é", "[" * 4000):
        with pytest.raises(ForgedStatement):
            attempts.read(nonsense)


def note(client, bid, key, claimed="2026-11-22T11:59:30.000Z"):
    return client.post(page(bid, "supplier:attempt_note"), {"press": key, "claimed": claimed})


def test_a_note_that_a_browser_kept_is_signed_for_what_it_is(client, bid):
    sign_in(client, bid.person)
    answer = note(client, bid, uuid.uuid4()).json()
    said = attempts.read(answer["token"])

    assert (answer["became"], said["timed_by"], said["outcome"]) == ("note", "note", "unreached")
    assert said["claimed"].isoformat() == "2026-11-22T11:59:30+00:00"
    assert "browser’s word alone" in str(said["proves"])


def test_a_press_that_had_arrived_is_told_as_it_was(client, bid):
    sign_in(client, bid.person)
    lost = take_ticket(bid=bid, by=bid.person, key=uuid.uuid4())
    answer = note(client, bid, lost.key).json()
    assert attempts.read(answer["token"])["at"] == lost.at
    assert answer["became"] == "ticket"

    key = uuid.uuid4()
    submit(bid, key=key)
    assert note(client, bid, key).json() == {"became": "in"}


def test_a_note_makes_no_sense_or_is_of_somebody_elses_bid(client, bid):
    sign_in(client, bid.person)
    for key, claimed in (("x", "2026-11-22T11:59:30Z"), (uuid.uuid4(), "x"), (uuid.uuid4(), "")):
        assert note(client, bid, key, claimed).status_code == 400
    assert note(client, complete_bid(), uuid.uuid4()).status_code == 404


def test_an_officer_reads_what_it_proves(client, bid):
    officer = OfficerFactory(commissioner=bid.lot.competition.commissioner)
    sign_in(client, officer.user)
    ticket = take_ticket(bid=bid, by=bid.person, key=uuid.uuid4())
    text = attempts.token(
        bid=bid.reference,
        at=ticket.at,
        timed_by=attempts.DATABASE,
        outcome="busy",
        key=ticket.key,
    )
    check = reverse("commissioner:attempt_check")

    said = client.post(check, {"token": text}).text
    assert "The portal has signed this token" in said
    assert "The database holds the same ticket" in said
    assert bid.lot.title in said
    assert bid.supplier.name not in said
    forged = client.post(check, {"token": text[:-8]}).text
    assert "The portal has not signed this" in forged
    assert "The portal has signed this token" not in forged
