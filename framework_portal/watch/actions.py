"""Telling of a fault, and answering."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from framework_portal.audit import trail
from framework_portal.notifications import outbox
from framework_portal.refusals import Refused
from framework_portal.watch.models import FaultReport

MOST_IN_AN_HOUR = 10


@trail.keeps_refusals("fault.report_refused", of="by")
@transaction.atomic
def report_fault(*, page, trying, happened, token, by, at):
    """Keep what somebody says went wrong, with the instant, and tell the portal's staff."""
    lately = FaultReport.objects.filter(reported_by=by, reported_at__gt=at - timedelta(hours=1))
    if lately.count() >= MOST_IN_AN_HOUR:
        raise Refused("too_many", _("We have your reports of the last hour, and read them all"))
    report = FaultReport.objects.create(
        reported_by=by, page=page, trying=trying, happened=happened, token=token
    )
    if settings.CONTACT_ADDRESS:
        outbox.queue("fault_reported", to=settings.CONTACT_ADDRESS, report=str(report.reference))
    trail.record("fault.reported", report, by=by)
    return report


@trail.keeps_refusals("fault.answer_refused", of="report")
@transaction.atomic
def answer_fault(*, report, answer, by, at):
    """Say what was found or done; whoever reported it is told, once."""
    report = FaultReport.objects.select_for_update().get(pk=report.pk)
    if report.answered_at is not None:
        raise Refused("answered", _("Somebody has answered this report already"))
    report.answer, report.answered_at, report.answered_by = answer, at, by
    report.save(update_fields=["answer", "answered_at", "answered_by"])
    outbox.queue(
        "fault_answered",
        to=report.reported_by.email,
        key=f"fault-answered:{report.reference}",
        report=str(report.reference),
    )
    trail.record("fault.answered", report, by=by)
    return report
