"""An end or a cut that is asked for within six months of the subcontractor's confidential report.

Nothing of the case tells of it: not the lead, not whom it is about, not the officers who decide.
The integrity officer is told, and decides with the subcontractor what comes of it.
"""

from datetime import timedelta

from django.db.models import CharField, Exists, OuterRef, Subquery, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from contracts.actions.integrity import raise_integrity_finding
from contracts.models import ChangeCase, ConfidentialReport, IntegrityFinding
from contracts.states import CaseKind, IntegrityKind
from framework_portal.reference.calendar import period

TAKES_AWAY = [CaseKind.END, CaseKind.REDUCE, CaseKind.SWITCH]


def find_retaliation(*, at):
    """A finding for each such case, once, with the newest report before it; answers how many."""
    watched = timedelta(days=period("retaliation-watch").days)
    before = ConfidentialReport.objects.filter(
        supplier=OuterRef("subcontractor__supplier"),
        lead=OuterRef("contract__supplier"),
        made_at__lte=OuterRef("raised_at"),
        made_at__gte=OuterRef("raised_at") - Value(watched),
    ).order_by("-made_at", "-pk")
    known = Concat(Value("retaliation:"), Cast(OuterRef("reference"), CharField()))
    cases = (
        ChangeCase.objects.filter(
            ~Exists(IntegrityFinding.objects.filter(key=known)), kind__in=TAKES_AWAY
        )
        .annotate(
            report_id=Subquery(before.values("pk")[:1]),
            said_at=Subquery(before.values("made_at")[:1]),
        )
        .filter(report_id__isnull=False)
        .select_related("contract", "subcontractor")
    )
    return sum(_flag(case, at) for case in cases)


def _flag(case, at):
    return raise_integrity_finding(
        IntegrityKind.RETALIATION,
        key=f"retaliation:{case.reference}",
        at=at,
        facts={
            "reported_on": timezone.localdate(case.said_at).isoformat(),
            "asked_on": timezone.localdate(case.raised_at).isoformat(),
            "case": str(case.reference),
        },
        commissioner_id=case.contract.commissioner_id,
        supplier_id=case.subcontractor.supplier_id,
        lead_id=case.contract.supplier_id,
        lot_id=case.contract.lot_id,
        report_id=case.report_id,
    )
