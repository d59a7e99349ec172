"""After a change a submitted bid stays valid, is flagged to its people, and stands by a word."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from bids.actions.affirming import affirm_bid
from bids.models import Affirmation, Bid
from bids.selectors.affirming import unread_changes
from framework_portal import clock
from framework_portal.refusals import Refused
from lots.models import CompetitionChange
from tests.bids.bidding import complete_bid, submit
from tests.factories import OfficerFactory, UserFactory
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def bid():
    bid = complete_bid()
    submit(bid)
    bid.refresh_from_db()
    return bid


def change(bid, words="The rooms are larger", *, kind="changed"):
    return CompetitionChange.objects.create(
        competition=bid.lot.competition,
        kind=kind,
        summary=words,
        made_at=clock.now(),
        made_by=UserFactory(),
    )


def flagged(bid):
    return Bid.objects.for_list().get(pk=bid.pk).changed_since


def affirm(bid, shown, **more):
    return affirm_bid(bid=bid, shown=shown.reference, by=bid.person, at=clock.now(), **more)


def test_a_change_flags_a_submitted_bid_which_stays_valid(bid):
    assert not flagged(bid)
    change(bid)

    assert flagged(bid)
    bid.refresh_from_db()
    assert bid.state == "submitted"


@pytest.mark.parametrize("kind", ["extended", "late_change"])
def test_a_later_deadline_is_nothing_to_answer(bid, kind):
    change(bid, kind=kind)
    assert not flagged(bid)


def test_my_bid_stands_takes_the_flag_away_until_something_else_changes(bid):
    affirm(bid, change(bid))
    assert not flagged(bid)
    change(bid, "And brighter")

    assert flagged(bid)
    assert [each.summary for each in unread_changes(bid)] == ["And brighter"]


def test_said_twice_it_is_kept_once(bid):
    last = change(bid)
    one, other = affirm(bid, last), affirm(bid, last)

    assert one == other
    assert Affirmation.objects.count() == 1


def test_nobody_answers_a_change_that_was_not_shown(bid):
    first = change(bid)
    change(bid, "And brighter")

    with pytest.raises(Refused) as refusal:
        affirm(bid, first)
    assert refusal.value.code == "changed"
    assert flagged(bid)


def test_submitting_again_answers_it_too(bid):
    from bids.actions.drafting import save_price

    change(bid)
    save_price(bid=bid, price=5, by=bid.person, at=clock.now())
    submit(bid)

    assert not flagged(bid)


def test_after_closing_nothing_is_said_any_more(bid):
    last, after = change(bid), bid.lot.competition.closes_at
    with clock.fixed_at(after):
        with pytest.raises(Refused):
            affirm(bid, last)
        with pytest.raises(IntegrityError), transaction.atomic():
            Affirmation.objects.create(
                bid=bid,
                submission=bid.submissions.get(),
                change=last,
                affirmed_at=after - timedelta(hours=1),
                affirmed_by=bid.person,
            )


def test_the_page_shows_what_changed_and_takes_the_word(client, bid):
    last = change(bid)
    sign_in(client, bid.person)
    for name in ("supplier:bid_list", "supplier:dashboard"):
        assert "omething changed since" in client.get(reverse(name)).text
    home = client.get(reverse("supplier:bid_detail", args=[bid.reference]))
    assert "Something changed since you submitted" in home.text

    page = reverse("supplier:bid_changes", args=[bid.reference])
    assert "The rooms are larger" in client.get(page).text
    said = client.post(page, {"shown": last.reference}, follow=True)
    assert "Your bid stands as you submitted it" in said.text
    assert "Something changed since you submitted" not in said.text


def test_it_is_nobody_elses(client, bid):
    change(bid)
    page = reverse("supplier:bid_changes", args=[bid.reference])
    officer = OfficerFactory(commissioner=bid.lot.competition.commissioner)
    for user, status in ((complete_bid().person, 404), (officer.user, 403)):
        client.logout()
        sign_in(client, user)
        assert client.get(page).status_code == status
        assert client.post(page, {}).status_code == status
