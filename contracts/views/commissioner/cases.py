"""Requested changes of one's own contracts: everything that was said, and the decision."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from contracts import case_periods
from contracts.actions.case_decisions import decide_case, review_case
from contracts.forms.cases import CaseFilter, DecideForm, ReviewForm
from contracts.models import AffectedView, ChangeCase
from contracts.selectors.case_pages import for_commissioner
from contracts.selectors.cases import edition_of, is_heard, not_agreed
from contracts.states import CaseState, Emergency
from contracts.views.finding import run_contract
from framework_portal import clock
from framework_portal.access import allow, require
from framework_portal.wording import day
from lots.forms.base import accepted

PAGE = 25


def run_case(user, reference):
    """A case that `user` may decide; another's is a 404."""
    cases = ChangeCase.objects.run_by(user).for_list().select_related("decided_by", "reviewed_by")
    return get_object_or_404(cases, reference=reference)


def _narrowed(cases, chosen):
    standing = chosen.get("standing") or "due"
    if standing == "due":
        waits = Q(before_hearing=True, reviewed_at__isnull=True)
        cases = cases.filter(Q(state=CaseState.RAISED) | waits)
        cases = cases.order_by(Coalesce("review_due_on", "decide_by"), "pk")
    elif standing != "all":
        cases = cases.filter(state=standing)
    for word in chosen.get("words", "").split():
        cases = cases.filter(
            Q(contract__lead_name__icontains=word)
            | Q(contract__lot__title__icontains=word)
            | Q(subcontractor__name__icontains=word)
        )
    return cases


def _listed(cases):
    """With whether the subcontractor was heard: officers may know."""
    views = AffectedView.objects.filter(case=OuterRef("pk"))
    return cases.for_list().annotate(has_view=Exists(views))


@require_safe
@allow("lots.use_commissioner_pages")
def case_queue(request):
    """Across all contracts, what is due first."""
    at, filters = clock.now(), CaseFilter(request.GET)
    mine = _narrowed(ChangeCase.objects.run_by(request.user), filters.chosen())
    page = Paginator(_listed(mine), PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "filters": filters, "at": at, "today": timezone.localdate(at)}
    return render(request, "contracts/commissioner/case_queue.html", context)


@require_safe
@allow("lots.use_commissioner_pages")
def case_list(request, reference):
    """The cases of one contract."""
    contract, at = run_contract(request.user, reference), clock.now()
    mine = ChangeCase.objects.run_by(request.user).filter(contract=contract)
    page = Paginator(_listed(mine), PAGE).get_page(request.GET.get("page"))
    context = {"contract": contract, "page": page, "today": timezone.localdate(at)}
    return render(request, "contracts/commissioner/case_list.html", context)


@require_safe
@allow("lots.use_commissioner_pages")
def case(request, reference):
    """What was asked, what everybody said, and what is to do."""
    found, at = run_case(request.user, reference), clock.now()
    may_decide = request.user.has_perm("contracts.decide_case", found)
    context = {
        "case": found,
        "contract": found.contract,
        "shown": for_commissioner(found),
        "today": timezone.localdate(at),
        "is_heard": is_heard(found, at=at),
        "missing": not_agreed(found),
        "may_decide": found.is_open and may_decide,
        "may_review": found.waits_for_review and may_decide,
        "is_own": found.decided_by_id == request.user.pk,
    }
    return render(request, "contracts/commissioner/case.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allow("lots.use_commissioner_pages")
def case_decide(request, reference):
    """Grant or refuse, with reasons."""
    found, at = run_case(request.user, reference), clock.now()
    require(request.user, "contracts.decide_case", found)
    if request.method != "POST" and not found.is_open:
        return redirect("commissioner:case", reference=reference)
    heard = is_heard(found, at=at)
    given = {"edition": edition_of(found), "urgent": "" if heard else _urgent(found, at)}
    form = DecideForm(request.POST or None, **given)
    if request.method == "POST":
        form = DecideForm(request.POST, **given)
        done = {"case": found, "by": request.user, "at": at, "edition": form.edition}
        if accepted(form, decide_case, **done):
            messages.success(request, _("Your decision is recorded, and everybody is told"))
            return redirect("commissioner:case", reference=reference)
    context = {
        "case": found,
        "contract": found.contract,
        "form": form,
        "is_heard": heard,
        "missing": not_agreed(found),
        "shown": for_commissioner(found),
    }
    return render(request, "contracts/commissioner/case_decide.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allow("lots.use_commissioner_pages")
def case_review(request, reference):
    """Look again at what took effect before the hearing."""
    found, at = run_case(request.user, reference), clock.now()
    require(request.user, "contracts.decide_case", found)
    if request.method != "POST" and not found.waits_for_review:
        return redirect("commissioner:case", reference=reference)
    form = ReviewForm(request.POST or None, edition=edition_of(found))
    if request.method == "POST":
        form = ReviewForm(request.POST, edition=edition_of(found))
        done = {"case": found, "by": request.user, "at": at, "edition": form.edition}
        if accepted(form, review_case, **done):
            messages.success(request, _("The review is recorded, and both sides are told"))
            return redirect("commissioner:case", reference=reference)
    context = {
        "case": found,
        "contract": found.contract,
        "form": form,
        "shown": for_commissioner(found),
        "is_heard": is_heard(found, at=at),
        "is_own": found.decided_by_id == request.user.pk,
    }
    return render(request, "contracts/commissioner/case_review.html", context)


def _urgent(case, at):
    """What the choice to grant says where the subcontractor has not been heard."""
    if case.emergency == Emergency.NONE:
        return ""
    due = day(case_periods.day_after(case_periods.REVIEW, at))
    return _(
        "%(name)s has not said all it wants to say. Another officer must review it by %(due)s"
    ) % {"name": case.subcontractor.name, "due": due}
