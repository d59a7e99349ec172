"""The ceremony page, as openers and others go through it, and the record it leaves."""

import json
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from bids.actions.two_acts import APPROVAL_HOLDS
from bids.models import Bid, Opening, OpeningApproval, PriceOpening
from bids.states import BidState
from framework_portal import clock
from framework_portal.audit.models import AuditEvent
from framework_portal.sealing import signing
from lots.actions.keys import make_keys
from lots.models import KeyShare, OpenerProof
from lots.states import CompetitionState, CriterionKind
from tests import factories
from tests.bids.evaluated import after_closing, officers, score_all, submitted_bid
from tests.factories import (
    OPENING_PASSPHRASE,
    LotFactory,
    OfficerFactory,
    OpenLotFactory,
    publish,
)
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db

KNOWN = {"passphrase": OPENING_PASSPHRASE}
APPROVE, OPEN = {"act": "approve", **KNOWN}, {"act": "open", **KNOWN}


@pytest.fixture
def lot():
    return OpenLotFactory()


@pytest.fixture
def people(lot):
    """The three openers."""
    return officers(lot.competition, 3)


@pytest.fixture
def clients(people):
    return [sign_in(Client(), person) for person in people]


def of(competition, name="opening", space="commissioner"):
    return reverse(f"{space}:{name}", kwargs={"reference": competition.reference})


def text(response):
    return re.sub(r"\s+", " ", response.content.decode())


def main(response):
    return text(response).split("<main")[1].split("</main>")[0]


def opens(competition, first, second, at=None):
    """Both acts, a minute apart; answers the second's page."""
    at = at or after_closing(competition)
    with clock.fixed_at(at):
        first.post(of(competition), APPROVE)
    with clock.fixed_at(at + timedelta(minutes=1)):
        return second.post(of(competition), OPEN, follow=True)


def test_hashes_come_before_contents(lot, clients):
    bid = submitted_bid(lot, price="123456")

    page = opens(lot.competition, clients[0], clients[1])

    assert page.redirect_chain[-1][0] == of(lot.competition, "opening_record")
    assert bid.offer.envelope_hash in main(page)
    assert bid.supplier.name not in main(page)


def test_who_is_there_and_for_how_long(lot, clients, people):
    at = after_closing(lot.competition)
    with clock.fixed_at(at):
        clients[0].post(of(lot.competition), APPROVE)
    with clock.fixed_at(at + timedelta(minutes=4, seconds=1)):
        own = main(clients[0].get(of(lot.competition)))
        other = main(clients[1].get(of(lot.competition)))
        piece = text(clients[1].get(of(lot.competition, "opening_state") + "?act=approve"))

    assert "11 minutes left" in own
    assert "Approve the opening" in own
    assert f"{people[0].name} has approved" in other
    assert "Open all bids now" in other
    assert "It is your turn now." in piece


def test_an_approval_that_ran_out_before_the_second_act_says_what_to_do(lot, clients, people):
    submitted_bid(lot)
    at = after_closing(lot.competition)
    with clock.fixed_at(at):
        clients[0].post(of(lot.competition), APPROVE)
    with clock.fixed_at(at + APPROVAL_HOLDS):
        page = main(clients[1].post(of(lot.competition), OPEN))
        assert "Another officer must approve the opening first" in page
        assert f"The approval of {people[0].name} ran out" in page
        assert "Approve the opening" in page  # the form is the one that fits now
        clients[1].post(of(lot.competition), APPROVE)
        clients[0].post(of(lot.competition), OPEN)

    assert Opening.objects.get().second_by == people[0]


def test_the_first_officer_again_only_renews(lot, clients):
    at = after_closing(lot.competition)
    with clock.fixed_at(at):
        clients[0].post(of(lot.competition), APPROVE)
    with clock.fixed_at(at + timedelta(minutes=10)):
        alone = main(clients[0].post(of(lot.competition), OPEN))
        clients[0].post(of(lot.competition), APPROVE)

    assert "you approved already" in alone
    assert not Opening.objects.exists()
    assert OpeningApproval.objects.order_by("-pk").first().expires_at == at + timedelta(minutes=25)


