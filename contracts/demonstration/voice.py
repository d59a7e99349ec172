"""An integrity officer, and what a named subcontractor told her in confidence."""

from contracts.actions.integrity import raise_integrity_finding
from contracts.actions.voice import answer_report, report_in_confidence
from contracts.models import KeySubcontractor
from contracts.states import IntegrityKind, VoiceKind
from framework_portal.reference.states import OfficerRole

SAID = (
    "We were promised 30 referrals a quarter. Six weeks in we have had none, and nobody answers"
    " our emails. Please do not tell the lead that we wrote."
)
ANSWERED = (
    "Thank you for writing. We look at what the lead reports for all its subcontractors, so that"
    " nobody can tell who asked. You will hear from us within three weeks."
)


def make(stage):
    """The officer, one report that she has answered, and one finding."""
    imogen = stage.cast.officer(
        "Imogen Listens",
        "imogen",
        "Integrity officer: reads what subcontractors say in confidence",
        role=OfficerRole.INTEGRITY,
    )
    line = (
        KeySubcontractor.objects.filter(
            contract__supplier__isnull=False, supplier__memberships__isnull=False
        )
        .select_related("contract")
        .order_by("pk")
        .first()
    )
    with stage.timeline.then(stage.timeline.at(-6, 10)) as at:
        report = report_in_confidence(
            subcontractor=line,
            kind=VoiceKind.NO_WORK,
            words=SAID,
            only_author=True,
            by=line.supplier.memberships.order_by("pk").first().user,
            at=at,
        )
    with stage.timeline.then(stage.timeline.at(-3, 11)) as at:
        answer_report(report=report, words=ANSWERED, by=imogen, at=at)
        raise_integrity_finding(
            IntegrityKind.EXCLUSIVITY,
            key="exclusivity:demonstration",
            at=at,
            facts={"said_on": stage.timeline.day(-40).isoformat()},
            commissioner_id=report.commissioner_id,
            supplier_id=report.supplier_id,
            lead_id=report.lead_id,
            lot_id=report.lot_id,
        )
