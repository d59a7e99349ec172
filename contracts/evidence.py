"""What `verify_audit` walks of this app's evidence."""

from contracts.actions.anchoring import VERB, digest_of
from contracts.models import ConfidentialAnchor
from framework_portal.audit.evidence import evidence
from framework_portal.audit.models import AuditEvent


@evidence("confidential rows")
def rows_are_as_anchored(chain):
    """The newest digest of each day's morning, against the rows and against the trail."""
    for anchor in ConfidentialAnchor.objects.order_by("day").iterator():
        said = AuditEvent.objects.about(anchor).filter(verb=VERB).first()
        if said is None or said.details.get("digest") != anchor.digest:
            yield f"The digest of {anchor.day} is not the one in the trail"
        elif digest_of(anchor) != anchor.digest:
            yield f"What was kept by {anchor.day} is not as it was"
