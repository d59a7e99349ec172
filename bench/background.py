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
    """Each compliance check over all suppliers.

    The limit of a check that SQL can answer is the same judgement, written with one bare UPDATE
    into a plain table of as many rows; of the others, 50 statements for 1,000 suppliers.
    """
    from framework_portal import clock
    from suppliers.actions.checking import check_all
    from suppliers.checks import CHECKS

    data.more_suppliers(suppliers)
    at = clock.now()
    _run_all_checks(at)
    data.settle()
    for check in CHECKS.values():
        if check.run_all is None:
            _one_by_one(table, check, at)
            continue
        bare = min(_bare_check(check, at) for _ in range(2))
        own = min(timed(lambda: check_all(check=check, at=clock.now()))[0] for _ in range(2))  # noqa: B023
        table.add(
            f"Check {check.code}", f"{own:.2f} s", f"{bare:.2f} s bare", ratio=own / bare, most=3
        )


def _run_all_checks(at):
    """The first run, which writes every finding: nobody waits for it twice."""
    from suppliers.actions.checking import check_all
    from suppliers.checks import CHECKS

    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
    for check in CHECKS.values():
        if check.run_all is not None:
            check_all(check=check, at=at)


def _one_by_one(table, check, at):
    """Two runs over 1,000 suppliers in the daily run's chunks."""
    from suppliers.actions.checking import CHUNK, check_some
    from suppliers.models import Supplier

    def run():
        for first in range(0, 1000, CHUNK):
            part = Supplier.objects.order_by("pk").prefetch_related(*check.needs)
            check_some(check=check, suppliers=list(part[first : first + CHUNK]), at=at)

    run()
    seconds, statements, _answered = timed(run)
    table.add(
        f"Check {check.code}, statements for 1,000",
        statements,
        f"{seconds:.2f} s",
        figure=statements,
        most=50,
    )


def _bare_check(check, at):
    """Seconds for the judgement and one bare UPDATE of a plain table."""
    judged, params = check.run_all(at)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_seen")
        cursor.execute(
            "CREATE TEMP TABLE bench_seen AS"
            " SELECT id AS supplier_id, now() AS seen_at FROM suppliers_supplier"
        )
        cursor.execute("CREATE UNIQUE INDEX ON bench_seen (supplier_id)")
        cursor.execute("ANALYZE bench_seen")
        began = time.perf_counter()
        cursor.execute(
            f"UPDATE bench_seen SET seen_at = now() FROM ({judged}) judged"  # noqa: S608
            " WHERE judged.supplier_id = bench_seen.supplier_id",
            params,
        )
        return time.perf_counter() - began
