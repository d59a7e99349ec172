"""What the portal does with the looks."""

from celery import shared_task

from framework_portal import clock
from framework_portal.watch.days import add_up


@shared_task
def add_up_days():
    """Each night: how the days went, and old looks away. Twice does no harm: a day has one row."""
    add_up(at=clock.now())
