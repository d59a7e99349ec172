"""The one clock of the portal: the database server's.

Web servers disagree about the time; the database is one. Views and tasks ask once and hand
`at` to actions; nothing else reads a clock.
"""

from contextlib import contextmanager

from django.db import connection
from django.db.models import DateTimeField, Func


def now():
    """The instant, aware and in UTC, by the database server's clock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT portal_clock()")
        return cursor.fetchone()[0]


class PortalClock(Func):
    """The same clock inside a query, and as the default of a column."""

    function = "portal_clock"
    template = "%(function)s()"
    arity = 0
    allowed_default = True
    output_field = DateTimeField()


@contextmanager
def fixed_at(instant):
    """Let the database's clock stand at `instant`: for tests and the demonstration's past.

    Replaces the SQL function that every trigger and `now()` read, so Python and the database
    agree. Only the owner of the database can do this; the role the portal serves pages with
    cannot. Use it inside a transaction, which keeps the change from everybody else.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'portal_clock'")
        before = cursor.fetchone()[0]
        _replace(cursor, f"SELECT '{instant.isoformat()}'::timestamptz")
        try:
            yield instant
        finally:
            if not connection.needs_rollback:
                _replace(cursor, before)


def _replace(cursor, body):
    cursor.execute(
        "CREATE OR REPLACE FUNCTION portal_clock() RETURNS timestamptz"
        f" LANGUAGE sql VOLATILE AS $body${body}$body$"
    )
