"""What the lead puts right in a quarter that was sent."""

from decimal import Decimal, InvalidOperation

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from contracts.actions.stating import add_line, correct_income, correct_line
from contracts.figures import NAMES
from contracts.forms.corrections import AddLineForm, CorrectIncomeForm, CorrectLineForm
from contracts.forms.figures import number_of
from contracts.models import Contract, QuarterLine
from contracts.selectors.quarters import told, with_history
from contracts.states import LineState
from contracts.views.supplier.quarters import ALLOWED, led_quarter, promises
from framework_portal import clock
from framework_portal.access import allow, require
from framework_portal.forms import refuse
from framework_portal.refusals import Refused
from framework_portal.wording import quarter_name


@allow(ALLOWED)
@require_http_methods(["GET", "HEAD", "POST"])
def line_correct(request, reference):
    """One line, changed; its subcontractor is asked anew."""
    led = QuarterLine.objects.filter(quarter__contract__in=Contract.objects.led_by(request.user))
    lines = with_history(led).select_related(
        "subcontractor", "quarter__contract__lot__competition", "quarter__contract__supplier"
    )
    line = told(get_object_or_404(lines, reference=reference))
    require(request.user, "contracts.act_as_lead", line.quarter.contract)
    held = {name: getattr(line.newest, name) for name in NAMES} | {"words": line.newest.words}
    form = CorrectLineForm(
        request.POST or None,
        initial=held,
        number=line.newest.number,
        asks=line.state != LineState.NOT_ASKED,
    )
    if request.method == "POST" and form.is_valid():
        try:
            correct_line(
                line=line,
                figures=form.figures(),
                words=form.cleaned_data["words"].replace("\r\n", "\n").strip(),
                number=number_of(request.POST),
                by=request.user,
                at=clock.now(),
            )
        except Refused as refusal:
            refuse(form, refusal)
            line = told(get_object_or_404(lines, reference=reference))
        else:
            messages.success(request, _("The line of %(name)s is corrected") % {"name": line.name})
            return redirect("supplier:quarter", reference=line.quarter.reference)
    context = {"line": line, "quarter": line.quarter, "form": form}
    return render(request, "contracts/supplier/line_correct.html", context)


@allow(ALLOWED)
@require_http_methods(["GET", "HEAD", "POST"])
def line_add(request, reference):
    """A line that was forgotten."""
    quarter = led_quarter(request, reference, to_write=True)
    there = set(quarter.lines.values_list("subcontractor", flat=True))
    missing = [each for each in promises(quarter) if each.subcontractor.pk not in there]
    form = AddLineForm(request.POST or None, promises=missing)
    if request.method == "POST" and form.is_valid():
        try:
            add_line(quarter=quarter, stated=form.stated(), by=request.user, at=clock.now())
        except Refused as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("The line is added"))
            return redirect("supplier:quarter", reference=quarter.reference)
    return _page(request, quarter, form, "line_add")


@allow(ALLOWED)
@require_http_methods(["GET", "HEAD", "POST"])
def quarter_income(request, reference):
    """What the commissioner paid, put right."""
    quarter = led_quarter(request, reference, to_write=True)
    form = CorrectIncomeForm(request.POST or None, was=quarter.income_pounds)
    if request.method == "POST" and form.is_valid():
        try:
            correct_income(
                quarter=quarter,
                income=form.cleaned_data["income"],
                was=_amount(request.POST.get("was")),
                by=request.user,
                at=clock.now(),
            )
        except Refused as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("The amount is corrected"))
            return redirect("supplier:quarter", reference=quarter.reference)
    return _page(request, quarter, form, "quarter_income")


def _page(request, quarter, form, name):
    context = {
        "quarter": quarter,
        "contract": quarter.contract,
        "name": quarter_name(quarter.starts_on),
        "form": form,
    }
    return render(request, f"contracts/supplier/{name}.html", context)


def _amount(typed):
    """The amount that the page said before; None, which is never so, where it is none."""
    try:
        amount = Decimal(str(typed))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() else None
