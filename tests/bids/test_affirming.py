"""After a change a submitted bid stays valid, is flagged to its people, and stands by a word."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from bids.actions.affirming import affirm_bid
from bids.actions.drafting import save_price
from bids.actions.left_out import keep_left_out
from bids.models import Affirmation, Bid
from bids.selectors.affirming import unread_changes
from framework_portal import clock
from framework_portal.refusals import Refused
from lots.models import CompetitionChange
from tests.bids.bidding import complete_bid, stand_by, submit
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


# --- Bids that stand by ------------------------------------------------------------------------


@pytest.fixture
def standing():
    bid = complete_bid()
    stand_by(bid)
    return bid


def test_a_change_flags_a_bid_that_only_stands_by_until_it_is_answered(standing):
    assert not flagged(standing)
    said = change(standing)
    assert flagged(standing)
    affirm(standing, said)

    assert not flagged(standing)
    assert Affirmation.objects.get().submission == standing.submissions.get()


def test_saving_it_complete_again_answers_it_too(standing):
    change(standing)
    save_price(bid=standing, price=5, by=standing.person, at=clock.now())

    assert not flagged(standing)


def test_a_version_kept_later_of_words_saved_before_is_flagged(standing):
    save_price(bid=standing, price=5, by=standing.person, at=clock.now(), quiet=True)
    change(standing)
    keep_left_out(at=clock.now())

    assert standing.submissions.count() == 2
    assert flagged(standing)


def test_a_draft_of_which_nothing_counts_is_not_flagged_and_cannot_stand(standing):
    said = change(standing)
    first = standing.submissions.get()
    stand_by(standing, is_on=False)
    assert not flagged(standing)

    with pytest.raises(Refused) as refusal:
        affirm(standing, said)
    with pytest.raises(IntegrityError), transaction.atomic():
        Affirmation.objects.create(
            bid=standing,
            submission=first,
            change=said,
            affirmed_at=clock.now(),
            affirmed_by=standing.person,
        )
    assert refusal.value.code == "not_submitted"


def test_the_word_is_of_the_version_that_counts_and_of_no_other(bid):
    first = bid.submissions.get()
    stand_by(bid)
    save_price(bid=bid, price=5, by=bid.person, at=clock.now())
    said = change(bid)

    with pytest.raises(IntegrityError), transaction.atomic():
        Affirmation.objects.create(
            bid=bid, submission=first, change=said, affirmed_at=clock.now(), affirmed_by=bid.person
        )
    affirm(bid, said)

    assert Affirmation.objects.get().submission.sequence == 2


def test_its_page_says_what_stands_by(client, standing):
    said = change(standing)
    sign_in(client, standing.person)
    home = reverse("supplier:bid_detail", args=[standing.reference])
    page = reverse("supplier:bid_changes", args=[standing.reference])

    flag = "Something changed since the version that stands by was saved"
    assert flag in client.get(home).text
    assert "By your standing instruction the complete version" in client.get(page).text
    after = client.post(page, {"shown": said.reference}, follow=True).text
    assert "Your bid stands as you saved it" in after
    assert flag not in after
