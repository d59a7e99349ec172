"""What the integrity officer is told without anybody telling it, and that it was settled."""

from django.db import transaction
from django.utils.translation import gettext as _

from contracts.confidence import concealed_reason
from contracts.models import IntegrityFinding
from framework_portal.refusals import Refused


def raise_integrity_finding(kind, *, key, at, facts=None, **about):
    """Keep a finding once for its `key`, whoever comes and looks again; answers whether it is new.

    `about` names commissioner, supplier, lead and lot, and the report where there is one.
    """
    row = IntegrityFinding(kind=kind, key=key, facts=facts or {}, raised_at=at, **about)
    before = IntegrityFinding.objects.filter(key=key)
    if before.exists():
        return False
    IntegrityFinding.objects.bulk_create([row], ignore_conflicts=True)
    return before.filter(reference=row.reference).exists()


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
