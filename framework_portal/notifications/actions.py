"""Delivery: the only writer of what became of a message."""

import logging
from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F

from framework_portal.audit import trail
from framework_portal.clock import PortalClock
from framework_portal.notifications.models import Message
from framework_portal.notifications.rendering import rendered

logger = logging.getLogger(__name__)

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=24)


def deliver_message(message_id, *, through=None):
    """Send one message if it is still to be sent; answers whether it was. Safe to repeat.

    The row stays locked while the mail goes out, so nobody else sends it. Should the process die
    in between, the next attempt carries the same Message-ID, and is one mail to the recipient.
    """
    with transaction.atomic():
        due = Message.objects.due().select_for_update(skip_locked=True)
        message = due.filter(pk=message_id).first()
        if message is None:
            return False
        row = Message.objects.filter(pk=message.pk)
        try:
            mail(message, through=through).send()
        except Exception as error:  # a refused address must not silence the others
            logger.warning("Message %s was not sent: %s", message.reference, type(error).__name__)
            wait = min(FIRST_WAIT * 2**message.attempts, LONGEST_WAIT)
            row.update(
                attempts=F("attempts") + 1,
                due_at=PortalClock() + wait,
                last_error=type(error).__name__[:80],
            )
            return False
        row.update(attempts=F("attempts") + 1, sent_at=PortalClock(), last_error="")
        return True


@transaction.atomic
def try_again(*, message, by):
    """Have a message that failed tried anew; answers whether it was waiting at all."""
    failed = Message.objects.waiting().filter(pk=message.pk, attempts__gt=0)
    if not failed.update(attempts=0, due_at=PortalClock()):
        return False
    trail.record("message.tried_again", message, by=by)
    return True


def mail(message, *, through=None):
    """The mail that a message is."""
    subject, body = rendered(message.kind, message.context)
    host = urlsplit(settings.PORTAL_ADDRESS).hostname
    headers = {
        "Message-ID": f"<{message.reference}@{host}>",
        "Auto-Submitted": "auto-generated",
        "X-Portal-Message": str(message.reference),
    }
    return EmailMessage(subject, body, to=[message.to], headers=headers, connection=through)
