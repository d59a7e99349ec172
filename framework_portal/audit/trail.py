"""Writing evidence. Called by actions, inside their transaction, as the last thing they do.

The chain grows under one lock that is held until the transaction ends: whoever records early
makes everybody else wait.
"""

import json
from functools import wraps

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

from framework_portal.audit.chain import GENESIS
from framework_portal.audit.models import AuditEvent
from framework_portal.audit.querysets import identity
from framework_portal.refusals import Refused


def record(verb, subject, *, by=None, outcome="done", **details):
    """Keep that `by` did `verb` to `subject`. `details` are ids and facts: no names, no content."""
    event = _event(verb, subject, by, outcome, details)
    event.save(force_insert=True)
    return event


def record_many(verb, subjects, *, by=None, outcome="done", **details):
    """`record`, for many subjects of the same act, in one statement."""
    events = [_event(verb, subject, by, outcome, details) for subject in subjects]
    return AuditEvent.objects.bulk_create(events, batch_size=1000)


def head():
    """The number and hash of the last event that can be seen: what signed statements anchor."""
    newest = AuditEvent.objects.order_by("-seq").values_list("seq", "hash").first()
    return newest or (0, GENESIS)


def keeps_refusals(verb, *, of):
    """Decorate an action, outside its transaction: a refused attempt is kept as evidence.

    `of` names the keyword argument that is the subject; where it is missing or None (a thing
    that was to be made), the person asking is the subject. Put it on the outermost action only:
    a transaction around it that rolls back takes the evidence with it.
    """

    def decorate(action):
        @wraps(action)
        def kept(**kwargs):
            try:
                return action(**kwargs)
            except Refused as refusal:
                _keep(verb, kwargs.get(of), kwargs.get("by"), refusal)
                raise

        return kept

    return decorate


def _keep(verb, subject, by, refusal):
    subject = by if subject is None else subject
    if subject is None or subject.pk is None:
        return
    shown = {"code": refusal.code, "message": str(refusal.recorded)}
    with transaction.atomic():
        record(verb, subject, by=by, outcome="refused", **shown)


def _event(verb, subject, by, outcome, details):
    return AuditEvent(
        actor=by if by is not None and by.pk is not None else None,
        verb=verb,
        outcome=outcome,
        detail_text=json.dumps(
            details, sort_keys=True, separators=(",", ":"), cls=DjangoJSONEncoder
        ),
        **identity(subject),
    )
