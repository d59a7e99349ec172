"""Tell the integrity officer what subcontractors said of exclusivity, once the bids are open."""

from django.utils import timezone

from bids.selectors.exclusivity import told_of_opened
from contracts.actions.integrity import raise_integrity_finding
from contracts.models import IntegrityFinding
from contracts.states import IntegrityKind


def raise_what_was_told(*, at):
    """One finding for each place in a bid, however often it was said; answers how many are new."""
    new = 0
    held = set(
        IntegrityFinding.objects.filter(kind=IntegrityKind.EXCLUSIVITY).values_list(
            "key", flat=True
        )
    )
    for answer in told_of_opened():
        consent = answer.consent
        bid, key = consent.bid, _key(consent)
        if key in held:
            continue
        held.add(key)
        new += raise_integrity_finding(
            IntegrityKind.EXCLUSIVITY,
            key=key,
            at=at,
            facts={
                "said_on": timezone.localdate(answer.said_at).isoformat(),
                "bid": str(bid.reference),
                "entry": str(consent.entry),
            },
            commissioner_id=bid.lot.competition.commissioner_id,
            supplier_id=consent.supplier_id,
            lead_id=bid.supplier_id,
            lot_id=bid.lot_id,
        )
    return new


def _key(consent):
    return f"exclusivity:{consent.bid.reference}:{consent.entry}"
