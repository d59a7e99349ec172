from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from bids import tasks
from bids.actions import reminders
from bids.actions.drafting import save_price
from bids.actions.news import choose_news
from bids.models import NewsBy, Unfollowed
from framework_portal import clock, wording
from framework_portal.notifications.models import Message
from framework_portal.notifications.rendering import rendered
from lots.models import Competition, CompetitionChange
from lots.states import ChangeKind
from suppliers.states import MemberRole
from tests.bids.bidding import bidder, complete_bid, stand_by, submit, withdraw
from tests.factories import (
    BidFactory,
    CompetitionFactory,
    LotFactory,
    MembershipFactory,
    OfficerFactory,
    OpenLotFactory,
    SupplierFactory,
    UserFactory,
    confirmed_extension,
    publish,
    qualify,
)

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


def keys(kind="bid_deadline"):
    return list(Message.objects.filter(kind=kind).order_by("pk").values_list("key", flat=True))


@pytest.fixture
def bid():
    bid = BidFactory(lot__competition__closes_at=timezone.now() + timedelta(days=14))
    bid.person = bidder(bid)
    bid.closes_at = bid.lot.competition.closes_at
    return bid


@pytest.mark.parametrize(
    ("notice", "words"),
    [
        (timedelta(days=7), "168h"),
        (timedelta(days=2), "48h"),
        (timedelta(days=1), "24h"),
        (timedelta(hours=2), "2h"),
    ],
)
def test_each_notice_is_due_at_its_instant_and_not_before(bid, notice, words):
    reminders.remind_bidders(at=bid.closes_at - notice - SECOND)
    before = [key for key in keys() if f":{words}:" in key]
    reminders.remind_bidders(at=bid.closes_at - notice)

    assert before == []
    assert [key for key in keys() if f":{words}:" in key] == [
        f"bid-deadline:{bid.lot.competition.reference}:{bid.closes_at.isoformat()}"
        f":{bid.reference}:{words}:{bid.person.pk}"
    ]


def test_it_is_sent_once_however_often_the_task_runs(bid):
    for minutes in range(3):
        at = bid.closes_at - timedelta(days=7) + timedelta(minutes=minutes)
        reminders.remind_bidders(at=at)

    assert len(keys()) == 1


def test_after_an_outage_only_the_nearest_notice_is_sent(bid):
    reminders.remind_bidders(at=bid.closes_at - timedelta(hours=1))
    reminders.remind_bidders(at=bid.closes_at - timedelta(minutes=50))

    assert [key.split(":")[-2] for key in keys()] == ["2h"]


def test_from_closing_on_nobody_is_reminded_and_what_waits_is_stale(bid):
    reminders.remind_bidders(at=bid.closes_at)
    nothing = keys()
    reminders.remind_bidders(at=bid.closes_at - SECOND)

    assert nothing == []
    assert Message.objects.get().expires_at == bid.closes_at


def extend(competition, until):
    officer, at = UserFactory(), clock.now()
    confirmed_extension(competition, until, first=officer)
    before = competition.closes_at
    Competition.objects.filter(pk=competition.pk).update(closes_at=until)
    return CompetitionChange.objects.create(
        competition=competition,
        kind=ChangeKind.EXTENDED,
        summary="Later",
        reason="More time",
        closed_at_before=before,
        closes_at_after=until,
        made_at=at,
        made_by=officer,
    )


def test_a_moved_deadline_is_reminded_of_afresh_and_the_old_one_no_more(bid):
    reminders.remind_bidders(at=bid.closes_at - timedelta(days=7))
    change = extend(bid.lot.competition, bid.closes_at + timedelta(days=10))

    reminders.tell_changes(at=change.made_at + SECOND)
    reminders.remind_bidders(at=bid.closes_at + timedelta(days=3))

    old, new = Message.objects.filter(kind="bid_deadline").order_by("pk")
    assert old.cancelled_at is not None
    assert new.cancelled_at is None
    assert new.context["closes_at"].startswith(f"{bid.closes_at + timedelta(days=10):%Y-%m-%d}")


def test_whoever_has_submitted_is_not_reminded_unless_something_changed_since():
    bid = complete_bid()
    submit(bid)
    at = bid.lot.competition.closes_at - timedelta(hours=1)
    reminders.remind_bidders(at=at)
    before = keys()

    save_price(bid=bid, price=5, by=bid.person, at=clock.now())
    reminders.remind_bidders(at=at)

    assert before == []
    assert Message.objects.get(kind="bid_deadline").context["has_changes"] is True


