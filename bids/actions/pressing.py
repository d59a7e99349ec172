"""A press that has arrived and waits for the password: kept as evidence of an attempt."""

from django.db import transaction

from framework_portal.audit import trail


@transaction.atomic
def note_asked_again(*, bid, by, verb, message):
    """Keep that `by` was asked for the password before anything was done, and what was shown."""
    shown = {"code": "asked_again", "message": str(message)}
    trail.record(verb, bid, by=by, outcome="refused", **shown)
