"""A subcontractor's own lines: confirmed with one press, or disputed with own figures and words."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from contracts.actions.answering import confirm_line, dispute_line
from contracts.figures import NAMES
from contracts.forms.answering import DisputeForm
from contracts.forms.figures import number_of
from contracts.models import QuarterLine
from contracts.selectors.quarters import sheet_of, told, with_history
from contracts.sheets import sheet
from contracts.states import LineState
from contracts.views.finding import own_line
from framework_portal import clock
from framework_portal.access import allow, require
from framework_portal.forms import refuse
from framework_portal.refusals import Refused
from suppliers.rules import reads_for

ALLOWED = "suppliers.use_supplier_pages"
PAGE = 50


def own_lines(user):
    """Lines of the person's organisations; of the contract no more than whose it is."""
    return with_history(QuarterLine.objects.of(user)).select_related(
        "subcontractor__supplier",
        "subcontractor__contract__supplier",
        "quarter__contract__lot",
        "quarter__contract__commissioner",
    )


@allow(ALLOWED)
@require_safe
def line_list(request):
    """All own lines: what waits for an answer first, then the newest quarter."""
    lines = own_lines(request.user).order_by("-quarter__starts_on", "-pk")
    waiting = [told(line) for line in lines.filter(state=LineState.ASKED)[:PAGE]]
    page = Paginator(lines.exclude(state=LineState.ASKED), PAGE).get_page(request.GET.get("page"))
    context = {"waiting": waiting, "page": page, "answered": [told(line) for line in page]}
    return render(request, "contracts/supplier/line_list.html", context)


@allow(ALLOWED)
@require_safe
def line_file(request, reference):
    """The own lines under one contract, as a file."""
    subcontractor = own_line(request.user, reference)
    require(request.user, "contracts.read_own_line", subcontractor)
    lines = own_lines(request.user).filter(subcontractor=subcontractor)
    return sheet("our-quarters.csv", *sheet_of(lines.order_by("quarter__number")))


@allow(ALLOWED)
@require_http_methods(["GET", "HEAD", "POST"])
def line(request, reference):
    """What the lead states of us; one press confirms it."""
    line = told(get_object_or_404(own_lines(request.user), reference=reference))
    require(request.user, "contracts.read_own_line", line.subcontractor)
    is_the_leads = _is_the_leads(request, line)
    if request.method == "POST":
        if not is_the_leads:  # whom the action refuses, in words
            require(request.user, "contracts.act_as_subcontractor", line.subcontractor)
        try:
            confirm_line(line=line, number=number_of(request.POST), by=request.user, at=clock.now())
        except Refused as refusal:
            messages.error(request, refusal.message)
            return redirect("supplier:line", reference=line.reference)
        messages.success(request, _("You have confirmed your line. Thank you"))
        return redirect("supplier:line_list")
    return _page(request, line, "line")


@allow(ALLOWED)
@require_http_methods(["GET", "HEAD", "POST"])
def line_dispute(request, reference):
    """Own figures, and what is not right."""
    line = told(get_object_or_404(own_lines(request.user), reference=reference))
    if _is_the_leads(request, line) and request.method != "POST":
        return redirect("supplier:line", reference=line.reference)  # which says why
    if not _is_the_leads(request, line):
        require(request.user, "contracts.act_as_subcontractor", line.subcontractor)
    held = {name: getattr(line.newest, name) for name in NAMES}
    form = DisputeForm(request.POST or None, initial=held, number=line.newest.number)
    if request.method == "POST" and form.is_valid():
        try:
            dispute_line(
                line=line,
                number=number_of(request.POST),
                figures=form.figures(),
                words=form.cleaned_data["words"],
                by=request.user,
                at=clock.now(),
            )
        except Refused as refusal:
            refuse(form, refusal)
            line = told(get_object_or_404(own_lines(request.user), reference=reference))
        else:
            words = _("You have disputed your line. It counts nowhere until that is settled")
            messages.success(request, words)
            return redirect("supplier:line", reference=line.reference)
    elif request.method != "POST" and line.state != LineState.ASKED:
        return redirect("supplier:line", reference=line.reference)
    return _page(request, line, "line_dispute", form=form)


def _is_the_leads(request, line):
    return reads_for(request.user, line.subcontractor.contract.supplier)


def _page(request, line, name, **more):
    context = {
        "line": line,
        "contract": line.quarter.contract,
        "subcontractor": line.subcontractor,
        "is_the_leads": _is_the_leads(request, line),
        "is_asked": line.state == LineState.ASKED,
        "may_answer": request.user.has_perm("contracts.act_as_subcontractor", line.subcontractor),
        **more,
    }
    return render(request, f"contracts/supplier/{name}.html", context)
