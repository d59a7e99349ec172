"""Delivery in the background. Run twice, late or in parallel, nothing is sent twice."""

from celery import shared_task
from django.core.mail import get_connection

from framework_portal.notifications.actions import deliver_message
from framework_portal.notifications.models import Message

BATCH = 200


@shared_task
def deliver(message_id):
    """Send one message."""
    deliver_message(message_id)


@shared_task
def sweep():
    """Each minute, and whenever messages were queued: send what is due, over one connection."""
    due = Message.objects.due().oldest_first().values_list("pk", flat=True)
    through = get_connection()  # opens with the first mail
    try:
        while batch := list(due[:BATCH]):
            sent = [deliver_message(message_id, through=through) for message_id in batch]
            if not any(sent):  # all failed, or another worker has them
                return
    finally:
        through.close()
