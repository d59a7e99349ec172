import threading
import uuid
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from framework_portal import clock
from framework_portal.audit import trail
from framework_portal.audit.chain import GENESIS, digest
from framework_portal.audit.models import AuditEvent
from framework_portal.refusals import Refused
from tests.ground.people import person

pytestmark = pytest.mark.django_db


def test_an_event_says_who_did_what_to_which_thing_and_when():
    actor, subject = person(), person()
    at = datetime(2026, 6, 5, 13, 0, 0, 123456, tzinfo=UTC)

    with clock.fixed_at(at):
        event = trail.record("person.invited", subject, by=actor, role="reader")

    event.refresh_from_db()
    assert (event.actor, event.verb, event.outcome) == (actor, "person.invited", "done")
    assert event.subject_type == "accounts.user"
    assert event.subject_reference == str(subject.reference)
    assert event.at == at
    assert event.details == {"role": "reader"}


def test_the_recorder_is_handed_number_and_hash_for_the_receipt():
    subject = person()

    first = trail.record("person.joined", subject)
    second = trail.record("person.left", subject)

    assert (first.seq, first.prev_hash) == (1, GENESIS)
    assert (second.seq, second.prev_hash) == (2, first.hash)
    assert first.hash == digest(AuditEvent.objects.get(seq=1))
    assert second.hash == digest(AuditEvent.objects.get(seq=2))


def test_what_a_caller_claims_about_number_instant_and_hash_is_overruled():
    past = datetime(2001, 1, 1, tzinfo=UTC)
    forged = AuditEvent(
        seq=900, at=past, prev_hash="f" * 64, hash="e" * 64, verb="x", **trail.identity(person())
    )

    forged.save(force_insert=True)

    event = AuditEvent.objects.get()
    assert (event.seq, event.prev_hash, event.hash) == (1, GENESIS, digest(event))
    assert event.at > past


def test_many_events_of_one_act_are_chained_in_one_statement(django_assert_num_queries):
    people = [person() for _ in range(20)]

    with django_assert_num_queries(1):
        trail.record_many("person.told", people, by=people[0], about="extension")

    events = list(AuditEvent.objects.all())
    assert [event.seq for event in events] == list(range(1, 21))
    assert all(event.hash == digest(event) for event in events)
    assert [e.prev_hash for e in events[1:]] == [e.hash for e in events[:-1]]


def test_about_and_by_find_their_events_oldest_first():
    actor, subject, other = person(), person(), person()
    trail.record("a", subject, by=actor)
    trail.record("b", other, by=subject)
    trail.record("c", subject, by=actor)

    assert [e.verb for e in AuditEvent.objects.about(subject)] == ["a", "c"]
    assert [e.verb for e in AuditEvent.objects.by(actor)] == ["a", "c"]
    assert [e.verb for e in AuditEvent.objects.by(subject)] == ["b"]


def test_details_may_hold_references_instants_money_and_any_character():
    subject, reference = person(), uuid.uuid4()
    at = datetime(2026, 6, 5, tzinfo=UTC)

    trail.record("a", subject, bid=reference, at=at, price=Decimal("1.10"), said="ŵ\x00\ud800|1:")

    event = AuditEvent.objects.get()
    assert event.details == {
        "bid": str(reference),
        "at": "2026-06-05T00:00:00Z",
        "price": "1.10",
        "said": "ŵ\x00\ud800|1:",
    }
    assert event.hash == digest(event)


@trail.keeps_refusals("person.rename_refused", of="someone")
@transaction.atomic
def rename(*, someone, by, name="New"):
    someone.name = name
    someone.save()
    raise Refused("taken", "That name is taken")


def test_a_refused_attempt_leaves_the_evidence_and_nothing_else():
    actor, someone = person(), person()

    with pytest.raises(Refused):
        rename(someone=someone, by=actor)

    someone.refresh_from_db()
    event = AuditEvent.objects.get()
    assert someone.name == "A Person"
    assert (event.verb, event.outcome, event.actor) == ("person.rename_refused", "refused", actor)
    assert event.details == {"code": "taken", "message": "That name is taken"}
    assert list(AuditEvent.objects.about(someone)) == [event]


def test_a_refusal_before_there_is_a_subject_is_about_the_person_asking():
    actor = person()

    with pytest.raises(Refused):
        trail.keeps_refusals("x.refused", of="thing")(_refuse)(thing=None, by=actor)

    assert [e.verb for e in AuditEvent.objects.about(actor)] == ["x.refused"]


def _refuse(**_):
    raise Refused("no", "‘secret.pdf’ is too large", recorded="The file is too large")


def test_the_trail_keeps_the_message_without_what_a_person_typed():
    with pytest.raises(Refused):
        trail.keeps_refusals("x.refused", of="thing")(_refuse)(by=person())

    assert AuditEvent.objects.get().details["message"] == "The file is too large"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_auditevent SET verb = verb",
        "DELETE FROM audit_auditevent",
        "TRUNCATE audit_auditevent",
    ],
)
def test_the_database_refuses_to_change_or_lose_an_event(statement):
    trail.record("a", person())

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(statement)

    assert AuditEvent.objects.count() == 1


def test_a_temporary_table_does_not_stand_in_for_the_chain():
    subject = person()
    trail.record("a", subject)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE audit_auditevent (LIKE public.audit_auditevent)")
        cursor.execute(
            "INSERT INTO public.audit_auditevent (verb, subject_type, subject_reference, outcome,"
            " detail_text) VALUES ('b', 's', 'r', 'done', '{}')"
        )
        cursor.execute("DROP TABLE pg_temp.audit_auditevent")

    assert [event.seq for event in AuditEvent.objects.all()] == [1, 2]


@pytest.mark.django_db(transaction=True)
def test_events_of_rolled_back_work_leave_no_gap():
    subject = person()
    trail.record("a", subject)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        trail.record("lost", subject)
        raise ZeroDivisionError
    trail.record("b", subject)

    assert [(e.seq, e.verb) for e in AuditEvent.objects.all()] == [(1, "a"), (2, "b")]


@pytest.mark.django_db(transaction=True)
def test_events_recorded_at_the_same_time_form_one_chain():
    subject, together = person(), threading.Barrier(4)

    def work():
        together.wait()
        for _ in range(5):
            with transaction.atomic():
                trail.record("a", subject)
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    events = list(AuditEvent.objects.all())
    assert [event.seq for event in events] == list(range(1, 21))
    assert [e.prev_hash for e in events] == [GENESIS, *(e.hash for e in events[:-1])]