def test_an_officer_who_is_no_opener_sees_and_does_nothing(lot, clients):
    submitted_bid(lot)
    beside = sign_in(Client(), OfficerFactory(commissioner=lot.competition.commissioner).user)
    with clock.fixed_at(after_closing(lot.competition)):
        clients[0].post(of(lot.competition), APPROVE)
        looked = main(beside.get(of(lot.competition)))
        for act in (APPROVE, OPEN):
            assert "not one of the officers who open" in main(beside.post(of(lot.competition), act))

    assert "not one of the officers who open" in looked
    assert "<form" not in looked
    assert not Opening.objects.exists()


@pytest.mark.parametrize("act", ["approve", "open"])
@pytest.mark.parametrize("early", [timedelta(microseconds=1), timedelta(days=3)])
def test_nothing_before_closing_and_its_minute_of_grace(lot, clients, act, early):
    with clock.fixed_at(after_closing(lot.competition) - early):
        page = main(clients[0].post(of(lot.competition), {"act": act, **KNOWN}))

    assert "one minute after" in page
    assert "<form" not in page
    assert not OpeningApproval.objects.exists()


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"act": "approve"}, "Enter your opening passphrase"),
        ({"act": "approve", "passphrase": "wrong all through"}, "not your opening passphrase"),
        ({"act": "approve", "recovery_words": "academic acid"}, "You have typed 2 words"),
        ({"act": "approve", "recovery_words": "acadmic"}, "Is it “academic”?"),
        ({"act": "approve", "recovery_words": "zzz"}, "“zzz” is not one of the words"),
        ({"act": "approve", "recovery_words": "acid " * 33}, "not the recovery words"),
        ({"act": "open"}, "Enter your opening passphrase"),
    ],
)
def test_what_is_wrong_stands_at_its_field(lot, clients, sent, said):
    with clock.fixed_at(after_closing(lot.competition)):
        if sent["act"] == "open":
            clients[1].post(of(lot.competition), APPROVE)
        page = clients[0].post(of(lot.competition), sent)

    assert any(said in error for error in re.findall(r"error-message.*?</p>", text(page)))
    assert "<title>Error:" in text(page)
    assert sent.get("passphrase", "nothing") not in text(page)


def test_slips_in_the_words_are_no_guesses_and_guesses_are_limited(lot, clients):
    url = of(lot.competition)
    with clock.fixed_at(after_closing(lot.competition)):
        for _ in range(12):
            clients[0].post(url, {"act": "approve", "recovery_words": "acadmic"})
        for _ in range(10):
            clients[0].post(url, {"act": "approve", "passphrase": "wrong all through"})
        page = main(clients[0].post(url, APPROVE))
        other = clients[1].post(url, APPROVE)

    assert "too many attempts" in page
    assert other.status_code == 302


def test_the_recovery_words_stand_in_for_the_first_officer_only(lot, people, clients):
    competition = LotFactory(competition__commissioner=lot.competition.commissioner).competition
    recovery = published_with(competition, people)
    at = after_closing(competition)
    with clock.fixed_at(at):
        clients[0].post(of(competition), {"act": "approve", "recovery_words": recovery.upper()})
        clients[1].post(of(competition), OPEN)
    record = main(clients[2].get(of(competition, "opening_record")))

    assert "with the recovery words" in record
    assert Opening.objects.get().approval.by_recovery


def published_with(competition, users):
    """Publish as the factories do, and keep the printed words."""
    kept = {}

    def keep(*args, **kwargs):
        kept.update(make_keys(*args, **kwargs))
        return kept

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(factories, "make_keys", keep)
        publish(competition, openers=users)
    return kept["whole"]


def test_pressed_twice_and_back_again_it_leads_to_the_record(lot, clients):
    submitted_bid(lot)
    opens(lot.competition, clients[0], clients[1])

    with clock.fixed_at(after_closing(lot.competition) + timedelta(minutes=2)):
        for client in clients:
            for answer in (client.post(of(lot.competition), OPEN), client.get(of(lot.competition))):
                assert answer.url == of(lot.competition, "opening_record")
    assert Opening.objects.count() == 1


