"""The head of the trail, signed every day: whoever rewrites history cannot sign it again."""

from django.db import transaction
from django.utils import timezone

from framework_portal.audit import trail
from framework_portal.audit.models import AuditHead
from framework_portal.sealing.signing import instant


@transaction.atomic
def sign_head(*, at):
    """Today's signed head, made where there is none yet; None while the trail is empty."""
    day = timezone.localdate(at)
    seq, digest = trail.head()
    existing = AuditHead.objects.filter(day=day).first()
    if existing is not None or not seq:
        return existing
    head = AuditHead(day=day, seq=seq, hash=digest, signed_at=at)
    head.say(
        {
            "kind": "audit-head",
            "version": 1,
            "day": day,
            "number": seq,
            "hash": digest,
            "signed_at": instant(at),
        }
    )
    AuditHead.objects.bulk_create([head], ignore_conflicts=True)
    return AuditHead.objects.get(day=day)
