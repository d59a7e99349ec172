"""Reading mails again, for the demonstration."""

import logging
from dataclasses import dataclass
from typing import Any

from framework_portal.notifications.models import Message
from framework_portal.notifications.rendering import rendered

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Letter:
    """A message with its words, or without where it can no longer be rendered."""

    message: Any
    subject: str = ""
    body: str = ""


def mailbox(*, to=None):
    """All messages but the cancelled, latest first; those to one address where `to` is given."""
    messages = Message.objects.filter(cancelled_at__isnull=True).order_by("-pk")
    return messages.filter(to__icontains=to) if to else messages


def letters(messages):
    """The messages with their words: made again from kind and context, for none are stored."""
    return [_letter(message) for message in messages]


def _letter(message):
    try:
        return Letter(message, *rendered(message.kind, message.context))
    except Exception:  # what it tells of may be gone
        logger.exception("Message %s cannot be rendered", message.reference)
        return Letter(message)
