"""Mails to those who will open the bids. Each holds a link; each is sent once.

Run twice, late or in parallel, nothing is sent twice: the key of a message names its effect. The
deadline is part of the key, so that a deadline that moved is reminded of afresh.
"""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from framework_portal.audit import trail
from framework_portal.notifications import outbox
from lots.checks.openers import REHEARSE_WITHIN, rehearsals
from lots.models import Competition, CompetitionChange
from lots.selectors import openers_of
from lots.states import ChangeKind

NOTICES = [REHEARSE_WITHIN, timedelta(hours=24)]
# Changes of the timetable that are older have nothing waiting any more.
CHANGES_LAST = timedelta(days=3)


@transaction.atomic
def ask_openers(*, competition, by, at):
    """Ask those openers of a draft who have not proven a passphrase, once a day each.

    Answers whom: those who were asked, now or earlier today.
    """
    lacking = [each.user for each in openers_of(competition, at=at) if not each.is_proven]
    today = timezone.localdate(at).isoformat()
    outbox.queue_many(
        "opener_asked",
        [
            {
                "key": f"opener-asked:{competition.reference}:{user.pk}:{today}",
                "to": user.email,
                "context": {"competition": competition.reference},
            }
            for user in lacking
        ],
    )
    people = sorted(str(user.reference) for user in lacking)
    trail.record("competition.openers_asked", competition, by=by, openers=people)
    return lacking


def remind_openers(*, at):
    """Two days and one day before closing: openers who have not rehearsed. Of two, the nearest."""
    _cancel_untrue(at)
    closing = Competition.objects.open(at=at).filter(closes_at__lte=at + REHEARSE_WITHIN)
    by_pk = {competition.pk: competition for competition in closing}
    found = rehearsals(by_pk.values(), at=at)
    rows = [
        _row(by_pk[pk], standing.user, at)
        for pk, rehearsal in found.items()
        for standing in rehearsal.lacking
        if standing.user.is_active
    ]
    return outbox.queue_many("rehearsal_due", rows) if rows else 0


def deadline_key(competition, closes_at):
    """How the keys of all reminders of one deadline begin."""
    return f"rehearsal:{competition.reference}:{closes_at.isoformat()}:"


def _row(competition, user, at):
    closes_at = competition.closes_at
    notice = min(each for each in NOTICES if closes_at - each <= at)
    hours = f"{notice.total_seconds() / 3600:.0f}h"
    return {
        "key": f"{deadline_key(competition, closes_at)}{user.pk}:{hours}",
        "to": user.email,
        "context": {"competition": competition.reference, "closes_at": closes_at},
        "expires_at": closes_at,
    }


def _cancel_untrue(at):
    """What waits to be sent of a deadline that was moved, or is no more."""
    for change in CompetitionChange.objects.filter(
        Q(kind=ChangeKind.ABANDONED) | Q(closed_at_before__isnull=False),
        made_at__gt=at - CHANGES_LAST,
    ).select_related("competition"):
        competition, before = change.competition, change.closed_at_before
        if change.kind == ChangeKind.ABANDONED:
            outbox.cancel(f"rehearsal:{competition.reference}:")
        elif before != competition.closes_at:
            outbox.cancel(deadline_key(competition, before))
