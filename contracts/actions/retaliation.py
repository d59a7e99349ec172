"""An end, a cut or worse terms, asked for within six months of a confidential report.

Nothing of the case tells of it: not the lead, not whom it is about, not the officers who decide.
The integrity officer is told, and decides with the subcontractor what comes of it.
"""

from datetime import timedelta

from django.db.models import CharField, Exists, OuterRef, Q, Subquery, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from contracts.actions.integrity import raise_integrity_finding
from contracts.models import ChangeCase, ConfidentialReport, IntegrityFinding, LedgerEntry
from contracts.states import CaseKind, CaseParty, IntegrityKind
from framework_portal.reference.calendar import period

TAKES_AWAY = [CaseKind.END, CaseKind.REDUCE, CaseKind.SWITCH]
AMOUNTS = ["share_percent", "share_pounds", "volume_per_quarter"]


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
            ~Exists(IntegrityFinding.objects.filter(key=known)),
            kind__in=[*TAKES_AWAY, CaseKind.CHANGE],
        )
        .annotate(
            report_id=Subquery(before.values("pk")[:1]),
            said_at=Subquery(before.values("made_at")[:1]),
        )
        .filter(report_id__isnull=False)
        .select_related("contract", "subcontractor")
    )
    return sum(_flag(case, at) for case in cases if _takes_away(case))


def _takes_away(case):
    """Whether it asks for less: by its kind, or as a change of terms that holds less in anything.

    What held is what held when it was asked, whatever was decided since.
    """
    if case.kind in TAKES_AWAY:
        return True
    asked = case.lines.get(party=CaseParty.AFFECTED)
    before = Q(case__isnull=True) | Q(case__number__lt=case.number)
    held = LedgerEntry.objects.filter(before, subcontractor=case.subcontractor_id)
    held = held.order_by("-number").first()
    if any((getattr(asked, name) or 0) < (getattr(held, name) or 0) for name in AMOUNTS):
        return True
    return bool(set(held.categories) - set(asked.categories) or set(held.areas) - set(asked.areas))


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
