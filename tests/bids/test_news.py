"""One mail a day, or at once, or none: and never one twice, nor one too few."""

from datetime import datetime, timedelta

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from bids import tasks
from bids.actions.asking import ask_clarification
from bids.actions.news import choose_news, follow_again, send_digests, send_news_at_once, unfollow
from bids.models import NewsBy, NewsReader
from framework_portal import clock
from framework_portal.notifications.models import Message
from framework_portal.notifications.rendering import rendered
from framework_portal.wording import LONDON
from lots.models import CompetitionChange
from lots.states import ChangeKind
from suppliers.states import MemberRole
from tests.bids.bidding import bidder
from tests.factories import (
    BidFactory,
    LotFactory,
    MembershipFactory,
    SupplierFactory,
    UserFactory,
    qualify,
)
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def monday():
    """A morning at eight, some days after the competition is published."""
    today = timezone.localdate(timezone.now(), LONDON)
    return datetime.combine(today + 4 * DAY, datetime.min.time(), LONDON) + timedelta(hours=8)


@pytest.fixture
def bid(monday):
    bid = BidFactory(
        lot__competition__closes_at=monday + 20 * DAY, started_at=monday - timedelta(days=2)
    )
    bid.person = bidder(bid, joined_at=monday - timedelta(days=9))
    return bid


def happened(competition, at, kind=ChangeKind.ANSWERED):
    return CompetitionChange.objects.create(
        competition=competition, kind=kind, summary="News", made_at=at, made_by=UserFactory()
    )


def mails(person=None):
    found = Message.objects.filter(kind="competition_news", cancelled_at=None).order_by("pk")
    return list(found.filter(to=person.email) if person else found)


def told(message):
    return [(each["answers"], each["changes"]) for each in message.context["competitions"]]


def test_many_answers_make_one_mail_with_links_and_numbers_and_no_content(bid, monday):
    for minutes in range(5):
        happened(bid.lot.competition, monday - timedelta(minutes=10 + minutes))

    send_digests(at=monday)

    (message,) = mails()
    assert message.to == bid.person.email and told(message) == [(5, 0)]
    subject, body = rendered(message.kind, message.context)
    assert "5 questions answered" in body and str(bid.lot.competition.reference) in body
    assert bid.lot.competition.title not in subject + body


def test_run_again_and_again_it_is_one_mail_a_day(bid, monday):
    happened(bid.lot.competition, monday - timedelta(hours=1))
    send_digests(at=monday)
    happened(bid.lot.competition, monday)
    for hours in range(12):
        send_digests(at=monday + timedelta(hours=hours))
    today = len(mails())
    Message.objects.update(sent_at=monday)

    send_digests(at=monday + DAY)
    send_digests(at=monday + DAY)

    assert today == 1
    assert [told(message) for message in mails()] == [[(1, 0)], [(1, 0)]]


def test_before_seven_nothing_is_sent_and_at_seven_it_is(bid, monday):
    seven = monday - timedelta(hours=1)
    happened(bid.lot.competition, seven - timedelta(hours=1))

    early = send_digests(at=seven - timedelta(microseconds=1))

    assert (early, send_digests(at=seven)) == (0, 1)


def test_after_days_without_a_worker_there_is_one_digest_with_everything_in_it(bid, monday):
    happened(bid.lot.competition, monday - timedelta(hours=1))
    send_digests(at=monday)
    Message.objects.update(sent_at=monday)
    for days in range(4):
        happened(bid.lot.competition, monday + days * DAY + timedelta(hours=1))

    send_digests(at=monday + 4 * DAY)

    assert [told(message) for message in mails()] == [[(1, 0)], [(4, 0)]]


def test_a_digest_that_could_not_be_sent_is_taken_back_and_told_with_the_next(bid, monday):
    happened(bid.lot.competition, monday - timedelta(hours=1))
    send_digests(at=monday)
    happened(bid.lot.competition, monday + timedelta(hours=1))

    send_digests(at=monday + DAY)

    assert [told(message) for message in mails()] == [[(2, 0)]]
    assert Message.objects.filter(cancelled_at__isnull=False).count() == 1


def test_a_digest_that_was_sent_is_not_told_again(bid, monday):
    happened(bid.lot.competition, monday - timedelta(hours=1))
    send_digests(at=monday)
    Message.objects.update(sent_at=monday)

    send_digests(at=monday + DAY)

    assert len(mails()) == 1


def test_no_news_no_mail(bid, monday):
    assert send_digests(at=monday) == 0 and mails() == []


def test_what_is_being_written_at_this_moment_is_told_later_and_not_lost(bid, monday):
    happened(bid.lot.competition, monday - timedelta(hours=1))
    happened(bid.lot.competition, monday - timedelta(seconds=30))

    send_digests(at=monday)
    Message.objects.update(sent_at=monday)
    send_digests(at=monday + DAY)

    assert [told(message) for message in mails()] == [[(1, 0)], [(1, 0)]]


def test_whoever_matches_or_has_asked_is_told_too_and_others_are_not(bid, monday):
    competition, before = bid.lot.competition, monday - 2 * DAY
    matching = MembershipFactory(
        supplier=qualify(SupplierFactory(), bid.lot), joined_at=before
    ).user
    asker = MembershipFactory(joined_at=before)
    ask_clarification(
        competition=competition, supplier=asker.supplier, asked="Why?", by=asker.user, at=before
    )
    reader = bidder(bid, role=MemberRole.READER)
    gone = bidder(bid, user=UserFactory(is_active=False))
    stranger = MembershipFactory().user
    happened(competition, monday - timedelta(hours=1))

    send_digests(at=monday)

    assert {message.to for message in mails()} == {
        bid.person.email,
        matching.email,
        asker.user.email,
    }
    assert not {reader.email, gone.email, stranger.email} & {message.to for message in mails()}


