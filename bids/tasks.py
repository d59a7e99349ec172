"""What runs in the background. Each may run twice, late or in parallel: see `actions.reminders`."""

from celery import shared_task

from bids.actions import reminders, scanning
from framework_portal import clock


@shared_task
def send_deadline_reminders():
    """Every ten minutes: closing bids, and the last days for questions."""
    at = clock.now()
    reminders.remind_bidders(at=at)
    reminders.remind_of_questions(at=at)


@shared_task
def tell_changes():
    """Every two minutes: what changed, and what was answered."""
    at = clock.now()
    reminders.tell_changes(at=at)
    reminders.tell_askers(at=at)


@shared_task
def invite_matching_suppliers():
    """Every ten minutes: lots that were published, and suppliers that match since."""
    reminders.invite(at=clock.now())


@shared_task
def scan_files():
    """Every minute: files of bids that no scanner has seen yet."""
    scanning.scan_files(at=clock.now())


@shared_task
def remind_officers():
    """Every hour: openings and awards that are late."""
    reminders.remind_officers(at=clock.now())
