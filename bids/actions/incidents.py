"""After an outage: move the deadlines it touched, and tell everybody whom a move concerns.

Run every minute by the worker, and by the watcher when the portal is back: whichever comes first.
Both may run at once; the locks and keys below make each move and each mail happen once.
"""

import hashlib
import logging
from datetime import timedelta
from functools import wraps

from django.db import connection, transaction

from bids.actions.reminders import book, cancel_untrue, invited_to, person_of, to_writers
from bids.models import ClarificationAsker
from framework_portal.notifications.models import Message
from framework_portal.refusals import Refused
from framework_portal.watch.models import Outage
from lots.actions.incidents import apply_incident_rule
from lots.models import Competition, CompetitionChange, Lot
from lots.selectors import officers_of
from lots.states import BY_RULE
from suppliers.models import Supplier
from suppliers.selectors.matching import matching_competitions

logger = logging.getLogger(__name__)

# Outages are settled within minutes; what lies further back was, or moves nothing any more.
LOOKED_BACK = timedelta(days=14)

TOUCHED = """
SELECT c.id, o.id FROM lots_competition c
JOIN reference_incidentrule r ON r.id = c.incident_rule_id
JOIN watch_outage o ON o.began_at < c.closes_at AND o.recorded_at > %(since)s AND o.ended_at >
  coalesce(c.set_to_close_at, c.closes_at) - make_interval(hours => r.counted_hours)
WHERE c.state = 'published' AND c.closes_at > %(since)s AND (%(only)s IS NULL OR c.id = %(only)s)
  AND NOT EXISTS (
    SELECT 1 FROM lots_deadlinemove m WHERE m.competition_id = c.id AND m.outage_id = o.id)
ORDER BY o.ended_at, o.id, c.id
"""


def settle(*, at, competition=None):
    """Apply the incident rule to every outage and competition that it may concern.

    Gives the moves that were made. A competition that cannot be moved, because its opening has
    begun, stops none of the others.
    """
    moves = []
    only = competition.pk if competition else None
    with connection.cursor() as cursor:
        cursor.execute(TOUCHED, {"since": at - LOOKED_BACK, "only": only})
        pairs = cursor.fetchall()
    for pk, outage in pairs:
        try:
            move = apply_incident_rule(
                competition=Competition(pk=pk), outage=Outage(pk=outage), at=at
            )
        except Refused as refusal:
            logger.warning("Competition %s: %s", pk, refusal.code)
            continue
        if move is not None:
            moves.append(move)
    if moves:
        tell_moves(at=at)
    return moves


def settled_first(action):
    """Decorate an act towards opening, outside its transaction: outages are settled before it.

    The watch may have written one down a moment ago, and an opening ends every move.
    """

    @wraps(action)
    def settled(*, competition, at, **kwargs):
        settle(at=at, competition=competition)
        return action(competition=competition, at=at, **kwargs)

    return settled


def tell_moves(*, at):
    """Each move of a deadline by a rule, once, to all it concerns; gives how many mails went.

    Bidders, those invited or matching, those who asked, and the officers, at once and alike.
    """
    recent = CompetitionChange.objects.filter(
        kind__in=BY_RULE, made_at__gt=at - LOOKED_BACK, closes_at_after__gt=at
    ).select_related("competition")
    cancel_untrue(recent)
    return sum(_tell(change) for change in recent)


@transaction.atomic
def _tell(change):
    prefix, competition = f"moved:{change.reference}:", change.competition
    if Message.objects.filter(key__startswith=prefix).exists():
        return 0
    rows = [
        {
            "key": prefix + hashlib.sha256(address.encode()).hexdigest()[:32],
            "to": address,
            "context": {
                "competition": str(competition.reference),
                "change": change.kind,
                "closes_at": change.closes_at_after,
            },
            "expires_at": change.closes_at_after,
        }
        for address in sorted(_concerned(competition))
    ]
    return book("deadline_moved", rows)


def _concerned(competition):
    """The addresses of everybody whom the deadline concerns, each once."""
    members = to_writers(
        Supplier.objects.filter(bids__lot__competition=competition), ""
    ).values_list(person_of("")[1], flat=True)
    lots = Lot.objects.filter(competition=competition)
    matching = {supplier for _, supplier in matching_competitions(lots, at=competition.closes_at)}
    contacts = Supplier.objects.filter(pk__in=matching).values_list("contact_email", flat=True)
    askers = ClarificationAsker.objects.filter(
        clarification__competition=competition, asked_by__is_active=True
    ).values_list("asked_by__email", flat=True)
    officers = officers_of(competition).values_list("email", flat=True)
    found = [*members, *contacts, *invited_to(competition), *askers, *officers]
    return {address.lower() for address in found if address}
