"""An end, a cut or worse terms, asked for within six months of a confidential report.

Nothing of the case tells of it: not the lead, not whom it is about, not the officers who decide.
The integrity officer of the body that took the report is told, and decides with the subcontractor
what comes of it.
"""

from datetime import timedelta

from django.db.models import CharField, Exists, OuterRef, Q, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from contracts.actions.integrity import raise_integrity_finding
from contracts.models import ChangeCase, ConfidentialReport, IntegrityFinding, LedgerEntry
from contracts.states import CaseKind, CaseParty, IntegrityKind
from framework_portal.reference.calendar import period

TAKES_AWAY = [CaseKind.END, CaseKind.REDUCE, CaseKind.SWITCH]
AMOUNTS = ["share_percent", "share_pounds", "volume_per_quarter"]


def find_retaliation(*, at):
    """A finding for each such case and each body that heard a report before it; how many.

    It is the officer's who took the report, whichever body the case is asked of.
    """
    watched = timedelta(days=period("retaliation-watch").days)
    reports = ConfidentialReport.objects.filter(
        supplier=OuterRef("subcontractor__supplier"),
        lead=OuterRef("contract__supplier"),
        made_at__lte=OuterRef("raised_at"),
        made_at__gte=OuterRef("raised_at") - Value(watched),
    )
    case = OuterRef(OuterRef("reference"))
    known = Concat(
        *(Value("retaliation:"), Cast(case, CharField())),
        *(Value(":"), Cast(OuterRef("commissioner__reference"), CharField())),
    )
    untold = reports.filter(~Exists(IntegrityFinding.objects.filter(key=known)))
    cases = ChangeCase.objects.filter(
        Exists(untold), kind__in=[*TAKES_AWAY, CaseKind.CHANGE]
    ).select_related("contract__commissioner", "subcontractor")
    return sum(
        _flag(case, report, at)
        for case in cases
        if _takes_away(case)
        for report in _heard(case, watched)
    )


def _heard(case, watched):
    """The newest such report of each body."""
    reports = ConfidentialReport.objects.filter(
        supplier=case.subcontractor.supplier_id,
        lead=case.contract.supplier_id,
        made_at__range=(case.raised_at - watched, case.raised_at),
    )
    newest = reports.order_by("commissioner_id", "-made_at", "-pk").distinct("commissioner_id")
    return newest.select_related("commissioner")


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


def _flag(case, report, at):
    """To whom took the report. Another body's case is told by its day and that body's name."""
    facts = {
        "reported_on": timezone.localdate(report.made_at).isoformat(),
        "asked_on": timezone.localdate(case.raised_at).isoformat(),
    }
    runs_it = case.contract.commissioner_id == report.commissioner_id
    facts |= (
        {"case": str(case.reference)} if runs_it else {"asked_of": case.contract.commissioner.name}
    )
    return raise_integrity_finding(
        IntegrityKind.RETALIATION,
        key=f"retaliation:{case.reference}:{report.commissioner.reference}",
        at=at,
        facts=facts,
        commissioner_id=report.commissioner_id,
        supplier_id=report.supplier_id,
        lead_id=report.lead_id,
        lot_id=case.contract.lot_id if runs_it else report.lot_id,
        report_id=report.pk,
    )