def test_changes_are_news_to_those_without_a_bid_who_were_not_told_at_once(bid, monday):
    matching = MembershipFactory(
        supplier=qualify(SupplierFactory(), bid.lot), joined_at=monday - DAY
    ).user
    happened(bid.lot.competition, monday - timedelta(hours=1), ChangeKind.DOCUMENT)

    send_digests(at=monday)

    assert [(message.to, told(message)) for message in mails()] == [(matching.email, [(0, 1)])]


def test_two_competitions_are_one_mail(bid, monday):
    other = BidFactory(
        supplier=bid.supplier,
        lot__competition__closes_at=monday + 20 * DAY,
        started_at=monday - 2 * DAY,
    )
    for each in (bid, other):
        happened(each.lot.competition, monday - timedelta(hours=1))

    send_digests(at=monday)

    assert len(mails(bid.person)) == 1 and len(told(mails(bid.person)[0])) == 2


def test_at_once_means_within_minutes_and_once(bid, monday):
    choose_news(person=bid.person, by=NewsBy.AT_ONCE, at=monday - 2 * DAY)
    happened(bid.lot.competition, monday)

    for minutes in (0, 2, 4):
        send_news_at_once(at=monday + timedelta(minutes=minutes))
    send_digests(at=monday + DAY)

    assert [message.context["daily"] for message in mails()] == [False]


def test_changing_the_choice_neither_repeats_nor_loses(bid, monday):
    happened(bid.lot.competition, monday - timedelta(hours=1))
    send_digests(at=monday)
    happened(bid.lot.competition, monday + timedelta(hours=1))
    choose_news(person=bid.person, by=NewsBy.AT_ONCE, at=monday + timedelta(hours=2))
    send_news_at_once(at=monday + timedelta(hours=2))
    choose_news(person=bid.person, by=NewsBy.DAILY, at=monday + timedelta(hours=3))
    Message.objects.update(sent_at=monday)

    send_digests(at=monday + DAY)

    assert [told(message) for message in mails()] == [[(1, 0)], [(1, 0)]]


def test_who_wants_none_gets_none_and_later_nothing_old(bid, monday):
    choose_news(person=bid.person, by=NewsBy.NONE, at=monday - DAY)
    happened(bid.lot.competition, monday - timedelta(hours=1))
    send_digests(at=monday)
    send_news_at_once(at=monday)
    choose_news(person=bid.person, by=NewsBy.DAILY, at=monday + timedelta(hours=1))

    send_digests(at=monday + DAY)

    assert mails() == []


def test_a_competition_left_is_left_and_can_be_followed_again(bid, monday):
    competition = bid.lot.competition
    unfollow(person=bid.person, competition=competition, at=monday - DAY)
    happened(competition, monday - timedelta(hours=1))
    send_digests(at=monday)
    none = mails()
    follow_again(person=bid.person, competition=competition)

    send_digests(at=monday + timedelta(hours=1))

    assert none == [] and len(mails()) == 1


def test_closed_competitions_have_no_news(bid, monday):
    happened(bid.lot.competition, monday + 19 * DAY)

    send_digests(at=monday + 20 * DAY)

    assert mails() == []


@pytest.mark.parametrize("count", [1, 4])
def test_many_readers_cost_as_few_statements_as_one(
    count, bid, monday, django_assert_max_num_queries
):
    for _ in range(count):
        bidder(bid)
    happened(bid.lot.competition, monday - timedelta(hours=1))

    with django_assert_max_num_queries(20):
        assert send_digests(at=monday) == count + 1


def test_the_tasks_run_twice_and_tell_once(bid, monday):
    happened(bid.lot.competition, monday - timedelta(hours=1))

    with transaction.atomic(), clock.fixed_at(monday):
        for _ in range(2):
            tasks.send_digests()
            tasks.tell_changes()

    assert len(mails()) == 1


def test_a_person_chooses_and_leaves_on_one_page(client, bid):
    competition = bid.lot.competition
    sign_in(client, bid.person)
    page = reverse("supplier:news_choice")

    first = client.get(page).content.decode()
    client.post(page, {"by": "at_once"})
    client.post(reverse("supplier:news_unfollow", args=[competition.reference]))
    last = client.get(page).content.decode()

    assert competition.title in first and "Get news again" not in first
    assert NewsReader.objects.get(person=bid.person).by == NewsBy.AT_ONCE
    assert "Get news again" in last


@pytest.mark.parametrize("by", ["", "hourly", "\x00"])
def test_a_bad_choice_is_refused_by_its_field(client, bid, by):
    sign_in(client, bid.person)

    response = client.post(reverse("supplier:news_choice"), {"by": by})

    assert response.status_code == 200 and not NewsReader.objects.exists()


def test_officers_have_no_such_page(client, bid):
    sign_in(client, UserFactory(is_staff=True))

    assert client.get(reverse("supplier:news_choice")).status_code == 403


def test_nobody_follows_a_draft(client, bid):
    draft = LotFactory().competition
    sign_in(client, bid.person)

    assert client.post(reverse("supplier:news_follow", args=[draft.reference])).status_code == 404
