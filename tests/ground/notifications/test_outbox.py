import uuid
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.template import TemplateDoesNotExist

from framework_portal import clock
from framework_portal.notifications import outbox
from framework_portal.notifications.models import Message
from framework_portal.notifications.outbox import ask_for_delivery, cancel, queue, queue_many

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("letters")]


def test_a_message_is_a_row_with_references_as_plain_text():
    bid, closes_at = uuid.uuid4(), clock.now()

    assert queue("welcome", to="a@example.org", bid=bid, closes_at=closes_at)

    message = Message.objects.get()
    assert (message.kind, message.to, message.key) == ("welcome", "a@example.org", None)
    assert message.context["bid"] == str(bid)
    assert message.due_at == message.queued_at
    assert (message.sent_at, message.attempts) == (None, 0)


def test_a_key_is_sent_once_whoever_asks_and_however_often():
    assert queue("welcome", to="a@example.org", key="k1") is True
    assert queue("welcome", to="b@example.org", key="k1") is False
    assert queue("welcome", to="a@example.org") is True
    assert queue("welcome", to="a@example.org") is True

    assert Message.objects.count() == 3


def test_ten_thousand_are_booked_in_a_few_statements(django_assert_max_num_queries):
    rows = [{"to": f"p{n}@example.org", "key": f"k{n}", "context": {"n": n}} for n in range(10_000)]
    queue_many("welcome", rows[:100])

    with django_assert_max_num_queries(6):
        assert queue_many("welcome", rows) == 9_900

    assert Message.objects.count() == 10_000
    assert Message.objects.get(key="k77").context == {"n": 77}


def test_the_same_key_twice_in_one_batch_is_one_message():
    assert queue_many("welcome", [{"to": "a@example.org", "key": "k"}] * 3) == 1


def test_nothing_to_queue_costs_nothing_and_is_nothing():
    assert queue_many("welcome", []) == 0


def test_a_message_can_wait_and_can_become_stale():
    now = clock.now()
    queue("welcome", to="later@example.org", due_at=now + timedelta(hours=1))
    queue("welcome", to="stale@example.org", expires_at=now - timedelta(seconds=1))
    queue("welcome", to="due@example.org")

    assert [m.to for m in Message.objects.due()] == ["due@example.org"]
    with clock.fixed_at(now + timedelta(hours=2)):
        assert {m.to for m in Message.objects.due()} == {"due@example.org", "later@example.org"}


def test_what_is_no_longer_true_is_cancelled_by_the_beginning_of_its_key():
    for key in ("deadline:7:1", "deadline:7:2", "deadline:70:1", "deadline_7:1"):
        queue("welcome", to="a@example.org", key=key)
    Message.objects.filter(key="deadline:7:2").update(sent_at=clock.now())

    assert cancel("deadline:7:") == 1

    assert [m.key for m in Message.objects.exclude(cancelled_at=None)] == ["deadline:7:1"]
    with pytest.raises(ValueError):
        cancel("")


def test_a_kind_without_a_text_fails_where_it_is_queued():
    with pytest.raises(TemplateDoesNotExist):
        queue("nonexistent", to="a@example.org")


def test_delivery_is_asked_for_once_a_transaction(django_capture_on_commit_callbacks, monkeypatch):
    with django_capture_on_commit_callbacks() as callbacks, transaction.atomic():
        for n in range(5):
            queue("welcome", to="a@example.org", key=str(n))

    assert callbacks == [ask_for_delivery]


def test_a_lost_savepoint_does_not_lose_the_asking(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as callbacks, transaction.atomic():
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            queue("welcome", to="a@example.org")
            raise ZeroDivisionError
        queue("welcome", to="b@example.org")

    assert callbacks == [ask_for_delivery]
    assert [m.to for m in Message.objects.all()] == ["b@example.org"]


def test_a_duplicate_asks_for_nothing(django_capture_on_commit_callbacks):
    queue("welcome", to="a@example.org", key="k")
    before = len(connection.run_on_commit)
    with transaction.atomic():
        queue("welcome", to="a@example.org", key="k")

    assert len(connection.run_on_commit) == before
    assert outbox.template("welcome") == "emails/welcome.txt"
