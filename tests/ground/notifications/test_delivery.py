import threading
from datetime import timedelta

import pytest
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection

from framework_portal import clock
from framework_portal.notifications.actions import deliver_message
from framework_portal.notifications.models import Message
from framework_portal.notifications.outbox import cancel, queue, queue_many
from framework_portal.notifications.querysets import MOST_ATTEMPTS
from framework_portal.notifications.tasks import deliver, sweep

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("letters")]


class DeadServer(EmailBackend):
    """A mail server that refuses connections."""

    def send_messages(self, messages):
        raise ConnectionRefusedError("person@example.org refused")


@pytest.fixture
def dead_server(settings):
    settings.EMAIL_BACKEND = f"{__name__}.DeadServer"


def test_a_mail_says_what_the_template_says_and_that_no_person_wrote_it(mailoutbox):
    queue("welcome", to="a@example.org", what="a <test>", bid="b1")

    sweep()

    (mail,), message = mailoutbox, Message.objects.get()
    assert mail.to == ["a@example.org"]
    assert mail.subject == "It's a <test>"
    assert mail.body == "See https://portal.example/x/b1/ & more, O'Neill.\n"
    assert mail.extra_headers["Auto-Submitted"] == "auto-generated"
    assert mail.extra_headers["Message-ID"] == f"<{message.reference}@portal.example>"
    assert message.sent_at is not None and message.attempts == 1


def test_a_line_break_in_a_value_makes_no_header(mailoutbox):
    queue("welcome", to="a@example.org", what="x\r\nBcc: rival@example.org")

    sweep()

    assert mailoutbox[0].subject == "It's x"
    assert mailoutbox[0].recipients() == ["a@example.org"]


def test_run_again_nothing_is_sent_again(mailoutbox):
    queue("welcome", to="a@example.org")
    message = Message.objects.get()

    sweep()
    sweep()
    deliver(message.pk)

    assert len(mailoutbox) == 1


def test_more_than_a_batch_goes_out_in_one_sweep(mailoutbox):
    queue_many("welcome", [{"to": f"p{n}@example.org"} for n in range(450)])

    sweep()

    assert len({mail.to[0] for mail in mailoutbox}) == 450


def test_cancelled_stale_and_early_messages_stay(mailoutbox):
    now = clock.now()
    queue("welcome", to="a@example.org", key="gone:1")
    cancel("gone:")
    queue("welcome", to="b@example.org", expires_at=now)
    queue("welcome", to="c@example.org", due_at=now + timedelta(hours=1))

    sweep()

    assert mailoutbox == []


def test_failures_wait_longer_each_time_and_keep_the_message_id(dead_server, settings, mailoutbox):
    now = clock.now()
    with clock.fixed_at(now):
        queue("welcome", to="a@example.org")
        sweep()
        message = Message.objects.get()
        assert (message.attempts, message.due_at - now) == (1, timedelta(minutes=1))
        assert message.last_error == "ConnectionRefusedError"
    with clock.fixed_at(message.due_at):
        sweep()
    message.refresh_from_db()
    assert message.attempts == 2
    assert message.due_at - now == timedelta(minutes=3)

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    with clock.fixed_at(message.due_at):
        sweep()
    assert mailoutbox[0].extra_headers["Message-ID"].startswith(f"<{message.reference}@")
    assert Message.objects.get().last_error == ""


def test_after_many_failures_somebody_must_look(dead_server):
    queue("welcome", to="a@example.org")
    Message.objects.update(attempts=MOST_ATTEMPTS)

    assert not Message.objects.due().exists()
    assert Message.objects.given_up().count() == 1


def test_a_broken_text_does_not_silence_the_others(mailoutbox):
    queue("headless", to="a@example.org")
    queue("welcome", to="b@example.org")

    sweep()

    assert [mail.to for mail in mailoutbox] == [["b@example.org"]]
    assert Message.objects.get(kind="headless").last_error == "ValueError"


@pytest.mark.django_db(transaction=True)
def test_two_workers_do_not_send_the_same_message(settings):
    settings.EMAIL_BACKEND = f"{__name__}.SlowServer"
    SlowServer.sent.clear()
    queue_many("welcome", [{"to": f"p{n}@example.org"} for n in range(6)])
    ids = list(Message.objects.values_list("pk", flat=True))
    together = threading.Barrier(3)

    def work():
        together.wait()
        for message_id in ids:
            deliver_message(message_id)
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sweep()

    assert sorted(SlowServer.sent) == sorted(f"p{n}@example.org" for n in range(6))


class SlowServer(EmailBackend):
    """Takes its time, so that workers meet."""

    sent = []

    def send_messages(self, messages):
        threading.Event().wait(0.02)
        self.sent.extend(mail.to[0] for mail in messages)
        return len(messages)
