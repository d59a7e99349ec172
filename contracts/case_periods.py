"""How long each step of a requested change may take: rows of the reference data."""

from django.utils import timezone

from framework_portal.reference.calendar import add_working_days
from framework_portal.reference.models import Period

VIEW, DECISION = "change-view", "change-decision"
EMERGENCY_DECISION, REVIEW = "change-emergency-decision", "change-review"
# Until the reference data is loaded.
USUAL = {VIEW: 10, DECISION: 20, EMERGENCY_DECISION: 2, REVIEW: 20}


def day_after(slug, at):
    """The last day of the period `slug` that begins at the instant `at`."""
    found = Period.objects.filter(slug=slug).values_list("working_days", flat=True).first()
    return add_working_days(timezone.localdate(at), found or USUAL[slug])
