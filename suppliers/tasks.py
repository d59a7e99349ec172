"""Background work for suppliers."""

from celery import shared_task

from framework_portal import clock
from suppliers.actions import checking, reminders
from suppliers.models import Supplier


@shared_task
def check_supplier(key):
    """After a change. Run twice it finds the same and moves one instant."""
    supplier = Supplier.objects.filter(pk=key).first()
    if supplier is not None:
        checking.check_supplier(supplier=supplier, at=clock.now())


@shared_task
def run_compliance_checks():
    """Hourly: makes today's run of each check once, and goes on where an outage stopped it."""
    checking.run_due(at=clock.now())


@shared_task
def send_expiry_reminders():
    """Hourly. The outbox takes each notice once, however often and late this runs."""
    at = clock.now()
    reminders.remind_of_evidence(at=at)
    reminders.remind_of_qualifications(at=at)
    reminders.remind_of_removal_notices(at=at)
