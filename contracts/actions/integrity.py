"""What the integrity officer is told without anybody telling it, and that it was settled."""

from django.db import transaction
from django.utils.translation import gettext as _

from contracts.actions.voice import listeners
from contracts.confidence import concealed_reason
from contracts.models import IntegrityFinding
from framework_portal.notifications import outbox
from framework_portal.notifications.models import CONFIDENTIAL
from framework_portal.refusals import Refused


def raise_integrity_finding(kind, *, key, at, facts=None, **about):
    """Keep a finding once for its `key`, whoever comes and looks again; answers whether it is new.

    `about` names commissioner, supplier, lead and lot, and the report where there is one.
    """
    row = IntegrityFinding(kind=kind, key=key, facts=facts or {}, raised_at=at, **about)
    before = IntegrityFinding.objects.filter(key=key)
    if before.exists():
        return False
    with transaction.atomic():
        IntegrityFinding.objects.bulk_create([row], ignore_conflicts=True)
        if not before.filter(reference=row.reference).exists():
            return False
        people = listeners(row.commissioner_id, row.lead_id)
        prefix = f"{CONFIDENTIAL}{row.reference}"
        letters = [{"to": each.email, "key": f"{prefix}:{each.reference}"} for each in people]
        outbox.queue_many("confidential_waiting", letters)
    return True


@transaction.atomic
def settle_integrity_finding(*, finding, words, by, at):
    """The officer has looked, and says what came of it; nothing settles it twice."""
    finding = IntegrityFinding.objects.select_for_update().get(pk=finding.pk)
    if finding.settled_at is not None:
        raise Refused("settled", _("Somebody has settled this already"))
    finding.settled_at, finding.settled_by = at, by
    finding.settled_because = concealed_reason(finding, words)
    finding.save(update_fields=["settled_at", "settled_by", "settled_because"])
    return finding