def test_two_competitions_at_once_do_not_mix(lot, people, clients):
    other = LotFactory(
        competition__commissioner=lot.competition.commissioner,
        competition__closes_at=lot.competition.closes_at,
    )
    publish(other.competition, openers=people)
    bids = [submitted_bid(lot), submitted_bid(other)]
    with clock.fixed_at(after_closing(lot.competition)):
        clients[0].post(of(lot.competition), APPROVE)
        refused = main(clients[1].post(of(other.competition), OPEN))
        clients[1].post(of(other.competition), APPROVE)
        clients[2].post(of(lot.competition), OPEN)
        clients[2].post(of(other.competition), OPEN)

    assert "Another officer must approve" in refused
    states = Bid.objects.filter(pk__in=[bid.pk for bid in bids]).values_list("state", flat=True)
    assert set(states) == {BidState.OPENED}
    assert Opening.objects.count() == 2


def test_before_both_have_acted_nothing_tells_how_many_there_are(lot, clients):
    pages = [
        of(lot.competition),
        of(lot.competition, "opening_state"),
        of(lot.competition, "rehearsal"),
    ]

    def seen(at):
        with clock.fixed_at(at):
            found = [
                main(clients[0].get(page)) if "state" not in page else text(clients[0].get(page))
                for page in pages
            ]
        return [re.sub(r'value="[\w-]{40,}"', "", page) for page in found]

    instants = [lot.competition.closes_at - timedelta(hours=1), after_closing(lot.competition)]
    before = [seen(at) for at in instants]
    for _ in range(3):
        submitted_bid(lot)

    assert [seen(at) for at in instants] == before


def test_asking_who_is_there_keeps_no_session_alive(lot, clients):
    session = clients[0].session
    session["accounts.standing"]["seen"] -= 600
    session.save()
    seen = session["accounts.standing"]["seen"]

    clients[0].get(of(lot.competition, "opening_state"), headers={"X-Watching": "1"})
    watched = clients[0].session["accounts.standing"]["seen"]
    clients[0].get(of(lot.competition, "opening_state"))

    assert watched == seen
    assert clients[0].session["accounts.standing"]["seen"] > seen


def test_the_record_is_signed_names_no_bidder_and_everybody_may_read_it(lot, clients):
    bids = [submitted_bid(lot), submitted_bid(lot)]
    url = of(lot.competition, "opening_record", "public")
    file = of(lot.competition, "opening_record_file", "public")
    assert [Client().get(each).status_code for each in (url, file)] == [404, 404]

    opens(lot.competition, clients[0], clients[1])
    page, downloaded = Client().get(url), Client().get(file)
    [signed] = json.loads(downloaded.content)["openings"]
    statement = signing.verify(signed, kind="opening-record")

    assert {each["envelope_hash"] for each in statement["envelopes"]} == {
        bid.offer.envelope_hash for bid in bids
    }
    for bid in bids:
        assert bid.offer.envelope_hash in text(page)
        for words in (bid.supplier.name, str(bid.supplier.reference)):
            assert words not in text(page)
            assert words not in downloaded.content.decode()
    assert "attachment" in downloaded["Content-Disposition"]
    assert url in text(Client().get(of(lot.competition, "competition", "public")))


def test_a_passphrase_is_in_no_log_session_or_trail(lot, clients, caplog):
    caplog.set_level("DEBUG")
    secret = "never to be seen anywhere"
    with clock.fixed_at(after_closing(lot.competition)):
        clients[0].post(of(lot.competition), {"act": "approve", "passphrase": secret})
        clients[0].post(of(lot.competition, "rehearsal"), {"passphrase": secret})

    assert secret not in caplog.text
    assert secret not in str(dict(clients[0].session))
    assert all(secret not in str(event.__dict__) for event in AuditEvent.objects.all())


# --- Rehearsing ------------------------------------------------------------------------------


