"""How each day went: added up from the looks, before these are tidied away."""

from datetime import datetime, time, timedelta

from django.db import connection, transaction
from django.utils import timezone

from framework_portal.watch.models import Outage, Probe, WatchedDay

KEPT = timedelta(days=15)  # how long single looks are kept

# From each look to the one that follows it somebody was watching. What several watchers watched
# at the same time counts once.
WATCHED = """
SELECT coalesce(sum(extract(epoch FROM upper(watched) - lower(watched))), 0)
FROM unnest((
  SELECT range_agg(tstzrange(earlier.at, later.at) * tstzrange(%(start)s, %(end)s))
  FROM watch_probe later JOIN watch_probe earlier ON earlier.reference = later.follows
  WHERE later.at > %(start)s AND later.at < %(end)s + interval '7 days' AND earlier.at < %(end)s
    AND (later.at - earlier.at < interval '2 minutes' OR EXISTS (
      SELECT 1 FROM watch_outage WHERE first_good = later.reference))
)) AS watched
"""
FAILED = """
SELECT coalesce(sum(extract(epoch FROM upper(failed) - lower(failed))), 0)
FROM unnest((
  SELECT range_agg(tstzrange(began_at, ended_at) * tstzrange(%(start)s, %(end)s))
  FROM watch_outage WHERE began_at < %(end)s AND ended_at > %(start)s
)) AS failed
"""


def seconds(start, end):
    """How many seconds between two instants were watched, and how many of them were outages."""
    with connection.cursor() as cursor:
        cursor.execute(WATCHED, {"start": start, "end": end})
        watched = round(cursor.fetchone()[0])
        cursor.execute(FAILED, {"start": start, "end": end})
        failed = round(cursor.fetchone()[0])
    return max(watched, failed), failed


@transaction.atomic
def add_up(*, at):
    """Write down every day that is over and is not written yet, and tidy old looks away."""
    first = Probe.objects.order_by("at").values_list("at", flat=True).first()
    if first is None:
        return 0
    today, day, written = timezone.localdate(at), timezone.localdate(first), 0
    known = set(WatchedDay.objects.filter(on__gte=day).values_list("on", flat=True))
    while day < today:
        if day not in known:
            watched, failed = seconds(*bounds(day))
            if watched:
                WatchedDay.objects.create(on=day, watched_seconds=watched, failed_seconds=failed)
                written += 1
        day += timedelta(days=1)
    Probe.objects.filter(at__lt=at - KEPT).delete()
    return written


def history(*, at, days=30):
    """The last days as they went, today first, and the share of the watched time that was good."""
    today = timezone.localdate(at)
    rows = list(WatchedDay.objects.filter(on__gt=today - timedelta(days=days), on__lt=today))
    watched, failed = seconds(bounds(today)[0], at)
    if watched:
        rows.insert(0, WatchedDay(on=today, watched_seconds=watched, failed_seconds=failed))
    return rows, share(rows)


def share(rows):
    """The part of the watched time, in per cent, in which bids could be submitted; or None."""
    watched = sum(row.watched_seconds for row in rows)
    if not watched:
        return None
    # Rounded down: nobody is promised what was not so.
    good = watched - sum(row.failed_seconds for row in rows)
    return int(100_000 * good / watched) / 1000


def latest_look():
    """When the last good look was, or None."""
    return Probe.objects.order_by("-at").values_list("at", flat=True).first()


def latest_outages(most=20):
    """The newest outages."""
    return list(Outage.objects.all()[:most])


def bounds(day):
    """The first instants of a day in London and of the next."""
    start = timezone.make_aware(datetime.combine(day, time()))
    return start, timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))
