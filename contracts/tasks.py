"""What the contracts need without anybody pressing a button."""

from celery import shared_task

from contracts.actions import (
    anchoring,
    case_reminders,
    chain_reminders,
    exclusivity,
    making,
    rechecking,
    retaliation,
    scheduling,
    voice_figures,
    voice_reminders,
)
from contracts.actions.ending import remind_of_notices
from contracts.actions.unsigned import raise_unsigned
from framework_portal import clock


@shared_task
def make_missing_contracts():
    """Every minute. Run twice, late or in parallel, each announced award has one contract."""
    making.make_missing(at=clock.now())


@shared_task
def recheck_leads():
    """Soon after a subcontractor was suspended or replaced. Run twice it finds the same."""
    rechecking.recheck_leads(at=clock.now())


# What is for the officers alone: a task for each, so that one that fails stops no other.


@shared_task
def find_what_was_told():
    """Each hour, of exclusivity. Run twice, each place in a bid is found once."""
    exclusivity.raise_what_was_told(at=clock.now())


@shared_task
def find_retaliation():
    """Each hour. Run twice, each finding is raised once."""
    retaliation.find_retaliation(at=clock.now())


@shared_task
def remind_listeners():
    """Each hour. Run twice, each officer has one mail a week."""
    voice_reminders.remind_listeners(at=clock.now())


@shared_task
def ask_for_listeners():
    """Each hour. Run twice, each body without an officer has one mail a week."""
    voice_reminders.ask_for_listeners(at=clock.now())


@shared_task
def anchor_confidence():
    """Each night: the day's digest into the trail, once."""
    anchoring.anchor_confidence(at=clock.now())


@shared_task
def publish_confidence_figures():
    """Each night: a year's numbers when they are due, once."""
    voice_figures.publish_figures(at=clock.now())


@shared_task
def open_quarters():
    """Each hour. Run twice or in parallel, each quarter has one return and each year one report."""
    scheduling.open_quarters(at=clock.now())


@shared_task
def send_chain_reminders():
    """Each hour. Run twice, late or in parallel, nothing is sent a second time."""
    chain_reminders.remind_leads(at=clock.now())


@shared_task
def report_overdue():
    """Each hour. Run twice, late or in parallel, nothing is raised or sent a second time."""
    chain_reminders.report_overdue(at=clock.now())


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
    """Every hour: views, decisions and reviews of requested changes that are due; each once."""
    case_reminders.remind_of_cases(at=clock.now())


@shared_task
def find_overdue_cases():
    """Every hour: decisions and reviews that are late. Run twice, each is found once."""
    case_reminders.find_overdue(at=clock.now())
