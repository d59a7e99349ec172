"""Whether the database takes anything in, so that pages go on being read when it does not.

A full disk, or a server that only reads, must not end in an error page for whoever only looks
(REL-06). What is written by the way while a page is shown, such as when somebody was last here, is
then left out, and the page says that nothing can be saved at the moment.
"""

import logging
from contextlib import contextmanager

from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.middleware import SessionMiddleware
from django.db import InternalError, OperationalError, transaction

from framework_portal.background import Breaker

logger = logging.getLogger(__name__)

# PostgreSQL's codes for: only reads; disk full; waited too long for a lock; statement cancelled.
CODES = {"25006", "53100", "55P03", "57014"}
# How long a process goes on saying it after it was last refused.
refused = Breaker(pause=60)


def is_refusal(error):
    """Whether `error` says that the database answers and does not write."""
    if not isinstance(error, InternalError | OperationalError):
        return False
    return getattr(error.__cause__, "pgcode", None) in CODES


@contextmanager
def by_the_way():
    """What is written here may be left out when nothing can be written."""
    try:
        with transaction.atomic():
            yield
    except (InternalError, OperationalError) as error:
        if not is_refusal(error):
            raise
        refused.failed()
        logger.error("Nothing can be saved: %s", error.__cause__.pgcode)


class Sessions(SessionMiddleware):
    """Django's own, but that a page which was only read is shown though its session is not kept."""

    def process_response(self, request, response):
        try:
            return super().process_response(request, response)
        except (InternalError, OperationalError, SessionInterrupted) as error:
            if request.method == "POST" or not any(map(is_refusal, _behind(error))):
                raise
            refused.failed()
            logger.error("No session can be saved")
            return response


def _behind(error):
    """`error` and what it was raised over: Django takes a refused update for a session deleted."""
    while error is not None:
        yield error
        error = error.__context__


def banner(request):
    """For every template: whether to say, to whoever is signed in, that nothing can be saved."""
    user = getattr(request, "user", None)
    return {"cannot_save": refused.is_open and user is not None and user.is_authenticated}
