"""Looking again at leads whose key subcontractors stand otherwise than when they were checked."""

from django.db.models import F, OuterRef, Q, Subquery
from django.utils import timezone

from contracts.checks import CODE, live_contracts
from contracts.models import KeySubcontractor
from suppliers.actions.checking import check_some
from suppliers.checks import CHECKS
from suppliers.models import CheckResult, Supplier


def recheck_leads(*, at):
    """Leads whose last check is older than a decision on a subcontractor, or than their ledger.

    Answers how many findings are new. Run twice, the second run finds nobody: the first one moved
    the instant of the check.
    """
    seen = CheckResult.objects.filter(
        supplier=OuterRef("contract__supplier"), check_code=CODE, is_current=True
    )
    lines = KeySubcontractor.objects.filter(
        contract__in=live_contracts(timezone.localdate(at)).values("pk")
    ).annotate(seen_at=Subquery(seen.values("last_seen_at")[:1]))
    changed = lines.filter(
        Q(supplier__qualifications__decided_at__gt=F("seen_at"))
        | Q(entries__made_at__gt=F("seen_at"))
    )
    leads = list(Supplier.objects.filter(pk__in=changed.values("contract__supplier")))
    return check_some(check=CHECKS[CODE], suppliers=leads, at=at) if leads else 0
