"""Keeping the integrity officers to their twenty working days. No mail says more than that."""

from datetime import timedelta

from django.db.models import Exists, OuterRef
from django.utils import timezone

from contracts.actions.voice import listeners
from contracts.models import ConfidentialReport, Contract
from framework_portal.notifications import outbox
from framework_portal.notifications.models import CONFIDENTIAL
from framework_portal.reference.models import Commissioner, Officer
from framework_portal.reference.states import OfficerRole
from suppliers.models import Membership

AHEAD = timedelta(days=7)


def remind_listeners(*, at):
    """A mail a week to each officer who has an answer due in seven days, or overdue."""
    waiting = ConfidentialReport.objects.unanswered().filter(answer_due__lte=at + AHEAD)
    pairs = waiting.order_by().values_list("commissioner", "lead").distinct()
    people = {person for pair in pairs for person in listeners(*pair)}
    rows = [{"to": person.email, "key": _weekly("reminder", person, at)} for person in people]
    return outbox.queue_many("confidential_waiting", rows)


def ask_for_listeners(*, at):
    """A mail a week to each body with a named supply chain of which no integrity officer may read.

    An officer who belongs to the lead is none for its contracts. Whether anybody has reported
    anything does not come into it.
    """
    named = Contract.objects.filter(is_history=False, subcontractors__supplier__isnull=False)
    leads = Membership.objects.filter(
        user=OuterRef("user"), supplier=OuterRef(OuterRef("supplier"))
    ).order_by()
    hear = Officer.objects.filter(
        ~Exists(leads),
        commissioner=OuterRef("commissioner"),
        role=OfficerRole.INTEGRITY,
        user__is_active=True,
    )
    unheard = named.filter(~Exists(hear)).order_by()
    bodies = Commissioner.objects.filter(pk__in=unheard.values("commissioner"))
    rows = [{"to": body.contact_email, "key": _weekly("nobody", body, at)} for body in bodies]
    return outbox.queue_many("integrity_officer_missing", rows)


def _weekly(what, whose, at):
    year, week, _day = timezone.localdate(at).isocalendar()
    return f"{CONFIDENTIAL}{what}:{whose.reference}:{year}-{week}"
