"""What the contracts need without anybody pressing a button."""

from celery import shared_task

from contracts.actions import case_reminders, chain_reminders, scheduling
from contracts.actions.anchoring import anchor_confidence
from contracts.actions.ending import remind_of_notices
from contracts.actions.exclusivity import raise_what_was_told
from contracts.actions.making import make_contracts
from contracts.actions.retaliation import find_retaliation
from contracts.actions.unsigned import raise_unsigned
from contracts.actions.voice_figures import publish_figures
from contracts.actions.voice_reminders import ask_for_listeners, remind_listeners
from framework_portal import clock


@shared_task
def make_missing_contracts():
    """Every minute. Run twice, late or in parallel, each announced award has one contract."""
    make_contracts(at=clock.now())


@shared_task
def look_after_confidence():
    """Each hour: find what is for the officers alone, remind them, ask for them where none is."""
    at = clock.now()
    raise_what_was_told(at=at)
    find_retaliation(at=at)
    remind_listeners(at=at)
    ask_for_listeners(at=at)


@shared_task
def keep_confidence():
    """Each night: the day's digest into the trail, and a year's numbers when they are due."""
    at = clock.now()
    anchor_confidence(at=at)
    publish_figures(at=at)


@shared_task
def open_quarters():
    """Each hour. Run twice or in parallel, each quarter has one return and each year one report."""
    scheduling.open_quarters(at=clock.now())


@shared_task
def send_chain_reminders():
    """Each hour. Run twice, late or in parallel, nothing is sent or raised a second time."""
    at = clock.now()
    chain_reminders.remind_leads(at=at)
    chain_reminders.report_overdue(at=at)


@shared_task
def raise_unsigned_subcontracts():
    """Every day. Run twice, each subcontract is found late once for each of its dates."""
    raise_unsigned(at=clock.now())


@shared_task
def remind_of_termination_notices():
    """Every day. Run twice, late or in parallel, each reminder is sent once."""
    remind_of_notices(at=clock.now())


@shared_task
def remind_of_cases():
    """Every hour: views, decisions and reviews of requested changes that are due or late."""
    at = clock.now()
    case_reminders.remind_of_cases(at=at)
    case_reminders.find_overdue(at=at)
