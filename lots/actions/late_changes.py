"""Time to react: what changes shortly before the deadline moves it, in the same transaction."""

from django.db import connection
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from framework_portal.background import soon
from framework_portal.refusals import Refused
from framework_portal.wording import moment_with_zone
from lots.actions.extending import following_dates
from lots.actions.locking import refusing, save
from lots.actions.record import note
from lots.models import DeadlineMove
from lots.states import ChangeKind, MoveCause

CLOSED = "closed", _("Bids have closed, so nothing can be changed any more")


def late_change_deadline(competition, *, at):
    """Where a change at `at` moves the deadline, or None where enough working days are left."""
    if competition.closes_at is None or not competition.is_open(at=at):
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT lots_late_change_deadline(%s, %s)", [at, competition.closes_at])
        return cursor.fetchone()[0]


def refuse_unseen_move(competition, *, at, shown):
    """Refuse when the change would move the deadline elsewhere than the officer's page said.

    `shown` is the deadline that the page announced, "" where it announced none, and None where
    there was no page.
    """
    if shown is None:
        return
    moves_to = late_change_deadline(competition, at=at)
    if shown == (moves_to.isoformat() if moves_to else ""):
        return
    if moves_to is None:
        words = _("This would no longer move the deadline. Look again, then publish")
    else:
        words = _("This will move the deadline to %(deadline)s. Look again, then publish") % {
            "deadline": moment_with_zone(moves_to)
        }
    raise Refused("moves_deadline", words)


def leave_time(competition, change, *, at):
    """Move the deadline where `change` came late. Called by the action that made the change."""
    if late_change_deadline(competition, at=at) is None:
        return None
    with refusing(deadline_only_extended=CLOSED):
        move = DeadlineMove.objects.create(
            competition=competition, cause=MoveCause.LATE_CHANGE, change=change, moved_at=at
        )
    move.refresh_from_db()
    moved = following_dates(competition, move.closes_at_after, at=at)
    for name, value in moved.items():
        setattr(competition, name, value)
    with refusing(deadline_only_extended=CLOSED):
        save(competition, *moved)
    summary = now_("Bids now close on %(after)s (was %(before)s).") % {
        "after": moment_with_zone(move.closes_at_after),
        "before": moment_with_zone(move.closed_at_before),
    }
    note(
        competition,
        ChangeKind.LATE_CHANGE,
        summary,
        now_(
            "Something changed or was answered shortly before the deadline, and everybody gets"
            " time to read it."
        ),
        by=change.made_by,
        at=at,
        of=[move.reference, change.reference],
        closed_at_before=move.closed_at_before,
        closes_at_after=move.closes_at_after,
    )
    soon("bids.tasks.tell_changes")
    return move
