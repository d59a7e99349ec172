"""Asking for a background task without ever waiting for the broker.

What must happen lies in the database and is found by a periodic task; asking at once only makes
it quick. So a dead broker costs one request half a second, and the next half minute nothing.
"""

import logging
import time
from functools import lru_cache
from urllib.parse import parse_qs, urlsplit

from celery import current_app
from django.conf import settings
from django.db import transaction
from kombu.exceptions import OperationalError
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

logger = logging.getLogger(__name__)

PATIENCE = 0.5  # seconds for the broker to answer
PAUSE = 30  # seconds without asking again after it did not


class Breaker:
    """Remembers, for this process, that something did not answer, and for how long to leave it."""

    def __init__(self, pause):
        self.pause = pause
        self.closed_at = None

    @property
    def is_open(self):
        """Whether to leave it alone for now."""
        return self.closed_at is not None and time.monotonic() < self.closed_at + self.pause

    def failed(self):
        self.closed_at = time.monotonic()

    def worked(self):
        self.closed_at = None


broker = Breaker(PAUSE)


def soon(task, *args):
    """Once this transaction commits, ask the broker for `task` (by name), as well as may be."""

    def ask():
        publish(task, *args)

    transaction.on_commit(ask, robust=True)


def publish(task, *args):
    """Ask now. Answers whether the broker took it; never raises."""
    if broker.is_open:
        return False
    try:
        _broker().ping()
        current_app.send_task(task, args=args, retry=False)
    except (RedisError, OperationalError, OSError):
        broker.failed()
        logger.warning("The broker does not answer; %s waits for its periodic run", task)
        return False
    broker.worked()
    return True


def load():
    """Load what the first `publish` would load, without a word to the broker."""
    current_app.connection_for_write().get_transport_cls()
    _ = current_app.amqp, current_app.backend, current_app.events.Dispatcher


@lru_cache(maxsize=1)
def _broker():
    """A client with short timeouts and no second try, to find out whether the broker answers."""
    limits = {
        "socket_timeout": PATIENCE,
        "socket_connect_timeout": PATIENCE,
        "retry": Retry(NoBackoff(), 0),
    }
    address = urlsplit(settings.REDIS_URL)
    if address.scheme == "redis+socket":
        number = parse_qs(address.query).get("virtual_host", ["0"])[0]
        password = address.password
        return Redis(unix_socket_path=address.path, db=int(number), password=password, **limits)
    return Redis.from_url(settings.REDIS_URL, **limits)
