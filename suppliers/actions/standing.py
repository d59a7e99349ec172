"""A supplier's standing after it was granted: suspended, reinstated, renewed, removed, moved."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from framework_portal.audit import trail
from framework_portal.reference.models import Area
from framework_portal.refusals import Refused
from suppliers import periods
from suppliers.actions.telling import check_soon, tell
from suppliers.models import (
    Qualification,
    QualificationDecision,
    RemovalNotice,
    Supplier,
)
from suppliers.states import QUALIFICATION
from suppliers.versions import choice_version

# These moves take something away, so they need reasons.
NEED_REASONS = {"refuse", "suspend", "remove"}
NO_REASONS = _("Give your reasons: the supplier reads them")


def decide(qualification, move, *, reasons, by, at, **changes):
    """Make `move` on a locked qualification and keep the decision. Part of an action."""
    reasons = reasons.strip()
    reached = QUALIFICATION.target(move, qualification.state)
    if move in NEED_REASONS and not reasons:
        raise Refused(
            "no_reasons", _("Give your reasons: the supplier reads them"), field="reasons"
        )
    qualification.state, qualification.reasons = reached, reasons
    qualification.decided_at, qualification.decided_by = at, by
    for name, value in changes.items():
        setattr(qualification, name, value)
    qualification.save(update_fields=["state", "reasons", "decided_at", "decided_by", *changes])
    QualificationDecision.objects.create(
        qualification=qualification,
        move=move,
        state=reached,
        reasons=reasons,
        decided_at=at,
        decided_by=by,
    )


@trail.keeps_refusals("qualification.suspension_refused", of="qualification")
@transaction.atomic
def suspend_qualification(*, qualification, reasons, by, at):
    """Let the supplier match no lot in this category, from now on."""
    return _move(qualification, "suspend", "suspended", reasons, by, at)


@trail.keeps_refusals("qualification.reinstatement_refused", of="qualification")
@transaction.atomic
def reinstate_qualification(*, qualification, reasons, by, at):
    """Let a suspended supplier match again."""
    return _move(qualification, "reinstate", "reinstated", reasons, by, at)


@trail.keeps_refusals("qualification.renewal_refused", of="qualification")
@transaction.atomic
def renew_qualification(*, qualification, reasons, expires_at, by, at):
    """Let a qualification stand until `expires_at`."""
    if expires_at <= at:
        raise Refused("past", _("The new end must be in the future"), field="expires_on")
    return _move(qualification, "renew", "renewed", reasons, by, at, expires_at=expires_at)


@trail.keeps_refusals("qualification.notice_refused", of="qualification")
@transaction.atomic
def give_removal_notice(*, qualification, reasons, by, at):
    """Tell the supplier why it may be removed, and until when it may answer."""
    qualification = _locked(qualification, by)
    QUALIFICATION.target("remove", qualification.state)
    if not reasons.strip():
        raise Refused(
            "no_reasons", _("Give your reasons: the supplier reads them"), field="reasons"
        )
    if qualification.removal_notices.filter(settled_at=None).exists():
        raise Refused("notice_given", _("The supplier has had notice already"))
    notice = RemovalNotice.objects.create(
        qualification=qualification,
        reasons=reasons.strip(),
        given_at=at,
        given_by=by,
        reply_by=periods.after(at, periods.REMOVAL_REPLY),
    )
    tell(
        qualification.supplier,
        "removal_notice",
        key=f"removal_notice:{notice.reference}",
        notice=str(notice.reference),
        reply_by=notice.reply_by,
    )
    trail.record("qualification.notice_given", qualification, by=by, notice=notice.reference)
    return notice


@trail.keeps_refusals("qualification.reply_refused", of="notice")
@transaction.atomic
def answer_removal_notice(*, notice, reply, by, at):
    """Keep what the supplier says to the notice; it can be replaced until the notice is settled."""
    notice = (
        RemovalNotice.objects.select_for_update(of=("self",))
        .select_related("qualification")
        .get(pk=notice.pk)
    )
    if notice.settled_at is not None:
        raise Refused("settled", _("This has been decided meanwhile"))
    if not reply.strip():
        raise Refused("empty", _("Enter your answer"), field="reply")
    notice.reply, notice.replied_at, notice.replied_by = reply.strip(), at, by
    notice.save(update_fields=["reply", "replied_at", "replied_by"])
    trail.record("qualification.notice_answered", notice.qualification, by=by)
    return notice


@trail.keeps_refusals("qualification.notice_withdrawal_refused", of="notice")
@transaction.atomic
def withdraw_removal_notice(*, notice, by, at):
    """Let it be: the supplier stays."""
    notice = (
        RemovalNotice.objects.select_for_update(of=("self",))
        .select_related("qualification__supplier")
        .get(pk=notice.pk)
    )
    if notice.settled_at is not None:
        return notice
    notice.settled_at, notice.settled_by = at, by
    notice.save(update_fields=["settled_at", "settled_by"])
    tell(
        notice.qualification.supplier,
        "removal_notice_withdrawn",
        key=f"removal_notice_withdrawn:{notice.reference}",
        notice=str(notice.reference),
    )
    trail.record("qualification.notice_withdrawn", notice.qualification, by=by)
    return notice


@trail.keeps_refusals("qualification.removal_refused", of="qualification")
@transaction.atomic
def remove_qualification(*, qualification, reasons, by, at):
    """End the supplier's standing in this category. It was heard first, or had its time to be."""
    qualification = _locked(qualification, by)
    notice = qualification.removal_notices.filter(settled_at=None).first()
    if notice is None:
        raise Refused("not_heard", _("Give the supplier notice with your reasons first"))
    if notice.replied_at is None and at < notice.reply_by:
        raise Refused("not_heard", _("The supplier still has time to answer your notice"))
    decide(qualification, "remove", reasons=reasons, by=by, at=at)
    notice.settled_at, notice.settled_by = at, by
    notice.save(update_fields=["settled_at", "settled_by"])
    return _tell_and_record(qualification, "removed", by, at)


