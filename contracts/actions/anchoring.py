"""Proof that nothing said in confidence was changed, without an event that tells it was said.

An audit event for each report would show an administrator when there is one, and by whom. So the
trail gets one event a day, on days on which nobody said anything too: a digest of all rows under a
random salt, which says nothing of them and changes every day.
"""

import hashlib
import os
from datetime import timedelta

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from contracts.models import (
    ConfidentialAnchor,
    ConfidentialMessage,
    ConfidentialReading,
    ConfidentialReport,
    IntegrityFinding,
)
from framework_portal.audit import trail
from framework_portal.sealing.canonical import canonical

VERB = "confidence.anchored"
SALT_BYTES = 32
# Older rows have been committed, and so has every row with a lower number.
SETTLED = timedelta(hours=1)
# What never changes of each table.
COLUMNS = {
    ConfidentialReport: [
        *("reference", "subcontractor_id", "consent_id", "commissioner_id", "supplier_id"),
        *("lead_id", "lot_id", "kind", "only_author", "made_at", "made_by_id", "answer_due"),
    ],
    ConfidentialMessage: ["reference", "report_id", "from_officer", "words", "made_at"],
    IntegrityFinding: ["reference", "kind", "key", "supplier_id", "lead_id", "raised_at"],
    ConfidentialReading: ["report_id", "officer_id", "read_at"],
}
INSTANTS = {IntegrityFinding: "raised_at", ConfidentialReading: "read_at"}


@transaction.atomic
def anchor_confidence(*, at):
    """Today's digest, made where there is none yet."""
    day = timezone.localdate(at)
    if ConfidentialAnchor.objects.filter(day=day).exists():
        return
    reaches = {model._meta.model_name: _last(model, at - SETTLED) for model in COLUMNS}
    anchor = ConfidentialAnchor(day=day, salt=os.urandom(SALT_BYTES), reaches=reaches)
    anchor.digest = digest_of(anchor)
    ConfidentialAnchor.objects.bulk_create([anchor], ignore_conflicts=True)
    if ConfidentialAnchor.objects.filter(day=day, digest=anchor.digest).exists():
        trail.record(VERB, ConfidentialAnchor.objects.get(day=day), digest=anchor.digest)


def digest_of(anchor):
    """The digest of the rows that `anchor` reaches, as they are now."""
    whole = hashlib.sha256(bytes(anchor.salt))
    for model, columns in COLUMNS.items():
        # A digest of before there was such a table reaches none of its rows.
        rows = model.objects.filter(pk__lte=anchor.reaches.get(model._meta.model_name, 0))
        for row in rows.order_by("pk").values_list(*columns).iterator():
            whole.update(hashlib.sha256(canonical([_text(value) for value in row])).digest())
    return whole.hexdigest()


def _last(model, before):
    instant = INSTANTS.get(model, "made_at")
    return (
        model.objects.filter(**{f"{instant}__lte": before}).aggregate(last=Max("pk"))["last"] or 0
    )


def _text(value):
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    return value.isoformat() if hasattr(value, "isoformat") else value
