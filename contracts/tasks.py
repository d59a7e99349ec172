"""What the contracts need without anybody pressing a button."""

from celery import shared_task

from contracts.actions.making import make_contracts
from framework_portal import clock


@shared_task
def make_missing_contracts():
    """Every minute. Run twice, late or in parallel, each announced award has one contract."""
    make_contracts(at=clock.now())
