"""The outbox: a message is a row first, written with what it tells of; delivery comes after."""

import json
import uuid

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.template.loader import get_template

from framework_portal import clock
from framework_portal.background import publish
from framework_portal.notifications.models import Message

_INSERT = """
INSERT INTO notifications_message
    (reference, kind, "to", context, key, due_at, expires_at, queued_at, attempts, last_error)
SELECT reference, %s, address, context::jsonb, key, coalesce(due_at, instant), expires_at,
       instant, 0, ''
FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::text[], %s::timestamptz[], %s::timestamptz[])
     AS given (reference, address, context, key, due_at, expires_at),
     (SELECT portal_clock() AS instant OFFSET 0) AS clock
ON CONFLICT (key) DO NOTHING
"""
STATEMENT_ROWS = 5000


def queue(kind, *, to, key=None, due_at=None, expires_at=None, **context):
    """Queue one message; answers whether it is new. With a `key` it is sent once, whoever asks.

    The text is templates/emails/<kind>.txt. `context` holds references and links: no content and
    no personal data. Before `due_at` it waits; after `expires_at` it is no longer worth sending.
    """
    row = {"to": to, "key": key, "context": context, "due_at": due_at, "expires_at": expires_at}
    return queue_many(kind, [row]) == 1


def queue_many(kind, rows, *, at_once=True):
    """Queue many of one kind in few statements; answers how many were new.

    Not `at_once`: the broker is not asked at all, and the periodic sweep delivers in its minute.

    Each row is a dict with `to` and, where wanted, `key`, `context`, `due_at` and `expires_at`.
    """
    get_template(template(kind))  # a kind without a text fails here, not in the worker
    rows, new = list(rows), 0
    # Inside an action its transaction is enough: a savepoint would cost two statements more.
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        for first in range(0, len(rows), STATEMENT_ROWS):
            batch = [_columns(**row) for row in rows[first : first + STATEMENT_ROWS]]
            cursor.execute(_INSERT, [kind, *(list(column) for column in zip(*batch, strict=True))])
            new += cursor.rowcount
    if new and at_once:
        _ask_once_for_delivery()
    return new


def cancel(key_prefix):
    """What is no longer true is not sent: withdraw the waiting messages whose key begins so."""
    if not key_prefix:
        raise ValueError("An empty prefix would cancel everybody's messages")
    waiting = Message.objects.waiting().filter(key__startswith=key_prefix)
    return waiting.update(cancelled_at=clock.PortalClock())


def template(kind):
    """Where the text of `kind` lies."""
    return f"emails/{kind}.txt"


def _columns(*, to, key=None, context=None, due_at=None, expires_at=None):
    text = json.dumps(context or {}, cls=DjangoJSONEncoder)
    return str(uuid.uuid4()), to, text, key, due_at, expires_at


def ask_for_delivery():
    """Have the waiting messages delivered now rather than within the minute."""
    publish("framework_portal.notifications.tasks.sweep")


def _ask_once_for_delivery():
    asked = any(waits is ask_for_delivery for _, waits, _ in connection.run_on_commit)
    if not asked:
        transaction.on_commit(ask_for_delivery, robust=True)
