"""What runs in the background for competitions. Each may run twice, late or in parallel."""

from celery import shared_task

from framework_portal import clock
from lots.actions import reminding


@shared_task
def remind_openers():
    """Every ten minutes: openers who have not rehearsed, two days and one day before closing."""
    reminding.remind_openers(at=clock.now())
