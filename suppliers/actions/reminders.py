"""Reminding of what runs out: documents and qualifications, each notice once."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from framework_portal.notifications import outbox
from suppliers import periods
from suppliers.models import Evidence, Membership, Qualification, RemovalNotice
from suppliers.states import MemberRole, QualificationState
from suppliers.versions import version_of

# Days before the end. Only the nearest that is due is sent, so that an outage ends in no burst.
NOTICES = (60, 30, 7)
REMOVAL_NOTICE = 2


@transaction.atomic
def remind_of_evidence(*, at):
    """Queue what is now due for documents; answers how many messages are new."""
    today = timezone.localdate(at)
    newest = {}
    for one in (
        Evidence.objects.filter(replaced_at=None, expires_on__isnull=False)
        .filter(expires_on__gte=today)
        .select_related("supplier")
        .order_by("expires_on")
    ):
        newest[one.supplier_id, one.question_id] = one
    due = [
        (one.supplier, one, notice)
        for one in newest.values()
        if (notice := _due((one.expires_on - today).days)) is not None
    ]
    return outbox.queue_many("evidence_expiring", _rows(due, _of_evidence))


@transaction.atomic
def remind_of_qualifications(*, at):
    """Queue what is now due for qualifications; answers how many messages are new."""
    found = Qualification.objects.filter(
        state=QualificationState.GRANTED,
        expires_at__gt=at,
        expires_at__lte=at + timedelta(days=max(NOTICES)),
    ).select_related("supplier")
    due = [(one.supplier, one, _due_before(one.expires_at - at)) for one in found]
    return outbox.queue_many("qualification_expiring", _rows(due, _of_qualification))


@transaction.atomic
def remind_of_removal_notices(*, at):
    """Queue what is now due of open notices that nobody answered; answers how many are new."""
    found = RemovalNotice.objects.filter(
        settled_at=None,
        replied_at=None,
        reply_by__gt=at,
        reply_by__lte=at + timedelta(days=REMOVAL_NOTICE),
    ).select_related("qualification__supplier")
    due = [(one.qualification.supplier, one, REMOVAL_NOTICE) for one in found]
    return outbox.queue_many("removal_notice_reminder", _rows(due, _of_removal_notice))


def _due(days):
    """The nearest notice due so many days before the end."""
    return min((notice for notice in NOTICES if days <= notice), default=None)


def _due_before(left):
    return min(notice for notice in NOTICES if left <= timedelta(days=notice))


def _of_evidence(one):
    ends = periods.day_end(one.expires_on)
    return f"evidence_expiring:{one.reference}:{one.expires_on}", {"expires_on": ends}, ends


def _of_qualification(one):
    key = f"qualification_expiring:{one.reference}:{one.expires_at.isoformat()}"
    return key, {"expires_at": one.expires_at}, one.expires_at


def _of_removal_notice(one):
    context = {"notice": str(one.reference), "reply_by": one.reply_by}
    return f"removal_notice_reminder:{one.reference}", context, one.reply_by


def _rows(due, described):
    """A message for the contact and each owner of the suppliers that are due, in one query."""
    owners = {}
    for supplier, email in Membership.objects.filter(
        supplier__in={supplier.pk for supplier, _one, _notice in due},
        role=MemberRole.OWNER,
        user__is_active=True,
    ).values_list("supplier", "user__email"):
        owners.setdefault(supplier, []).append(email)
    for supplier, one, notice in due:
        key, context, ends = described(one)
        people = [supplier.contact_email, *owners.get(supplier.pk, [])]
        for address in dict.fromkeys(person.lower() for person in people):
            yield {
                "to": address,
                "key": f"{key}:{notice}:{version_of(address)}",
                "context": {"supplier": str(supplier.reference), **context},
                "expires_at": ends,
            }
