"""A later deadline after an outage, by the table that the competition was published with."""

from django.db import connection, transaction
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from framework_portal.wording import moment, moment_with_zone, span_of_minutes
from lots.actions.extending import following_dates
from lots.actions.locking import refusing, save
from lots.actions.record import note
from lots.models import Competition, DeadlineMove
from lots.states import ChangeKind, CompetitionState, MoveCause

BEGUN = "opening_begun", _("The opening has begun, so the deadline moves no more")


@transaction.atomic
def apply_incident_rule(*, competition, outage, at):
    """Move the deadline by the written rule; gives the DeadlineMove, or None where nothing moves.

    However often and by however many it is run, an outage moves a competition's deadline once.
    Nobody decides anything here: the database works the new deadline out, and refuses any other.
    """
    competition = Competition.objects.select_for_update().get(pk=competition.pk)
    if competition.state != CompetitionState.PUBLISHED:
        return None
    if competition.moves.filter(outage=outage).exists() or moves_to(competition, outage) is None:
        return None
    move = DeadlineMove.objects.create(
        competition=competition, cause=MoveCause.INCIDENT, outage=outage, moved_at=at
    )
    move.refresh_from_db()
    moved = following_dates(competition, move.closes_at_after, at=at)
    for name, value in moved.items():
        setattr(competition, name, value)
    with refusing(deadline_stands_once_opening_began=BEGUN):
        save(competition, *moved)
    note(
        competition,
        ChangeKind.INCIDENT,
        _summary(move),
        _reason(move),
        by=None,
        at=at,
        of=[move.reference, outage.reference],
        closed_at_before=move.closed_at_before,
        closes_at_after=move.closes_at_after,
    )
    return move


def moves_to(competition, outage):
    """Where `outage` moves the deadline, by the database's own reckoning; None: nowhere."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT moves_to FROM lots_incident_deadline(%s, %s)", [competition.pk, outage.pk]
        )
        return cursor.fetchone()[0]


def _summary(move):
    return now_("Bids now close on %(after)s (was %(before)s).") % {
        "after": moment_with_zone(move.closes_at_after),
        "before": moment_with_zone(move.closed_at_before),
    }


def _reason(move):
    """The outage and the row of the table, in words, for everybody to read."""
    outage, step = move.outage, move.step
    minutes = max(1, round(move.counted_seconds / 60))
    said = {
        "began": moment(outage.began_at),
        "ended": moment(outage.ended_at),
        "version": step.rule.version,
        "longer": span_of_minutes(step.extension_minutes),
        "total": ngettext("%d minute", "%d minutes", minutes) % minutes,
    }
    return (
        now_(
            "The portal could not take bids in from %(began)s to %(ended)s. Together with earlier"
            " outages %(total)s count. The incident rule, version %(version)s, gives"
            " %(longer)s more."
        )
        if step.case == "total"
        else now_(
            "The portal could not take bids in from %(began)s to %(ended)s, when bids were to"
            " close. The incident rule, version %(version)s, gives %(longer)s from the end of"
            " the outage."
        )
    ) % said
