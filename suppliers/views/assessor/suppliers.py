"""Suppliers with their standing: suspend, reinstate, renew, hear, remove."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from framework_portal import clock
from framework_portal.access import allow
from framework_portal.forms import refuse
from framework_portal.refusals import Refused
from suppliers import periods
from suppliers.actions.standing import (
    give_removal_notice,
    reinstate_qualification,
    remove_qualification,
    renew_qualification,
    suspend_qualification,
    withdraw_removal_notice,
)
from suppliers.checks import CHECKS
from suppliers.forms.assessing import FindingFilter, ReasonsForm, SupplierFilter
from suppliers.models import (
    Application,
    CheckResult,
    Qualification,
    QualificationDecision,
    RemovalNotice,
    Supplier,
)
from suppliers.selectors import standing
from suppliers.selectors.findings import with_seen
from suppliers.states import QUALIFICATION, Outcome

PAGE = 50
# move: (action, title, what it does, button, whether it needs reasons)
MOVES = {
    "suspend": (
        suspend_qualification,
        gettext_lazy("Suspend"),
        gettext_lazy("The supplier matches no lot in this category from this moment on."),
        True,
    ),
    "reinstate": (
        reinstate_qualification,
        gettext_lazy("Reinstate"),
        gettext_lazy("The supplier matches lots in this category again from this moment on."),
        False,
    ),
    "renew": (
        renew_qualification,
        gettext_lazy("Renew"),
        gettext_lazy("The qualification stands until a later day."),
        False,
    ),
    "notice": (
        give_removal_notice,
        gettext_lazy("Give notice before removal"),
        gettext_lazy(
            "The supplier reads your reasons and can answer. Until it has, or its time is over, "
            "nobody can remove it."
        ),
        True,
    ),
    "remove": (
        remove_qualification,
        gettext_lazy("Remove"),
        gettext_lazy("The supplier's standing in this category ends. It can apply again."),
        True,
    ),
}


def applicants():
    """Organisations that have submitted an application or hold a qualification."""
    return Supplier.objects.filter(
        Q(pk__in=Application.objects.submitted().values("supplier"))
        | Q(pk__in=Qualification.objects.values("supplier"))
    )


@require_safe
@allow("suppliers.use_assessor_pages")
def supplier_list(request):
    filters = SupplierFilter(request.GET)
    chosen = filters.chosen()
    found = applicants()
    held = Qualification.objects.all()
    if "words" in chosen:
        found = found.filter(
            Q(name__icontains=chosen["words"])
            | Q(
                pk__in=Supplier.objects.filter(
                    identifiers__value__icontains=chosen["words"].replace(" ", "")
                )
            )
        )
    if "category" in chosen:
        held = held.filter(category=chosen["category"])
    if "standing" in chosen:
        held = held.filter(state=chosen["standing"])
    if "category" in chosen or "standing" in chosen:
        found = found.filter(pk__in=held.values("supplier"))
    found = found.prefetch_related("qualifications__category", "identifiers")
    page = Paginator(found.order_by("name", "pk"), PAGE).get_page(request.GET.get("page"))
    context = {"filters": filters, "page": page}
    return render(request, "suppliers/assessor/supplier_list.html", context)


@require_safe
@allow("suppliers.use_assessor_pages")
def supplier_detail(request, reference):
    """What is known of a supplier, its standing, and how it came to that."""
    supplier = get_object_or_404(applicants(), reference=reference)
    at = clock.now()
    notices = {
        notice.qualification_id: notice
        for notice in RemovalNotice.objects.filter(
            qualification__supplier=supplier, settled_at=None
        )
    }
    entries = [
        {
            "qualification": one,
            "notice": notices.get(one.pk),
            "moves": _moves(one, notices.get(one.pk), at),
        }
        for one in supplier.qualifications.select_related("category").order_by("category")
    ]
    context = {
        "supplier": supplier,
        "identifiers": list(supplier.identifiers.all()),
        "regions": standing.areas_by_region(supplier.areas.all()),
        "entries": entries,
        "applications": supplier.applications.submitted().for_list().order_by("-submitted_at"),
        "results": with_seen(
            CheckResult.objects.filter(supplier=supplier, is_current=True).order_by(
                "outcome", "check_code"
            ),
            is_assessor=True,
        ),
        "questions": {check.code: check.question for check in CHECKS.values()},
        "decisions": QualificationDecision.objects.filter(qualification__supplier=supplier)
        .select_related("qualification__category", "decided_by")
        .order_by("-decided_at", "-pk"),
        "at": at,
    }
    return render(request, "suppliers/assessor/supplier_detail.html", context)


def _moves(qualification, notice, at):
    """The links to what can be done with a qualification now."""
    moves = []
    for move in ("suspend", "reinstate", "renew"):
        if QUALIFICATION.allows(move, qualification.state):
            moves.append((move, MOVES[move][1]))
    if QUALIFICATION.allows("remove", qualification.state):
        heard = notice is not None and (notice.replied_at or at >= notice.reply_by)
        move = "remove" if heard else "notice"
        if heard or notice is None:
            moves.append((move, MOVES[move][1]))
    return moves


@require_http_methods(["GET", "POST"])
@allow("suppliers.use_assessor_pages")
def qualification_move(request, reference, move):
    """Suspend, reinstate, renew, give notice of or remove a qualification, with reasons."""
    if move not in MOVES:
        raise Http404
    found = Qualification.objects.select_related("supplier", "category")
    qualification = get_object_or_404(found, reference=reference)
    action, title, what_it_does, needs_reasons = MOVES[move]
    posted = request.POST if request.method == "POST" else None
    form = ReasonsForm(posted, button=title, is_required=needs_reasons, until=move == "renew")
    if form.is_valid():
        given = dict(form.cleaned_data)
        if move == "renew":
            given["expires_at"] = periods.day_end(given.pop("expires_on"))
        try:
            action(qualification=qualification, by=request.user, at=clock.now(), **given)
        except Refused as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("Done, and the supplier is told"))
            return redirect("assessor:supplier_detail", reference=qualification.supplier.reference)
    context = {
        "form": form,
        "qualification": qualification,
        "title": title,
        "what_it_does": what_it_does,
        "notice": standing.open_notices(qualification.supplier)
        .filter(qualification=qualification)
        .first(),
    }
    return render(request, "suppliers/assessor/qualification_move.html", context)


@require_POST
@allow("suppliers.use_assessor_pages")
def notice_withdraw(request, reference):
    """Let the supplier be."""
    notice = get_object_or_404(
        RemovalNotice.objects.select_related("qualification__supplier"), reference=reference
    )
    withdraw_removal_notice(notice=notice, by=request.user, at=clock.now())
    messages.success(request, _("The notice is withdrawn, and the supplier is told"))
    return redirect("assessor:supplier_detail", reference=notice.qualification.supplier.reference)


@require_safe
@allow("suppliers.use_assessor_pages")
def finding_list(request):
    """What the compliance checks found and somebody must look at, longest known first."""
    filters = FindingFilter(request.GET, checks=CHECKS.values())
    chosen = filters.chosen()
    found = CheckResult.objects.filter(is_current=True, supplier__in=applicants().values("pk"))
    found = found.exclude(outcome=Outcome.PASS).select_related("supplier")
    if "outcome" in chosen:
        found = found.filter(outcome=chosen["outcome"])
    if "check" in chosen:
        found = found.filter(check_code=chosen["check"])
    pages = Paginator(found.order_by("outcome", "first_seen_at", "pk"), PAGE)
    page = pages.get_page(request.GET.get("page"))
    page.object_list = with_seen(page.object_list, is_assessor=True)
    context = {"filters": filters, "page": page}
    return render(request, "suppliers/assessor/finding_list.html", context)
