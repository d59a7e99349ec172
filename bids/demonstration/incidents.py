"""An outage of the demonstration's past, which moved a deadline; and a fault that was reported."""

import uuid
from datetime import timedelta

from bids.actions import incidents
from bids.timing import GRACE
from framework_portal.watch.actions import answer_fault, report_fault
from framework_portal.watch.looking import look
from framework_portal.watch.models import WatchedDay
from framework_portal.watch.states import Trouble

LENGTH = timedelta(minutes=9, seconds=30)
WATCHER = "demonstration"


def outage_before(competition, timeline):
    """Twenty minutes before closing the database took nothing in for nine minutes and a half."""
    began = competition.closes_at - timedelta(minutes=20)
    with timeline.then(began):
        last = look(reference=uuid.uuid4(), seen_by=WATCHER, follows=None)
    with timeline.then(began + LENGTH) as at:
        told = {
            "reference": uuid.uuid4(),
            "what": Trouble.DATABASE,
            "detail": "HTTP 503",
            "tries": 38,
            "seconds": int(LENGTH.total_seconds()),
        }
        reference = uuid.uuid4()
        last = look(reference=reference, seen_by=WATCHER, follows=last.reference, outage=told)
        incidents.settle(at=at)
    day = timedelta(days=1)
    WatchedDay.objects.create(
        on=began.date(),
        watched_seconds=int(day.total_seconds()),
        failed_seconds=int(LENGTH.total_seconds()),
    )
    competition.refresh_from_db()
    # The watch goes on: an opening waits until it can say how it was at closing.
    for after in (timedelta(0), GRACE + timedelta(minutes=59)):
        with timeline.then(competition.closes_at + after):
            last = look(reference=uuid.uuid4(), seen_by=WATCHER, follows=last.reference)


def faults(people, staff, timeline):
    """One report that was answered, and one that waits."""
    with timeline.then(timeline.at(-30, 13)) as at:
        report = report_fault(
            page="",
            trying="To submit our bid.",
            happened="The page said that the portal could not save anything.",
            token="",
            by=people["lantern"],
            at=at,
        )
    with timeline.then(timeline.at(-30, 16)) as at:
        answer = "The database was restarted. The deadline moved by the incident rule."
        answer_fault(report=report, answer=answer, by=staff, at=at)
    with timeline.then(timeline.at(-1, 10)) as at:
        report_fault(
            page="",
            trying="To print a receipt.",
            happened="The second page stayed empty.",
            token="",
            by=people["lantern"],
            at=at,
        )