def test_the_mail_says_which_version_counts_under_a_standing_instruction():
    bid = complete_bid()
    stand_by(bid)
    reminders.remind_bidders(at=bid.lot.competition.closes_at - timedelta(days=2))
    stand_by(bid, False)
    reminders.remind_bidders(at=bid.lot.competition.closes_at - timedelta(hours=1))

    standing, bare = Message.objects.filter(kind="bid_deadline").order_by("pk")
    saved_at = wording.moment_with_zone(bid.submissions.get().received_at)
    subject, text = rendered(standing.kind, standing.context)
    assert subject == "Your bid is not submitted: your stand-by version counts"
    assert f"the complete version saved on {saved_at} counts at closing" in text
    assert "It does not count until" not in text
    assert "It does not count until you have pressed Submit" in rendered(bare.kind, bare.context)[1]


def test_changes_to_a_submitted_bid_that_stand_by_are_told_as_such():
    bid = complete_bid()
    submit(bid)
    stand_by(bid)
    save_price(bid=bid, price=5, by=bid.person, at=clock.now())

    reminders.remind_bidders(at=bid.lot.competition.closes_at - timedelta(hours=1))

    context = Message.objects.get(kind="bid_deadline").context
    text = rendered("bid_deadline", context)[1]
    assert "You gave a standing instruction" in text
    assert "the changes do not" not in text


def test_withdrawn_bids_and_abandoned_competitions_remind_nobody(bid):
    withdraw(bid)

    reminders.remind_bidders(at=bid.closes_at - timedelta(hours=1))

    assert keys() == []


def test_owners_and_editors_are_reminded_and_not_readers_or_people_who_left(bid):
    editor = bidder(bid, role=MemberRole.EDITOR)
    bidder(bid, role=MemberRole.READER)
    bidder(bid, user=UserFactory(is_active=False))

    reminders.remind_bidders(at=bid.closes_at - timedelta(hours=1))

    to = set(Message.objects.values_list("to", flat=True))
    assert to == {bid.person.email, editor.email}


@pytest.mark.parametrize("count", [1, 3])
def test_many_reminders_cost_as_few_statements_as_one(count, django_assert_num_queries):
    closes_at = timezone.now() + timedelta(days=10)
    for _ in range(count):
        bidder(BidFactory(lot__competition__closes_at=closes_at))

    with django_assert_num_queries(4):  # stand-by versions, due, known, insert
        assert reminders.remind_bidders(at=closes_at - timedelta(hours=1)) == count


def test_the_end_of_questions_is_told_once_to_whoever_has_begun():
    competition = CompetitionFactory()
    one, other = LotFactory.create_batch(2, competition=competition)
    publish(competition)
    supplier = MembershipFactory().supplier
    BidFactory(lot=one, supplier=supplier)
    BidFactory(lot=other, supplier=supplier)
    ends_at = competition.clarifications_close_at

    reminders.remind_of_questions(at=ends_at - timedelta(days=3))
    early = keys("questions_close")
    for _ in range(2):
        reminders.remind_of_questions(at=ends_at - timedelta(days=2))
    reminders.remind_of_questions(at=ends_at)

    assert early == []
    assert len(keys("questions_close")) == 1


def test_matching_suppliers_are_invited_once_and_others_not():
    lot, second = OpenLotFactory(), None
    supplier = qualify(SupplierFactory(), lot)
    SupplierFactory()  # matches nothing
    draft = CompetitionFactory()

    for _ in range(2):
        reminders.invite(at=clock.now())
    invited = Message.objects.get(kind="invitation")
    second = qualify(SupplierFactory(), lot)
    reminders.invite(at=clock.now())

    assert (invited.to, invited.context) == (
        supplier.contact_email,
        {"competition": str(lot.competition.reference)},
    )
    assert Message.objects.filter(kind="invitation", to=second.contact_email).count() == 1
    assert not Message.objects.filter(key__contains=str(draft.reference)).exists()


def test_one_invitation_is_sent_for_a_competition_of_many_lots():
    lot = OpenLotFactory()
    supplier = qualify(SupplierFactory(), lot)
    competition = CompetitionFactory()
    for each in LotFactory.create_batch(3, competition=competition):
        qualify(supplier, each)
    publish(competition)

    reminders.invite(at=clock.now())

    assert len(keys("invitation")) == 2


def change(competition, kind=ChangeKind.CHANGED, at=None):
    return CompetitionChange.objects.create(
        competition=competition,
        kind=kind,
        summary="Changed",
        made_at=at or clock.now(),
        made_by=UserFactory(),
    )


def test_a_change_is_told_to_everybody_who_had_begun_and_once(bid):
    rival = BidFactory(lot=bid.lot)
    rival.person = bidder(rival)
    done = change(bid.lot.competition)
    newcomer = BidFactory(lot=bid.lot, started_at=done.made_at + timedelta(minutes=1))
    bidder(newcomer)
    bidder(BidFactory())  # in another competition

    for _ in range(2):
        reminders.tell_changes(at=done.made_at + SECOND)

    told = Message.objects.filter(kind="competition_changed")
    assert set(told.values_list("to", flat=True)) == {bid.person.email, rival.person.email}
    assert told.count() == 2


