"""How long things take here. The rows of `Period` decide; these stand in where there is none."""

from calendar import monthrange
from datetime import datetime, time

from django.utils import timezone

from framework_portal.reference import calendar
from framework_portal.reference.models import Period

INVITATION = "colleague-invitation"
ORGANISATION_INVITATION = "organisation-invitation"
DECISION = "application-decision"
REMOVAL_REPLY = "removal-reply"
USUAL = {
    INVITATION: Period(slug=INVITATION, name="A colleague's invitation is open for", days=7),
    ORGANISATION_INVITATION: Period(
        slug=ORGANISATION_INVITATION,
        name="An invitation of an organisation named in a bid is open for",
        days=28,
    ),
    # Procurement Act 2023 s.36(6): within a reasonable period.
    DECISION: Period(
        slug=DECISION, name="An application to join is decided within", working_days=20
    ),
    # Procurement Act 2023 s.37 and s.58: heard first.
    REMOVAL_REPLY: Period(
        slug=REMOVAL_REPLY, name="A supplier may answer before it is removed, for", working_days=10
    ),
}


def length(slug):
    """The period called `slug`."""
    return Period.objects.filter(slug=slug).first() or USUAL[slug]


def after(instant, slug):
    """When the period called `slug`, begun at `instant`, ends."""
    return calendar.after(instant, length(slug))


def day_end(on):
    """The last second of the day `on`, as London has it."""
    return timezone.make_aware(datetime.combine(on, time(23, 59, 59)))


def months_after(instant, months):
    """The same day and time `months` later; the month's last day where it has no such day."""
    year, month = divmod(instant.year * 12 + instant.month - 1 + months, 12)
    day = min(instant.day, monthrange(year, month + 1)[1])
    return instant.replace(year=year, month=month + 1, day=day)
