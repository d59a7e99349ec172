"""Abandoning a competition: it ends without an award, and everybody may read why."""

from django.db import transaction
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from framework_portal.audit import trail
from framework_portal.refusals import Refused
from lots.actions.locking import locked, save
from lots.actions.record import note
from lots.states import ChangeKind


@trail.keeps_refusals("competition.abandonment_refused", of="competition")
@transaction.atomic
def abandon_competition(*, competition, reason, by, at, edition=None):
    """End it for good. A published one stays readable, with the reason; a draft was never read."""
    competition = locked(competition, "abandon", edition=edition)
    if not reason.strip():
        raise Refused("no_reason", _("Say why you are abandoning it"), field="reason")
    competition.abandoned_at, competition.abandoned_by = at, by
    competition.abandoned_because = reason
    save(competition, "state", "abandoned_at", "abandoned_by", "abandoned_because")
    if competition.published_at is None:
        trail.record("competition.abandoned", competition, by=by)
    else:
        summary = now_("The competition was abandoned. No award will be made.")
        note(competition, ChangeKind.ABANDONED, summary, reason, by=by, at=at)
    return competition
