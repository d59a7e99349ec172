"""Work through many rows where one that fails must not silence the rest."""

import logging

from django.db import transaction

logger = logging.getLogger(__name__)


def for_each(rows, act):
    """The sum of what `act` answers for each row, each in a transaction of its own.

    A row that fails is logged by its reference, and tried again when the task comes round.
    """
    done = 0
    for row in rows:
        try:
            with transaction.atomic():
                done += act(row) or 0
        except Exception:  # one row must not silence the rest
            logger.exception("%s failed for %s", act.__name__.strip("_"), row.reference)
    return done