def test_each_rehearses_alone_and_the_commissioner_sees_who_has_not(lot, clients, people):
    at = lot.competition.closes_at - timedelta(hours=20)
    detail = of(lot.competition, "competition_detail")
    with clock.fixed_at(at):
        danger = main(clients[0].get(detail))
        clients[0].post(of(lot.competition, "rehearsal"), KNOWN)
        clients[1].post(of(lot.competition, "rehearsal"), KNOWN)
        lacking = main(clients[0].get(detail))
        listed = main(clients[0].get(reverse("commissioner:competition_list")))
        clients[2].post(of(lot.competition, "rehearsal"), KNOWN)
        ready = main(clients[0].get(detail))

    assert "It is not certain that the bids can be opened" in danger
    assert f"Not rehearsed: {people[2].name}." in lacking
    assert f"Not rehearsed: {people[2].name}" in listed
    assert "Not rehearsed:" not in ready
    assert OpenerProof.objects.filter(competition=lot.competition).count() == 3
    assert lot.competition.state == CompetitionState.PUBLISHED


def test_a_wrong_passphrase_rehearses_nothing(lot, clients):
    page = text(
        clients[0].post(of(lot.competition, "rehearsal"), {"passphrase": "wrong words all"})
    )

    assert "This is not your opening passphrase" in page
    assert not OpenerProof.objects.filter(competition=lot.competition).exists()


def test_a_rehearsal_finds_a_share_that_was_damaged(lot, clients, people):
    real = KeyShare.objects.get(
        key__competition=lot.competition, key__part="whole", opener__user=people[0]
    )
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE lots_keyshare DISABLE TRIGGER USER")
        cursor.execute(
            "UPDATE lots_keyshare SET sealed = set_byte(sealed, 40, 255 - get_byte(sealed, 40))"
            " WHERE id = %s",
            [real.pk],
        )
        cursor.execute("ALTER TABLE lots_keyshare ENABLE TRIGGER USER")

    page = clients[0].post(of(lot.competition, "rehearsal"), KNOWN)

    assert page.status_code == 200
    assert not OpenerProof.objects.filter(competition=lot.competition).exists()


# --- Price after quality ---------------------------------------------------------------------


def test_quality_first_and_prices_after_the_scores_are_locked():
    lot = LotFactory(competition__price_after_quality=True)
    publish(lot.competition)
    first, second, third = people = officers(lot.competition, 3)
    clients = [sign_in(Client(), person) for person in people]
    bid = submitted_bid(lot, price="123456")
    page = opens(lot.competition, clients[0], clients[1])
    assert "everything but the price" in main(page)
    lot.competition.refresh_from_db()

    url = of(lot.competition, "evaluation")
    shown = reverse("commissioner:opened_bid", kwargs={"reference": bid.reference})
    assert "Still sealed" in main(clients[0].get(url))
    assert "Price is still sealed" in main(clients[0].get(shown))
    assert "123,456" not in main(clients[0].get(shown))
    assert "scores are still missing" in main(clients[0].get(of(lot.competition, "quality_lock")))
    assert clients[0].get(of(lot.competition)).url == of(lot.competition, "opening_record")

    score_all(lot.competition, by=first, marks={bid.pk: 4})
    locked = clients[0].post(of(lot.competition, "quality_lock"))
    assert locked.url == of(lot.competition)
    quality = lot.competition.criteria.get(kind=CriterionKind.QUALITY)
    score = reverse(
        "commissioner:score", kwargs={"reference": bid.reference, "criterion": quality.reference}
    )
    assert "The quality scores are locked" in main(clients[0].get(score))

    later = after_closing(lot.competition) + timedelta(days=2)
    page = opens(lot.competition, clients[2], clients[0], at=later)
    assert "Opening of the prices" in main(page)
    assert PriceOpening.objects.get().first_by == third
    assert "123,456" in main(clients[0].get(shown))
    file = Client().get(of(lot.competition, "opening_record_file", "public"))
    parts = [each["statement"]["part"] for each in json.loads(file.content)["openings"]]
    assert parts == ["quality", "price"]
