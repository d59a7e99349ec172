"""A later deadline: two officers, in time, later only, and everybody can read why."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from bids.states import BidState
from framework_portal import clock
from framework_portal.audit.models import AuditEvent
from framework_portal.notifications.models import Message
from framework_portal.refusals import Refused
from lots.actions.extending import confirm_extension, propose_extension, reject_extension
from lots.actions.publishing import publish_competition
from lots.models import CompetitionChange
from tests.bids.bidding import complete_bid, submit
from tests.factories import BidFactory, OfficerFactory, PoliceAreaFactory, UserFactory
from tests.lots.ready import colleagues, midday, ready_draft

MOMENT = timedelta(microseconds=1)


def published(officer):
    competition = ready_draft(officer)
    publish_competition(competition=competition, by=officer.user, at=timezone.now())
    competition.refresh_from_db()
    return competition


@pytest.fixture
def officers(db):
    return colleagues()


@pytest.fixture
def competition(officers):
    return published(officers[0])


def propose(competition, officer, *, closes_at=None, at=None, **more):
    return propose_extension(
        competition=competition,
        closes_at=closes_at or competition.closes_at + timedelta(days=7),
        reason="A question changed much",
        by=officer.user,
        at=at or timezone.now(),
        **more,
    )


def test_a_second_officer_moves_it_and_the_dates_that_follow(competition, officers):
    before = competition.closes_at
    extension = propose(competition, officers[0])
    competition.refresh_from_db()
    assert competition.closes_at == before

    confirm_extension(extension=extension, by=officers[1].user, at=timezone.now())

    competition.refresh_from_db()
    week = timedelta(days=7)
    assert competition.closes_at == before + week
    assert competition.clarifications_close_at == midday(20) + week
    assert competition.opening_due_at == midday(31) + week
    assert competition.award_due_on == midday(67).date()
    change = CompetitionChange.objects.get()
    assert (change.kind, change.closed_at_before, change.closes_at_after) == (
        "extended",
        before,
        before + week,
    )
    verbs = [event.verb for event in AuditEvent.objects.about(competition)]
    assert verbs[-2:] == ["competition.extension_proposed", "competition.extended"]


def test_everybody_who_could_be_the_second_is_asked_once(competition, officers):
    mine = competition.lots.get().areas.get()
    body = competition.commissioner
    limited = colleagues(1, areas=[mine], commissioner=body)[0]
    colleagues(1, areas=[PoliceAreaFactory()], commissioner=body)
    OfficerFactory()

    propose(competition, officers[0])

    asked = Message.objects.filter(kind="extension_proposed")
    openers = competition.openers.exclude(user=officers[0].user)
    could = {limited.user.email, *openers.values_list("user__email", flat=True)}
    assert {message.to for message in asked} == {officers[1].user.email, *could}
    assert {message.expires_at for message in asked} == {competition.closes_at}


def test_questions_that_have_closed_stay_closed(competition, officers):
    asked_until = competition.clarifications_close_at
    at = asked_until + MOMENT
    extension = propose(competition, officers[0], at=at)

    confirm_extension(extension=extension, by=officers[1].user, at=at)

    competition.refresh_from_db()
    assert competition.clarifications_close_at == asked_until


def test_one_officer_alone_moves_nothing(competition, officers):
    extension = propose(competition, officers[0])

    with pytest.raises(Refused) as refusal:
        confirm_extension(extension=extension, by=officers[0].user, at=timezone.now())

    assert refusal.value.code == "second_person"
    assert [e.verb for e in AuditEvent.objects.about(extension)] == [
        "competition.extension_refused"
    ]


def test_nobody_else_moves_it_administrators_included(competition, officers):
    extension = propose(competition, officers[0])
    elsewhere = colleagues(1, areas=[PoliceAreaFactory()], commissioner=competition.commissioner)
    outsiders = [
        UserFactory(is_staff=True, is_superuser=True),
        OfficerFactory().user,
        elsewhere[0].user,
    ]

    for outsider in outsiders:
        for act in (confirm_extension, reject_extension):
            with pytest.raises(Refused) as refusal:
                act(extension=extension, by=outsider, at=timezone.now())
            assert refusal.value.code == "not_an_officer"


@pytest.mark.parametrize("earlier", [timedelta(0), MOMENT, timedelta(days=3)])
def test_never_earlier_nor_the_same(competition, officers, earlier):
    with pytest.raises(Refused) as refusal:
        propose(competition, officers[0], closes_at=competition.closes_at - earlier)

    assert (refusal.value.code, refusal.value.field) == ("not_later", "closes_at")


def test_not_to_midnight(competition, officers):
    midnight = competition.closes_at + timedelta(hours=12)

    with pytest.raises(Refused) as refusal:
        propose(competition, officers[0], closes_at=midnight)

    assert refusal.value.code == "midnight"


def test_one_waits_at_a_time_and_a_new_one_may_follow_a_rejected(competition, officers):
    first = propose(competition, officers[0])
    with pytest.raises(Refused) as refusal:
        propose(competition, officers[1])
    reject_extension(extension=first, by=officers[0].user, at=timezone.now())

    second = propose(competition, officers[1])

    assert refusal.value.code == "waiting"
    assert second.pk != first.pk


@pytest.mark.parametrize("act", [confirm_extension, reject_extension])
def test_what_was_decided_stays_decided(competition, officers, act):
    extension = propose(competition, officers[0])
    reject_extension(extension=extension, by=officers[1].user, at=timezone.now())

    with pytest.raises(Refused) as refusal:
        act(extension=extension, by=officers[1].user, at=timezone.now())

    assert refusal.value.code == "decided"


def test_a_microsecond_before_closing_it_can_be_confirmed(competition, officers):
    extension = propose(competition, officers[0])
    at = competition.closes_at - MOMENT

    with clock.fixed_at(at):
        confirm_extension(extension=extension, by=officers[1].user, at=at)

    competition.refresh_from_db()
    assert competition.closes_at == extension.closes_at


def test_at_the_closing_instant_it_is_too_late(competition, officers):
    extension = propose(competition, officers[0])
    closes_at = competition.closes_at

    for act in (confirm_extension, reject_extension):
        with pytest.raises(Refused) as refusal:
            act(extension=extension, by=officers[1].user, at=closes_at)
        assert refusal.value.code == "closed"
    with pytest.raises(Refused) as refusal:
        propose(competition, officers[0], at=closes_at)
    assert refusal.value.code == "closed"


def test_the_databases_clock_has_the_last_word(competition, officers):
    extension = propose(competition, officers[0])
    closes_at = competition.closes_at

    with pytest.raises(Refused) as refusal, clock.fixed_at(closes_at):
        confirm_extension(extension=extension, by=officers[1].user, at=closes_at - MOMENT)

    competition.refresh_from_db()
    assert refusal.value.code == "closed"
    assert competition.closes_at == closes_at


def at_once(*acts):
    """Run `acts` in threads that begin together; their results, or what they raised."""
    together, results = threading.Barrier(len(acts)), [None] * len(acts)

    def run(place, act):
        together.wait()
        try:
            results[place] = act()
        except Exception as error:
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


@pytest.mark.django_db(transaction=True)
def test_two_seconds_at_once_confirm_once():
    first, second = colleagues()
    (third,) = colleagues(1, commissioner=first.commissioner)
    competition = published(first)
    extension = propose(competition, first)

    results = at_once(
        *[
            lambda officer=officer: confirm_extension(
                extension=extension, by=officer.user, at=timezone.now()
            )
            for officer in (second, third)
        ]
    )

    refused = [result for result in results if isinstance(result, Refused)]
    assert [refusal.code for refusal in refused] == ["decided"]
    assert CompetitionChange.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_published_twice_at_once_it_is_published_once():
    first, second = colleagues()
    competition = ready_draft(first)

    results = at_once(
        *[
            lambda officer=officer: publish_competition(
                competition=competition, by=officer.user, at=timezone.now()
            )
            for officer in (first, second)
        ]
    )

    refused = [result for result in results if isinstance(result, Refused)]
    assert [refusal.code for refusal in refused] == ["illegal_move"]


@pytest.mark.django_db(transaction=True)
def test_a_bid_sent_while_the_deadline_moves_waits_for_it_and_is_taken():
    bid = complete_bid(BidFactory())
    competition = bid.lot.competition
    first, second = colleagues(commissioner=competition.commissioner)
    extension = propose(competition, first, closes_at=midday(40))
    sent = threading.Thread(target=lambda: (submit(bid), connection.close()))

    with transaction.atomic():
        confirm_extension(extension=extension, by=second.user, at=timezone.now())
        sent.start()
        sent.join(0.5)
        waits = sent.is_alive()
    sent.join(30)

    bid.refresh_from_db()
    assert waits
    assert bid.state == BidState.SUBMITTED