@pytest.mark.parametrize(("kind", "told"), [("extended", 1), ("abandoned", 1), ("answered", 0)])
def test_a_moved_deadline_is_told_at_once_to_those_who_could_still_begin(bid, kind, told):
    follower = MembershipFactory(supplier=qualify(SupplierFactory(), bid.lot)).user
    MembershipFactory()  # follows nothing
    done = change(bid.lot.competition, kind)

    for _ in range(2):
        reminders.tell_followers(at=done.made_at + SECOND)

    assert Message.objects.filter(to=follower.email).count() == told
    assert Message.objects.count() == told


@pytest.mark.parametrize("kind", ["extended", "abandoned"])
def test_all_who_were_invited_are_told_whatever_they_chose_each_once(bid, kind):
    competition = bid.lot.competition
    supplier = qualify(SupplierFactory(), bid.lot)
    deaf, left = (MembershipFactory(supplier=supplier).user for _ in range(2))
    choose_news(person=deaf, by=NewsBy.NONE, at=clock.now())
    Unfollowed.objects.create(person=left, competition=competition, since=clock.now())
    own = qualify(SupplierFactory(contact_email=bid.person.email.upper()), bid.lot)
    reminders.invite(at=clock.now())
    done = change(competition, kind)

    for _ in range(2):
        reminders.tell_changes(at=done.made_at + SECOND)
        reminders.tell_followers(at=done.made_at + SECOND)

    told = Message.objects.filter(kind="competition_changed").values_list("to", flat=True)
    assert own.contact_email.lower() == bid.person.email.lower()
    assert sorted(told) == sorted(
        [
            *(bid.person.email, bid.supplier.contact_email),
            *(deaf.email, left.email, supplier.contact_email),
        ]
    )


def test_officers_are_told_of_late_openings_and_nobody_before(bid):
    officer = OfficerFactory(commissioner=bid.lot.competition.commissioner).user
    OfficerFactory()  # of another body

    reminders.remind_officers(at=bid.closes_at + timedelta(hours=23))
    before = Message.objects.count()
    for _ in range(2):
        reminders.remind_officers(at=bid.closes_at + timedelta(hours=25))

    assert before == 0
    assert [message.to for message in Message.objects.all()] == [officer.email]


def test_a_late_opening_tells_nothing_of_whether_anybody_bid():
    lot = OpenLotFactory()
    OfficerFactory(commissioner=lot.competition.commissioner)

    reminders.remind_officers(at=lot.competition.closes_at + timedelta(days=2))

    assert Message.objects.get().context == {"competition": str(lot.competition.reference)}


def test_the_tasks_run_twice_and_queue_once(bid):
    qualify(SupplierFactory(), bid.lot)
    change(bid.lot.competition)

    with transaction.atomic(), clock.fixed_at(bid.closes_at - timedelta(hours=1)):
        for task in (
            tasks.send_deadline_reminders,
            tasks.tell_changes,
            tasks.invite_matching_suppliers,
            tasks.remind_officers,
        ):
            task()
            count = Message.objects.count()
            task()
            assert Message.objects.count() == count

    kinds = set(Message.objects.values_list("kind", flat=True))
    assert kinds == {"bid_deadline", "competition_changed", "invitation"}


@pytest.mark.parametrize(
    ("kind", "context"),
    [
        ("bid_received", {"bid": "{ref}", "submission": "{ref}"}),
        ("bid_withdrawn", {"bid": "{ref}"}),
        ("bid_file_infected", {"bid": "{ref}"}),
        ("bid_deadline", {"bid": "{ref}", "closes_at": "{at}", "has_changes": True}),
        ("bid_deadline", {"bid": "{ref}", "closes_at": "{at}", "has_changes": False}),
        ("questions_close", {"competition": "{ref}", "until": "{at}"}),
        ("invitation", {"competition": "{ref}"}),
        *[
            ("competition_changed", {"competition": "{ref}", "change": kind})
            for kind in ChangeKind.values
        ],
        ("competition_changed", {"competition": "{ref}", "change": "extended", "follows": True}),
        ("opening_overdue", {"competition": "{ref}"}),
        ("award_overdue", {"competition": "{ref}"}),
    ],
)
def test_every_mail_says_what_it_is_about_and_where_to_go(kind, context):
    values = {"ref": "4f5c2f0e-9f0a-4c38-8b36-6f1f2ad7a6a0", "at": "2026-06-05T13:00:00+00:00"}
    filled = {
        key: value.format(**values) if isinstance(value, str) else value
        for key, value in context.items()
    }

    subject, body = rendered(kind, filled)

    assert subject and values["ref"] in body and "http" in body
    if "{at}" in str(context):
        assert "5 June 2026, 2pm UK time (BST)" in body
