"""Asking those who may submit a bid to do it."""

from django.db import transaction
from django.utils.translation import gettext as _

from bids.actions.drafting import locked, refuse_closed
from framework_portal.audit import trail
from framework_portal.notifications import outbox
from framework_portal.refusals import Refused


@transaction.atomic
def ask_to_submit(*, bid, by, at):
    """Mail the people who may submit `bid` that it waits for them; answers who they are.

    Once an hour, however often and by however many colleagues the button is pressed.
    """
    bid = locked(bid)
    refuse_closed(bid.lot.competition, at)
    people = [each.user for each in bid.supplier.memberships.submitters()]
    if not people:
        raise Refused(
            "nobody_may_submit",
            _("Nobody in your organisation may submit bids now. Ask an owner to change that"),
        )
    rows = [
        {
            "key": f"submission_asked:{bid.reference}:{person.reference}:{at:%Y-%m-%dT%H}",
            "to": person.email,
            "context": {"bid": str(bid.reference), "closes_at": bid.lot.competition.closes_at},
            "expires_at": bid.lot.competition.closes_at,
        }
        for person in people
    ]
    if outbox.queue_many("submission_asked", rows):
        trail.record("bid.submission_asked", bid, by=by, asked=len(people))
    return people