@transaction.atomic
def change_areas(*, supplier, areas, by, at, seen=None):
    """Serve these areas from now on: what matches changes at once. Only smallest areas are kept."""
    supplier = Supplier.objects.select_for_update().get(pk=supplier.pk)
    before = set(supplier.areas.all())
    after = set(Area.objects.leaves_of([area.pk for area in areas]))
    if after == before:
        return supplier
    if seen is not None and seen != choice_version(before):
        raise Refused(
            "stale",
            _("Somebody changed the areas after you opened the page. Check and save again"),
        )
    if not after:
        raise Refused("none", _("Choose at least one area"), field="areas")
    supplier.areas.set(after)
    trail.record(
        "supplier.areas_changed",
        supplier,
        by=by,
        added=sorted(area.key for area in _with_levels(after - before)),
        taken_away=sorted(area.key for area in _with_levels(before - after)),
    )
    return supplier


def _with_levels(areas):
    return Area.objects.filter(pk__in=[area.pk for area in areas]).select_related("level")


def _move(qualification, move, news, reasons, by, at, **changes):
    qualification = _locked(qualification, by)
    decide(qualification, move, reasons=reasons, by=by, at=at, **changes)
    return _tell_and_record(qualification, news, by, at)


def _tell_and_record(qualification, news, by, at):
    tell(
        qualification.supplier,
        news,
        key=f"{news}:{qualification.reference}:{at.isoformat()}",
        qualification=str(qualification.reference),
    )
    check_soon(qualification.supplier)
    trail.record(f"qualification.{news}", qualification, by=by)
    return qualification


def _locked(qualification, by):
    qualification = (
        Qualification.objects.select_for_update(of=("self",))
        .select_related("supplier", "category")
        .get(pk=qualification.pk)
    )
    if qualification.supplier.memberships.filter(user=by).exists():
        raise Refused("own", _("You belong to this organisation. Leave it to a colleague"))
    return qualification
