"""Slows guessing down. Counted in the database, so that it works without Redis.

A try is counted before it is checked and given back when it was right: tries that come at the
same moment cannot all slip past the count. Ten failures in ten minutes, then waits that double
from ten minutes to an hour. A try made during a wait neither counts nor prolongs it.

A rival can use up the tries of an account, but not the owner's: a browser that has signed in to
the account before has a count of its own, and setting a new password by mail clears the wait.
"""

import hashlib
import math
from datetime import timedelta

from django.db import transaction
from django.utils.translation import ngettext

from framework_portal.accounts.models import Attempts
from framework_portal.refusals import Refused

FREE_FAILURES = 10
WINDOW = timedelta(minutes=10)
FIRST_WAIT = timedelta(minutes=10)
LONGEST_WAIT = timedelta(hours=1)
# A door that has made somebody wait remembers it this long after the wait.
MEMORY = timedelta(hours=2)


def door(kind, value):
    """The key under which tries at one door are counted."""
    return hashlib.sha256(f"{kind}\0{value}".encode()).hexdigest()


@transaction.atomic
def claim_try(*, doors, at):
    """Count one try at each of `doors`; refused while one of them makes people wait."""
    Attempts.objects.bulk_create(
        [Attempts(key=key, last_at=at) for key in sorted(doors)], ignore_conflicts=True
    )
    rows = list(Attempts.objects.select_for_update().filter(key__in=doors).order_by("key"))
    until = max((row.waits_until for row in rows if row.waits_until), default=at)
    if until > at:
        raise Refused("too_many_attempts", _too_many(until - at))
    for row in rows:
        _count(row, at)
    Attempts.objects.bulk_update(rows, ["failures", "last_at", "waits_until"])


def _count(row, at):
    quiet_for = at - row.last_at
    if quiet_for > (WINDOW if row.failures < FREE_FAILURES else LONGEST_WAIT + MEMORY):
        row.failures = 0
    row.failures += 1
    row.last_at = at
    row.waits_until = None
    if row.failures >= FREE_FAILURES:
        # Two to the power of what is beyond the free ones; the limit is soon reached.
        wait = FIRST_WAIT * 2 ** min(row.failures - FREE_FAILURES, 10)
        row.waits_until = at + min(wait, LONGEST_WAIT)


@transaction.atomic
def give_back(*, doors):
    """Take back a try that was right. The others made at these doors still count."""
    for row in Attempts.objects.select_for_update().filter(key__in=doors).order_by("key"):
        row.failures = max(row.failures - 1, 0)
        row.waits_until = None
        row.save(update_fields=["failures", "waits_until"])


@transaction.atomic
def forget(*, doors):
    """Start these doors afresh: their owner has shown who they are."""
    Attempts.objects.filter(key__in=doors).delete()


@transaction.atomic
def forget_old(*, at):
    """Drop what no longer slows anybody."""
    return Attempts.objects.filter(last_at__lt=at - LONGEST_WAIT - MEMORY).delete()[0]


def _too_many(wait):
    minutes = max(1, math.ceil(wait.total_seconds() / 60))
    return ngettext(
        "There have been too many attempts. Wait %(minutes)d minute, then try again",
        "There have been too many attempts. Wait %(minutes)d minutes, then try again",
        minutes,
    ) % {"minutes": minutes}
