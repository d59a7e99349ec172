"""What is known of a supplier: what runs out, what was found, where it works, what it waits for."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count
from django.utils.translation import gettext as _

from framework_portal.reference.models import Area
from suppliers import periods
from suppliers.models import (
    Application,
    CheckResult,
    Evidence,
    Invitation,
    Qualification,
    RemovalNotice,
)
from suppliers.selectors.findings import with_seen
from suppliers.states import ApplicationState, Outcome, QualificationState

# How long before something runs out it shows up among an organisation's dates.
NOTICE = timedelta(days=60)


@dataclass(frozen=True)
class Dated:
    """Something of an organisation that happens, or is due, at an instant."""

    kind: str
    at: datetime
    words: str
    url_name: str
    reference: str


def dated_things(supplier, *, at):
    """What runs out or is waited for: documents, qualifications, applications; soonest first."""
    return sorted(
        [
            *_documents(supplier, at),
            *_qualifications(supplier, at),
            *_applications(supplier),
            *_notices(supplier),
        ],
        key=lambda thing: thing.at,
    )


def _documents(supplier, at):
    until = (at + NOTICE).date()
    for one in Evidence.objects.filter(
        supplier=supplier, replaced_at=None, expires_on__lte=until
    ).select_related("question"):
        yield Dated(
            "evidence_expiring",
            periods.day_end(one.expires_on),
            _("A document runs out: %(what)s") % {"what": one.question.condition or one.question},
            "supplier:evidence_list",
            str(supplier.reference),
        )


def _qualifications(supplier, at):
    for one in Qualification.objects.filter(
        supplier=supplier, state=QualificationState.GRANTED, expires_at__lte=at + NOTICE
    ).select_related("category"):
        yield Dated(
            "qualification_expiring",
            one.expires_at,
            _("Your qualification ends: %(category)s") % {"category": one.category},
            "supplier:joining",
            str(supplier.reference),
        )


def _applications(supplier):
    for one in Application.objects.filter(
        supplier=supplier, state__in=[ApplicationState.RETURNED, ApplicationState.SUBMITTED]
    ):
        is_returned = one.state == ApplicationState.RETURNED
        yield Dated(
            "more_needed" if is_returned else "decision_due",
            one.returned_at if is_returned else decision_due(one),
            _("We need more for your application to join")
            if is_returned
            else _("Your application to join is decided by then"),
            "supplier:application_detail",
            str(one.reference),
        )


def _notices(supplier):
    for one in open_notices(supplier).filter(replied_at=None):
        yield Dated(
            "removal_notice",
            one.reply_by,
            _("Answer before you may be removed: %(category)s")
            % {"category": one.qualification.category},
            "supplier:removal_notice",
            str(one.reference),
        )


def decision_due(application):
    """By when an application is decided; None for one that is not in."""
    if application.submitted_at is None:
        return None
    return periods.after(application.submitted_at, periods.DECISION)


def findings_to_mend(supplier, *, is_assessor=False):
    """What the compliance checks found and somebody should mend, worst first."""
    found = CheckResult.objects.filter(supplier=supplier, is_current=True)
    found = found.exclude(outcome=Outcome.PASS).order_by("outcome", "check_code")
    return with_seen(found, is_assessor=is_assessor)


def open_notices(supplier):
    """Notices before a removal that are not settled yet."""
    return RemovalNotice.objects.filter(
        qualification__supplier=supplier, settled_at=None
    ).select_related("qualification__category")


def open_invitations(user, *, at):
    """The invitations waiting for `user`, whose address is theirs."""
    return Invitation.objects.filter(
        email__iexact=user.email, accepted_at=None, cancelled_at=None, expires_at__gt=at
    ).select_related("supplier")


def areas_by_region(areas):
    """`areas` grouped by the larger area they lie in: [(name, [names], whole)], for reading."""
    areas = list(areas.select_related("parent").order_by("position", "name"))
    sizes = _parts_of({area.parent_id for area in areas if area.parent_id})
    groups = {}
    for area in areas:
        groups.setdefault(area.parent or area, []).append(area)
    return [
        {
            "name": region.name,
            "parts": [part.name for part in parts if part != region],
            "is_whole": parts == [region] or len(parts) == sizes.get(region.pk),
        }
        for region, parts in sorted(
            groups.items(), key=lambda pair: (pair[0].level_id, pair[0].position, pair[0].name)
        )
    ]


def _parts_of(regions):
    parts = Area.objects.filter(parent__in=regions).order_by().values("parent")
    return {row["parent"]: row["n"] for row in parts.annotate(n=Count("pk"))}
