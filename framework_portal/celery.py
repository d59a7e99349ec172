"""Celery, and its timetable.

Tasks are named as texts here, so that the ground imports nothing of what stands on it. A task
may run late, twice or in parallel; each says in its docstring why that does no harm.
"""

import os
from datetime import timedelta

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "framework_portal.settings")

app = Celery("framework_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


def every(period, task):
    """One line of the timetable: run `task` each `period`, or not at all when it is that late."""
    late = period.total_seconds() if isinstance(period, timedelta) else 3600
    return task, {"task": task, "schedule": period, "options": {"expires": late}}


app.conf.beat_schedule = dict(
    [
        every(timedelta(minutes=1), "framework_portal.notifications.tasks.sweep"),
        every(timedelta(minutes=2), "framework_portal.documents.tasks.scan_documents"),
        every(crontab(hour=3, minute=40), "framework_portal.documents.tasks.remove_orphans"),
        every(crontab(hour=6, minute=10), "framework_portal.audit.tasks.send_head"),
        every(timedelta(hours=1), "framework_portal.accounts.tasks.tidy_sign_ins"),
        every(crontab(hour=0, minute=20), "framework_portal.watch.tasks.add_up_days"),
        # lots
        every(timedelta(minutes=10), "lots.tasks.remind_openers"),
        # suppliers
        every(timedelta(hours=1), "suppliers.tasks.run_compliance_checks"),
        every(timedelta(hours=1), "suppliers.tasks.send_expiry_reminders"),
        # bids
        every(timedelta(minutes=1), "bids.tasks.keep_standby_versions"),
        every(timedelta(minutes=1), "bids.tasks.publish_log_heads"),
        every(timedelta(minutes=10), "bids.tasks.send_deadline_reminders"),
        every(timedelta(minutes=1), "bids.tasks.settle_incidents"),
        every(timedelta(minutes=2), "bids.tasks.tell_changes"),
        every(timedelta(minutes=15), "bids.tasks.send_digests"),
        every(timedelta(minutes=1), "bids.tasks.scan_files"),
        every(timedelta(hours=1), "bids.tasks.remove_expired_uploads"),
        every(crontab(hour=4, minute=10), "bids.tasks.remove_abandoned_drafts"),
        every(timedelta(minutes=10), "bids.tasks.invite_matching_suppliers"),
        every(timedelta(hours=1), "bids.tasks.remind_officers"),
        every(timedelta(minutes=1), "bids.tasks.forget_handed_shares"),
        # contracts
        every(timedelta(minutes=1), "contracts.tasks.make_missing_contracts"),
        every(timedelta(minutes=10), "contracts.tasks.recheck_leads"),
        every(timedelta(hours=1), "contracts.tasks.find_what_was_told"),
        every(timedelta(hours=1), "contracts.tasks.find_retaliation"),
        every(timedelta(hours=1), "contracts.tasks.remind_listeners"),
        every(timedelta(hours=1), "contracts.tasks.ask_for_listeners"),
        every(crontab(hour=5, minute=20), "contracts.tasks.anchor_confidence"),
        every(crontab(hour=5, minute=25), "contracts.tasks.publish_confidence_figures"),
        every(timedelta(hours=1), "contracts.tasks.open_quarters"),
        every(timedelta(hours=1), "contracts.tasks.send_chain_reminders"),
        every(timedelta(hours=1), "contracts.tasks.report_overdue"),
        every(crontab(hour=5, minute=10), "contracts.tasks.raise_unsigned_subcontracts"),
        every(crontab(hour=5, minute=30), "contracts.tasks.remind_of_termination_notices"),
        every(timedelta(hours=1), "contracts.tasks.remind_of_cases"),
        every(timedelta(hours=1), "contracts.tasks.find_overdue_cases"),
    ]
)
