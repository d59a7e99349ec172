"""Work over many rows: reminders and compliance checks beside the bare SQL pass."""

import time
from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench import data


def timed(work):
    """(seconds, SQL statements, what it answered)."""
    with CaptureQueriesContext(connection) as captured:
        began = time.perf_counter()
        answered = work()
        return time.perf_counter() - began, len(captured), answered


def reminders(table, *, count):
    """Every draft is a day from its deadline: book what is due, beside the bare insert."""
    from bids.actions.reminders import remind_bidders
    from framework_portal import clock
    from framework_portal.notifications.models import Message

    data.fill(suppliers=count // 5, bids=count // 5, bids_each=5)
    data.close_in(timedelta(hours=20))
    data.settle()
    at = clock.now()
    seconds, statements, booked = timed(lambda: remind_bidders(at=at))
    again = remind_bidders(at=at)
    bare = _bare_insert(Message.objects.filter(kind="bid_deadline").count())
    table.add(
        f"{booked} reminders booked",
        f"{seconds:.2f} s",
        f"{bare:.2f} s insert",
        ratio=bare / seconds,
    )
    table.add("  statements for them", statements)
    table.add("  booked by a second run", again, figure=again, most=0)


def _bare_insert(rows):
    """Seconds for as many rows of the same table in one bare statement."""
    with connection.cursor() as cursor:
        began = time.perf_counter()
        cursor.execute(
            'INSERT INTO notifications_message (reference, kind, "to", context, key, due_at,'
            " queued_at, attempts, last_error)"
            " SELECT gen_random_uuid(), 'bench', 'bench@bench.example', '{}', 'bench:' || n, now(),"
            " now(), 0, '' FROM generate_series(1, %s) n",
            [rows],
        )
        took = time.perf_counter() - began
        cursor.execute("DELETE FROM notifications_message WHERE kind = 'bench'")
    return took


def checks(table, *, suppliers):
    """Each compliance check over all suppliers."""
