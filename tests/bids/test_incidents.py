"""The incident rule: outages are seen, written down once, and move deadlines by the table."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from bids.actions import incidents
from bids.actions.opening import approve_opening
from bids.actions.reminders import deadline_key
from bids.states import BidState
from bids.timing import GRACE
from bids.views.commissioner.ceremony import ceremony, waiting_part
from framework_portal import clock
from framework_portal.notifications import outbox
from framework_portal.notifications.models import Message
from framework_portal.reference.models import Holiday, IncidentRule, IncidentStep
from framework_portal.refusals import Refused
from framework_portal.watch.looking import look
from framework_portal.watch.models import Outage, Probe
from lots.models import CompetitionChange, DeadlineMove
from lots.states import CompetitionState
from tests.bids.bidding import complete_bid, submit
from tests.factories import (
    OPENING_PASSPHRASE,
    BidFactory,
    CompetitionFactory,
    LotFactory,
    OfficerFactory,
    publish,
)

pytestmark = pytest.mark.django_db
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
# A Wednesday, midday in winter.
NOON = datetime(2027, 1, 20, 12, tzinfo=UTC)


def table(framework, *, version=1, steps=None, since="2020-01-01"):
    rule = IncidentRule.objects.create(
        framework=framework,
        version=version,
        in_force_from=since,
        counted_hours=24,
        working_from=9,
        working_until=17,
        otherwise_at=12,
    )
    for case, at_least, longer in steps or [
        ("total", 5, 60),
        ("total", 15, 240),
        ("total", 60, 1440),
        ("across", 1, 120),
    ]:
        IncidentStep.objects.create(
            rule=rule, case=case, from_minutes=at_least, extension_minutes=longer
        )
    return rule


def closing(at=NOON):
    """A published competition with a lot that closes then."""
    competition = CompetitionFactory(closes_at=at, clarifications_close_at=None)
    if not IncidentRule.objects.exists():
        table(competition.framework)
    LotFactory(competition=competition)
    with clock.fixed_at(at - timedelta(days=14)):
        publish(competition)
    competition.refresh_from_db()
    return competition


def good(at, follows=None, *, by="here", outage=None):
    with clock.fixed_at(at):
        return look(reference=uuid.uuid4(), seen_by=by, follows=follows, outage=outage)


def told(what="database", tries=3):
    return {
        "reference": uuid.uuid4(),
        "what": what,
        "detail": "HTTP 503",
        "tries": tries,
        "seconds": 60,
    }


def outage(began, ended):
    """An outage that the watch saw, as it writes it."""
    first = good(began)
    good(ended, first.reference, outage=told())
    return Outage.objects.get(began_at=began, ended_at=ended)


def settled(competition, at):
    with clock.fixed_at(at):
        incidents.settle(at=at)
    competition.refresh_from_db()
    return competition.closes_at


# --- What the watch writes -------------------------------------------------------------------


def test_an_outage_lies_between_the_last_good_look_and_the_first():
    found = outage(NOON, NOON + 7 * MINUTE)

    assert found.length == 7 * MINUTE
    assert (found.what, found.tries, found.seen_by) == ("database", 3, "here")


def test_telling_it_twice_writes_it_once():
    first, said = good(NOON), told()
    good(NOON + MINUTE, first.reference, outage=said)
    good(NOON + 2 * MINUTE, first.reference, outage=said)

    assert Outage.objects.count() == 1
    assert Outage.objects.get().ended_at == NOON + MINUTE


def test_nobody_writes_an_outage_over_a_time_that_was_seen_to_be_good():
    first = good(NOON)
    last = first
    for minutes in range(1, 30):
        last = good(NOON + minutes * MINUTE, last.reference, by="elsewhere")
    good(NOON + 30 * MINUTE, first.reference, outage=told())

    assert Outage.objects.get().length <= 2 * MINUTE


def test_a_look_whose_answer_never_came_does_not_count_as_good():
    first = good(NOON)
    good(NOON + 5 * MINUTE, first.reference)  # written, but its answer was lost
    good(NOON + 10 * MINUTE, first.reference, outage=told())

    assert Outage.objects.get().length == 10 * MINUTE


def test_the_database_sets_the_instants_whatever_a_caller_writes():
    with clock.fixed_at(NOON):
        one = Probe.objects.create(
            reference=uuid.uuid4(), seen_by="forger", at=NOON - timedelta(days=1)
        )
        one.refresh_from_db()
        assert one.at == NOON
        with pytest.raises(IntegrityError), transaction.atomic():
            Outage.objects.create(
                last_good=one.reference,
                first_good=one.reference,
                what="database",
                seen_by="forger",
                tries=1,
                watcher_seconds=1,
            )


def test_looks_of_today_cannot_be_thrown_away():
    good(clock.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        Probe.objects.all().delete()


# --- By how much it moves a deadline ---------------------------------------------------------


@pytest.mark.parametrize(
    ("minutes", "longer"),
    [(4, 0), (5, 60), (14, 60), (15, 240), (59, 240), (60, 1440), (300, 1440)],
)
def test_the_table_says_how_much_longer(minutes, longer):
    competition = closing()
    outage(NOON - 6 * HOUR, NOON - 6 * HOUR + minutes * MINUTE)

    assert settled(competition, NOON - MINUTE) == NOON + longer * MINUTE


def test_outages_count_together():
    competition = closing()
    outage(NOON - 6 * HOUR, NOON - 6 * HOUR + 4 * MINUTE)
    assert settled(competition, NOON - 5 * HOUR) == NOON
    outage(NOON - 3 * HOUR, NOON - 3 * HOUR + 4 * MINUTE)

    assert settled(competition, NOON - HOUR) == NOON + HOUR


def test_a_second_outage_counts_from_the_deadline_that_people_set():
    competition = closing()
    outage(NOON - HOUR, NOON - 50 * MINUTE)
    assert settled(competition, NOON - 45 * MINUTE) == NOON + HOUR
    outage(NOON + 10 * MINUTE, NOON + 20 * MINUTE)

    assert settled(competition, NOON + 21 * MINUTE) == NOON + 4 * HOUR
    assert competition.set_to_close_at == NOON
    assert competition.moves.count() == 2


def test_an_outage_long_before_the_deadline_moves_nothing():
    competition = closing()
    outage(NOON - 30 * HOUR, NOON - 25 * HOUR)

    assert settled(competition, NOON - HOUR) == NOON


def test_only_the_part_within_the_counted_hours_counts():
    competition = closing()
    outage(NOON - 30 * HOUR, NOON - 24 * HOUR + 4 * MINUTE)

    assert settled(competition, NOON - HOUR) == NOON


def test_an_outage_across_the_deadline_gives_time_after_its_end():
    competition = closing()
    outage(NOON - 2 * MINUTE, NOON + 3 * MINUTE)

    # 12:03 and two hours, up to the next quarter.
    assert settled(competition, NOON + 4 * MINUTE) == NOON + 2 * HOUR + 15 * MINUTE
    assert competition.is_open(at=NOON + 5 * MINUTE)


def test_one_that_began_at_the_deadline_kept_nobody_out():
    competition = closing()
    outage(NOON, NOON + HOUR)

    assert settled(competition, NOON + HOUR) == NOON


def test_one_that_began_a_moment_before_did():
    competition = closing()
    outage(NOON - timedelta(microseconds=1), NOON + HOUR)

    assert settled(competition, NOON + HOUR) > NOON


def test_a_blip_across_the_deadline_moves_nothing():
    competition = closing()
    outage(NOON - 10 * SECOND, NOON + 20 * SECOND)

    assert settled(competition, NOON + MINUTE) == NOON


def test_a_new_deadline_falls_into_working_hours():
    friday = datetime(2027, 1, 22, 16, 30, tzinfo=UTC)
    Holiday.objects.create(on="2027-01-25", name="An invented holiday")
    competition = closing(friday)
    outage(friday - HOUR, friday - 50 * MINUTE)

    # 17:30 on Friday is too late; Monday is a holiday.
    assert settled(competition, friday - 45 * MINUTE) == datetime(2027, 1, 26, 12, tzinfo=UTC)


def test_a_competition_keeps_the_table_it_was_published_with():
    competition = closing()
    table(competition.framework, version=2, steps=[("total", 1, 6000)])
    outage(NOON - HOUR, NOON - 50 * MINUTE)

    assert settled(competition, NOON - 45 * MINUTE) == NOON + HOUR


def test_a_table_in_force_is_never_changed():
    rule = table(CompetitionFactory().framework)
    for row in (rule, rule.steps.first()):
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save()


def test_without_a_table_nothing_moves():
    competition = CompetitionFactory(closes_at=NOON, clarifications_close_at=None)
    LotFactory(competition=competition)
    with clock.fixed_at(NOON - timedelta(days=14)):
        publish(competition)
    outage(NOON - HOUR, NOON - 30 * MINUTE)

    assert settled(competition, NOON - 20 * MINUTE) == NOON


def begin_opening(competition):
    """The first of two acts, one minute after closing."""
    opener, at = competition.openers.first(), competition.closes_at
    with clock.fixed_at(at + GRACE):
        competition.opening_approvals.create(
            approved_at=at + GRACE, approved_by=opener.user, expires_at=at + 15 * MINUTE + GRACE
        )


# --- Once, and never too late ----------------------------------------------------------------


def approving(competition, at):
    """A first approval at `at`, by the action; gives the code of the refusal, or ""."""
    opener = competition.openers.first().user
    with clock.fixed_at(at):
        try:
            approve_opening(
                competition=competition, by=opener, at=at, passphrase=OPENING_PASSPHRASE
            )
        except Refused as refusal:
            return refusal.code
    return ""


def test_no_opening_begins_while_an_outage_at_closing_lasts():
    competition = closing()
    first = good(NOON - 30 * MINUTE)

    assert approving(competition, NOON + 2 * MINUTE) == "unwatched"
    with pytest.raises(IntegrityError, match="watch cannot say"), transaction.atomic():
        begin_opening(competition)

    back = good(NOON + HOUR, first.reference, outage=told())
    good(NOON + HOUR + 15 * SECOND, back.reference)
    assert approving(competition, NOON + HOUR + 20 * SECOND) == "not_closed"
    competition.refresh_from_db()
    assert competition.closes_at == NOON + 24 * HOUR


def test_one_look_that_nothing_follows_or_an_old_one_is_not_enough():
    competition = closing()
    before = good(NOON - 10 * SECOND)
    after = good(NOON + 5 * SECOND, before.reference)
    assert approving(competition, NOON + MINUTE) == "unwatched"

    good(NOON + 20 * SECOND, after.reference)
    assert approving(competition, NOON + 3 * MINUTE) == "unwatched"
    assert approving(competition, NOON + 2 * MINUTE) == ""
    # From here on no deadline moves, and nothing waits.
    assert approving(competition, NOON + HOUR) == ""


def test_a_new_watch_lets_an_opening_go_on_and_none_stops_none():
    competition, unwatched = closing(), closing(NOON + timedelta(days=30))
    good(NOON - timedelta(days=2))
    assert approving(competition, NOON + HOUR) == "unwatched"

    first = good(NOON + HOUR, by="new")
    good(NOON + HOUR + 15 * SECOND, first.reference, by="new")

    assert approving(competition, NOON + HOUR + 20 * SECOND) == ""
    assert approving(unwatched, unwatched.closes_at + GRACE) == ""


def test_the_page_says_what_it_waits_for():
    competition = closing()
    good(NOON - 30 * MINUTE)
    opener, at = competition.openers.first().user, NOON + 2 * MINUTE
    with clock.fixed_at(at):
        shown = ceremony(competition, waiting_part(competition), opener, at=at)

    assert shown.is_time
    assert shown.is_unwatched
    assert not shown.can_act


def test_however_often_it_is_settled_it_moves_once():
    competition = closing()
    outage(NOON - HOUR, NOON - 50 * MINUTE)
    for minutes in (45, 40, 5):
        settled(competition, NOON - minutes * MINUTE)

    assert competition.closes_at == NOON + HOUR
    assert DeadlineMove.objects.count() == 1
    assert CompetitionChange.objects.count() == 1


def test_it_moves_after_closing_until_an_opening_has_begun():
    competition, other = closing(), closing()
    begin_opening(other)
    outage(NOON - HOUR, NOON - 50 * MINUTE)

    assert settled(competition, NOON + 30 * SECOND) == NOON + HOUR
    assert settled(other, NOON + 2 * MINUTE) == NOON
    assert not other.moves.exists()


def test_one_that_cannot_move_stops_no_other():
    begun, other = closing(), closing()
    begin_opening(begun)
    outage(NOON - HOUR, NOON - 50 * MINUTE)

    settled(begun, NOON + 2 * MINUTE)
    other.refresh_from_db()

    assert begun.closes_at == NOON
    assert other.closes_at == NOON + HOUR


@pytest.mark.parametrize("to", [NOON + 2 * HOUR, NOON - HOUR, NOON + timedelta(days=30)])
def test_no_other_deadline_gets_past_the_database(to):
    competition = closing()
    found = outage(NOON - HOUR, NOON - 50 * MINUTE)
    with clock.fixed_at(NOON - 45 * MINUTE):
        move = DeadlineMove.objects.create(
            competition=competition,
            cause="incident",
            outage=found,
            moved_at=NOON,
            closes_at_after=to,
        )
        move.refresh_from_db()
        assert move.closes_at_after == NOON + HOUR
        with pytest.raises(IntegrityError), transaction.atomic():
            competition.closes_at = to
            competition.save(update_fields=["closes_at"])


def test_a_rule_is_chosen_by_nobody():
    competition = closing()
    generous = table(competition.framework, version=2, steps=[("total", 1, 60000)])
    competition.incident_rule = generous
    competition.save()
    competition.refresh_from_db()

    assert competition.incident_rule.version == 1


def test_no_change_is_made_by_nobody_but_by_the_rule():
    with pytest.raises(IntegrityError), transaction.atomic():
        CompetitionChange.objects.create(
            competition=closing(), kind="changed", summary="Hm", made_at=NOON
        )


# --- Everybody hears of it -------------------------------------------------------------------


def test_everybody_concerned_is_told_once_and_old_reminders_are_cancelled():
    competition = closing()
    officer = OfficerFactory(commissioner=competition.commissioner)
    bid = BidFactory(lot=competition.lots.get())
    with clock.fixed_at(NOON - 2 * HOUR):
        outbox.queue(
            "bid_deadline",
            to="late@test.example",
            key=f"{deadline_key(competition.reference, NOON)}{bid.reference}:2h:1",
            bid=str(bid.reference),
            closes_at=NOON,
        )
    outage(NOON - HOUR, NOON - 50 * MINUTE)
    settled(competition, NOON - 45 * MINUTE)
    settled(competition, NOON - 44 * MINUTE)

    sent = Message.objects.filter(kind="deadline_moved")
    addresses = [message.to for message in sent]
    assert officer.user.email in addresses
    assert bid.supplier.contact_email in addresses
    assert len(addresses) == len(set(addresses))
    assert Message.objects.get(kind="bid_deadline").cancelled_at is not None
    change = competition.changes.get()
    assert (change.kind, change.made_by) == ("incident", None)
    assert "version 1" in change.reason
    assert (change.closed_at_before, change.closes_at_after) == (NOON, NOON + HOUR)


def test_a_bid_goes_in_after_the_deadline_that_was():
    competition = closing()
    with clock.fixed_at(NOON - HOUR):
        bid = complete_bid(BidFactory(lot=competition.lots.get()))
    outage(NOON - MINUTE, NOON + 5 * MINUTE)
    settled(competition, NOON + 6 * MINUTE)

    with clock.fixed_at(NOON + 7 * MINUTE):
        submit(bid)
        bid.refresh_from_db()
        assert bid.state == BidState.SUBMITTED
        competition.refresh_from_db()
        assert competition.state == CompetitionState.PUBLISHED


def test_the_web_role_cannot_rewrite_what_the_watch_saw():
    outage(NOON, NOON + 5 * MINUTE)
    with connection.cursor() as cursor:
        for table_name in ("watch_outage", "lots_deadlinemove", "watch_watchedday"):
            cursor.execute("SELECT has_table_privilege('portal_app', %s, 'UPDATE')", [table_name])
            # Rights are given by apply_grants; a table without any has none of this either.
            assert cursor.fetchone()[0] is False
        with pytest.raises(IntegrityError), transaction.atomic():
            cursor.execute("UPDATE watch_outage SET ended_at = ended_at + interval '1 hour'")
