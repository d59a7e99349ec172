"""What runs in the background, late, twice or in parallel: see `actions.reminders` and `.news`."""

from celery import shared_task

from bids.actions import (
    drafted_questions,
    incidents,
    news,
    reminders,
    retention,
    scanning,
    shares,
    unsaved_entries,
    uploading,
)
from bids.actions.left_out import keep_left_out
from bids.actions.logs import publish_due_log_heads
from framework_portal import clock


@shared_task
def send_deadline_reminders():
    """Every ten minutes: closing bids, and the last days for questions."""
    at = clock.now()
    reminders.remind_bidders(at=at)
    reminders.remind_of_questions(at=at)


@shared_task
def settle_incidents():
    """Every minute: outages that the watch wrote down, and the deadlines that they move."""
    incidents.settle(at=clock.now())


@shared_task
def tell_changes():
    """Every two minutes: what changed, and answers to those who want them at once."""
    at = clock.now()
    reminders.tell_changes(at=at)
    incidents.tell_moves(at=at)
    reminders.tell_followers(at=at)
    news.send_news_at_once(at=at)


@shared_task
def send_digests():
    """Every quarter of an hour: the one mail of the day, to whoever has not had it."""
    news.send_digests(at=clock.now())


@shared_task
def invite_matching_suppliers():
    """Every ten minutes: lots that were published, and suppliers that match since."""
    reminders.invite(at=clock.now())


@shared_task
def scan_files():
    """Every minute: files of bids that no scanner has seen yet."""
    scanning.scan_files(at=clock.now())


@shared_task
def remove_expired_uploads():
    """Every hour: uploads that nobody went on with for a day."""
    uploading.remove_expired(at=clock.now())


@shared_task
def remove_abandoned_drafts():
    """Each night: drafts never submitted, after their time, and what was typed and never sent."""
    retention.remove_abandoned_drafts(at=clock.now())
    drafted_questions.forget_unsent(at=clock.now())
    unsaved_entries.forget_unsaved(at=clock.now())


@shared_task
def remind_officers():
    """Every hour: openings and awards that are late."""
    reminders.remind_officers(at=clock.now())


@shared_task
def keep_standby_versions():
    """Every minute: complete drafts that shall stand by and were saved by pages themselves."""
    keep_left_out(at=clock.now())


@shared_task
def publish_log_heads():
    """Every minute: competitions that closed a minute ago. Each head is published once."""
    publish_due_log_heads(at=clock.now())


@shared_task
def forget_handed_shares():
    """Every minute: shares that an officer handed over and nobody used in time are destroyed."""
    shares.forget_expired(at=clock.now())
