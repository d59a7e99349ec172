"""The commissioner's pages from opening to award, as an officer goes through them."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from bids.models import Award, Bid, Opening, Score
from bids.states import AwardState, BidState
from framework_portal import clock
from lots.states import CompetitionState, CriterionKind
from tests.bids.evaluated import after_closing, evaluated, officers, opened, submitted_bid
from tests.factories import (
    OPENING_PASSPHRASE,
    LotFactory,
    MembershipFactory,
    OfficerFactory,
    OpenLotFactory,
    publish,
)
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def lot():
    return OpenLotFactory()


@pytest.fixture
def people(lot):
    return officers(lot.competition)


@pytest.fixture
def clients(people):
    return [sign_in(Client(), person) for person in people]


def page(name, **kwargs):
    return reverse(f"commissioner:{name}", kwargs=kwargs)


def of(competition, name):
    return page(name, reference=competition.reference)


def test_two_officers_open_on_one_page(lot, clients):
    submitted_bid(lot)
    url = of(lot.competition, "opening")

    with clock.fixed_at(after_closing(lot.competition)):
        known = {"passphrase": OPENING_PASSPHRASE}
        clients[0].post(url, {"act": "approve", **known})
        alone = clients[0].post(url, {"act": "open", **known})
        second = clients[1].get(url)
        assert not Opening.objects.exists()
        response = clients[1].post(url, {"act": "open", **known}, follow=True)

    assert "you approved already" in alone.content.decode()
    assert "Open all bids now" in second.content.decode()
    # The hashes of the envelopes come before what they hold.
    assert response.redirect_chain[-1][0] == of(lot.competition, "opening_record")
    lot.competition.refresh_from_db()
    assert lot.competition.state == CompetitionState.OPENED


def test_before_opening_the_pages_tell_nothing_of_any_bid(lot, clients):
    empty = LotFactory(
        competition__commissioner=lot.competition.commissioner,
        competition__closes_at=lot.competition.closes_at,
    )
    openers = [opener.user for opener in lot.competition.openers.select_related("user")]
    publish(empty.competition, openers=openers)
    bid = submitted_bid(lot, price="123456")

    for at in (lot.competition.closes_at - timedelta(hours=1), after_closing(lot.competition)):
        with clock.fixed_at(at):
            full = clients[0].get(of(lot.competition, "opening")).content.decode()
            bare = clients[0].get(of(empty.competition, "opening")).content.decode()
        assert bid.supplier.name not in full
        # But for title and times the page of a competition without bids is the same.
        assert len(full.split("<main")[1].split()) == len(bare.split("<main")[1].split())

    for name in ("evaluation", "evaluation_complete", "awards", "opening_record"):
        assert clients[0].get(of(lot.competition, name)).status_code == 404
    assert clients[0].get(page("opened_bid", reference=bid.reference)).status_code == 404


def test_an_officer_of_another_body_finds_nothing(lot, people):
    bid = submitted_bid(lot)
    opened(lot.competition, first=people[0], second=people[1])
    stranger = sign_in(Client(), OfficerFactory().user)
    criterion = lot.competition.criteria.first()

    for url in (
        of(lot.competition, "opening"),
        of(lot.competition, "evaluation"),
        of(lot.competition, "opening_record"),
        page("opened_bid", reference=bid.reference),
        page("score", reference=bid.reference, criterion=criterion.reference),
    ):
        assert stranger.get(url).status_code == 404, url


def test_a_score_is_given_with_reasons_and_what_was_typed_stays_when_it_is_refused(
    lot, people, clients
):
    bid = submitted_bid(lot)
    opened(lot.competition, first=people[0], second=people[1])
    criterion = lot.competition.criteria.get(kind=CriterionKind.QUALITY)
    url = page("score", reference=bid.reference, criterion=criterion.reference)

    refused = clients[0].post(url, {"mark": "9", "reasons": "Thorough words", "seen": ""})
    given = clients[0].post(url, {"mark": "4", "reasons": "Thorough words", "seen": ""})
    stale = clients[1].post(url, {"mark": "1", "reasons": "My own view", "seen": ""})

    assert "The mark must be 5 or less" in refused.content.decode()
    assert "Thorough words" in refused.content.decode()
    assert given.status_code == 302
    assert "Somebody else scored this" in stale.content.decode()
    assert "My own view" in stale.content.decode()
    assert Score.objects.get().mark == 4


@pytest.mark.parametrize("bad", ["", "x", "-1", "1e400", "NaN", "4\x00", "१"])
def test_a_mark_that_is_none_is_refused_by_the_field(lot, people, clients, bad):
    bid = submitted_bid(lot)
    opened(lot.competition, first=people[0], second=people[1])
    criterion = lot.competition.criteria.get(kind=CriterionKind.QUALITY)
    url = page("score", reference=bid.reference, criterion=criterion.reference)

    response = clients[0].post(url, {"mark": bad, "reasons": "Words", "seen": "nonsense"})

    assert response.status_code in (200, 302)
    assert response.status_code == 302 or "govuk-error-message" in response.content.decode()


def test_the_whole_way_from_marks_to_the_announcement(lot, people, clients):
    winner, other = submitted_bid(lot, price="90000"), submitted_bid(lot, price="100000")
    opened(lot.competition, first=people[0], second=people[1])
    evaluated(lot.competition, by=people[0], marks={winner.pk: 5, other.pk: 3})
    first, second = clients
    propose = page("award_propose", reference=lot.reference)

    forged = first.post(propose, {"choice": str(other.reference), "reasons": "We like it"})
    nobody = first.post(propose, {"choice": "nobody", "reasons": ""})
    first.post(propose, {"choice": str(winner.reference), "reasons": ""})
    award = Award.objects.get()
    first.post(page("award_approve", reference=award.reference))
    award.refresh_from_db()
    own = award.state
    second.post(of(lot.competition, "awards_approve_all"))
    response = second.post(of(lot.competition, "awards_announce"), follow=True)

    assert "Select one of the decisions" in forged.content.decode()
    assert "Say why nobody is awarded" in nobody.content.decode()
    assert own == AwardState.PROPOSED
    assert "Every bidder can read its outcome now" in response.content.decode()
    assert set(Bid.objects.values_list("state", flat=True)) == {
        BidState.SUCCESSFUL,
        BidState.UNSUCCESSFUL,
    }


def test_each_bidder_reads_its_own_outcome_and_nobody_elses(lot, people):
    winner, other = submitted_bid(lot, price="90000"), submitted_bid(lot, price="100000")
    readers = {
        bid.pk: sign_in(Client(), MembershipFactory(supplier=bid.supplier).user)
        for bid in (winner, other)
    }
    opened(lot.competition, first=people[0], second=people[1])
    evaluated(lot.competition, by=people[0], marks={winner.pk: 5, other.pk: 3})
    url = reverse("supplier:bid_outcome", kwargs={"reference": other.reference})
    early = readers[other.pk].get(url).status_code
    first, second = (sign_in(Client(), person) for person in people)
    first.post(of(lot.competition, "awards_propose_all"))
    second.post(of(lot.competition, "awards_approve_all"))
    first.post(of(lot.competition, "awards_announce"))

    page_of_loser = readers[other.pk].get(url).content.decode()

    assert early == 404
    assert "Your bid was not successful" in page_of_loser
    assert winner.supplier.name in page_of_loser
    assert "69.00 points" not in page_of_loser
    assert readers[winner.pk].get(url).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_evaluation_page_costs_the_same_for_one_bid_or_three(
    lot, people, clients, count, django_assert_max_num_queries
):
    for _ in range(count):
        submitted_bid(lot)
    opened(lot.competition, first=people[0], second=people[1])
    clients[0].get(of(lot.competition, "evaluation"))

    with django_assert_max_num_queries(16) as captured:
        assert clients[0].get(of(lot.competition, "evaluation")).status_code == 200

    seen = test_the_evaluation_page_costs_the_same_for_one_bid_or_three
    seen.cost = getattr(seen, "cost", len(captured))
    assert len(captured) == seen.cost
