"""What was noticed of the chains of one's own contracts."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from contracts.actions.findings import settle_finding
from contracts.forms.findings import FindingFilter, SettleForm
from contracts.models import ChainFinding
from contracts.selectors.findings import in_dispute, told
from framework_portal import clock
from framework_portal.access import allow, require
from lots.forms.base import accepted

PAGE = 25


def _narrowed(findings, chosen):
    standing = chosen.get("standing") or "waiting"
    if standing != "all":
        findings = findings.filter(settled_at__isnull=standing == "waiting")
    if chosen.get("kind"):
        findings = findings.filter(kind=chosen["kind"])
    for word in chosen.get("words", "").split():
        findings = findings.filter(
            Q(contract__lead_name__icontains=word)
            | Q(contract__lot__title__icontains=word)
            | Q(subcontractor__name__icontains=word)
        )
    return findings


@require_safe
@allow("lots.use_commissioner_pages")
def chain_finding_list(request):
    """The newest first; those that wait, unless others are asked for."""
    filters = FindingFilter(request.GET)
    mine = _narrowed(ChainFinding.objects.visible_to(request.user), filters.chosen())
    page = Paginator(mine.for_list(), PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [told(finding) for finding in page],
        "disputed": in_dispute(page.object_list),
        "filters": filters,
    }
    return render(request, "contracts/commissioner/chain_finding_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allow("lots.use_commissioner_pages")
def chain_finding(request, reference):
    """One finding, and what came of it."""
    mine = ChainFinding.objects.visible_to(request.user).for_list()
    finding = get_object_or_404(mine, reference=reference)
    require(request.user, "contracts.manage_contract", finding.contract)
    may_settle = _may_settle(request.user, finding)
    form = SettleForm(request.POST or None)
    if request.method == "POST":
        if not may_settle:
            raise PermissionDenied
        given = {"finding": finding, "by": request.user, "at": clock.now()}
        if accepted(form, settle_finding, **given):
            messages.success(request, _("The finding is settled"))
            return redirect("commissioner:chain_finding_list")
        finding.refresh_from_db()
    context = {
        "finding": told(finding),
        "is_disputed": bool(in_dispute([finding])),
        "form": form,
        "may_settle": may_settle,
    }
    return render(request, "contracts/commissioner/chain_finding.html", context)


def _may_settle(user, finding):
    """Whether it is about neither an organisation of `user` nor a contract that one leads."""
    if finding.subcontractor is None:
        return user.has_perm("contracts.decide_contract", finding.contract)
    return user.has_perm("contracts.decide_line", finding.subcontractor)
