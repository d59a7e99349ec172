"""What every action on a competition begins with: its lock, its state, the page it came from."""

from contextlib import contextmanager

from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _

from framework_portal.refusals import Refused
from lots.models import Competition
from lots.states import COMPETITION

STALE = _(
    "Somebody changed this competition while you were working, so your page was out of date and"
    " nothing was saved. What you typed is still here. Read how the competition stands now,"
    " then save again"
)


def locked(competition, move, *, edition=None):
    """`competition`, locked, in the state `move` reaches; refused where it cannot be made.

    `edition` is the one the person's page was made from; None where there was no page.
    """
    competition = Competition.objects.select_for_update().get(pk=competition.pk)
    competition.state = COMPETITION.target(move, competition.state)
    if edition is not None and edition != competition.edition:
        raise Refused("stale", STALE)
    return competition


def save(competition, *fields):
    """Save `fields` under the lock, as the next edition."""
    competition.edition += 1
    competition.save(update_fields=[*fields, "edition"])


@contextmanager
def refusing(**refusals):
    """Turn what the database refuses, by the name of a constraint, into Refused(code, message).

    For what only the database can know: the clock may pass between its look and ours.
    """
    try:
        yield
    except IntegrityError as error:
        constraint = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
        if constraint in refusals:
            raise Refused(*refusals[constraint]) from error
        raise
