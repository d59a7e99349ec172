"""What every act on a published competition begins and ends with: its lock, and its public row."""

from django.utils.translation import gettext_lazy as _

from framework_portal.audit import trail
from framework_portal.refusals import Refused
from lots.actions.locking import locked
from lots.models import CompetitionChange


def open_for_change(competition, *, at, edition=None):
    """The competition, locked, published and not yet closed."""
    competition = locked(competition, "change", edition=edition)
    if not competition.is_open(at=at):
        raise Refused("closed", _("Bids have closed, so nothing can be changed any more"))
    return competition


def note(competition, kind, summary, reason, *, by, at, of=(), **deadlines):
    """The row that everybody may read, and the evidence."""
    change = CompetitionChange.objects.create(
        competition=competition,
        kind=kind,
        summary=summary,
        reason=reason,
        made_at=at,
        made_by=by,
        **deadlines,
    )
    trail.record(
        f"competition.{kind}",
        competition,
        by=by,
        change=str(change.reference),
        of=[str(name) for name in of],
    )
    return change
