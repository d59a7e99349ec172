"""The lead's quarters: written, read from a file, checked and sent."""

import json

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from contracts.actions.stating import save_quarter_draft, send_quarter
from contracts.forms.figures import number_of
from contracts.forms.importing import ImportForm, merged, read
from contracts.forms.quarters import Editor, typed_of
from contracts.importing import COLUMNS, Unreadable
from contracts.models import Contract, QuarterReturn
from contracts.selectors.promises import promises_of
from contracts.selectors.quarters import (
    lines_of_quarter,
    standing_of,
    still_moves,
    year_sheet,
)
from contracts.sheets import sheet
from contracts.views.finding import led_contract
from framework_portal import clock
from framework_portal.access import allow, require
from framework_portal.forms import refuse
from framework_portal.refusals import Refused
from framework_portal.wording import quarter_name

ALLOWED = "suppliers.use_supplier_pages"


def led_quarter(request, reference, *, to_write=False):
    """A quarter of a contract that the person's organisation leads; another's is a 404."""
    quarters = QuarterReturn.objects.filter(contract__in=Contract.objects.led_by(request.user))
    quarters = quarters.select_related(
        "contract__lot__competition",
        "contract__commissioner",
        "contract__supplier",
        "drafted_by",
    )
    quarter = get_object_or_404(quarters, reference=reference)
    permission = "contracts.act_as_lead" if to_write else "contracts.read_contract"
    require(request.user, permission, quarter.contract)
    return quarter


def promises(quarter):
    return promises_of([quarter.contract_id]).get(quarter.contract_id, [])


@allow(ALLOWED)
@require_safe
def quarter_list(request, reference):
    """The quarters of one contract, the newest first."""
    contract = led_contract(request.user, reference)
    require(request.user, "contracts.read_contract", contract)
    at = clock.now()
    context = {"contract": contract, "quarters": standing_of(contract, at=at), "at": at}
    return render(request, "contracts/supplier/quarter_list.html", context)


@allow(ALLOWED)
@require_safe
def quarter_file(request, reference):
    """All lines of the contract's quarters that were sent, as a file."""
    contract = led_contract(request.user, reference)
    require(request.user, "contracts.read_contract", contract)
    return sheet("quarters.csv", *year_sheet(contract.quarters.all()))


@allow(ALLOWED)
@require_http_methods(["GET", "HEAD", "POST"])
def quarter(request, reference):
    """One quarter: what was sent, or the cards to be written."""
    quarter = led_quarter(request, reference, to_write=request.method == "POST")
    if quarter.sent_at is not None and request.method != "POST":
        return _sent_page(request, quarter)
    if request.method != "POST":
        return _page(request, quarter, Editor(quarter, promises(quarter), quarter.draft))
    typed = typed_of(request.POST)
    if "add" in request.POST:
        typed["rows"].append({"name": ""})
        return _page(request, quarter, Editor(quarter, promises(quarter), typed), typing=True)
    gone = next((name for name in request.POST if name.startswith("remove-")), None)
    if gone is not None:
        return _page(request, quarter, _without(quarter, typed, gone), typing=True)
    return _save(request, quarter, typed)


def _without(quarter, typed, gone):
    """The cards but for one of somebody outside the ledger."""
    place = gone.removeprefix("remove-")
    editor = Editor(quarter, promises(quarter), typed)
    for number, form in enumerate(editor.lines):
        if str(number) == place and form.promise is None:
            others = [row for row in typed["rows"] if not row["subcontractor"]]
            # Cards of others come last, in their order.
            drop = others[number - (len(editor.lines) - len(others))]
            typed["rows"] = [row for row in typed["rows"] if row is not drop]
            return Editor(quarter, promises(quarter), typed)
    return editor


def _save(request, quarter, typed):
    later = "later" in request.POST
    editor = Editor(quarter, promises(quarter), typed, bound=not later)
    if not later and not editor.is_valid():
        return _page(request, quarter, editor, typing=True)
    try:
        save_quarter_draft(
            quarter=quarter,
            typed=typed,
            number=number_of(request.POST),
            by=request.user,
            at=clock.now(),
        )
    except Refused as refusal:
        quarter.refresh_from_db()
        editor = Editor(quarter, promises(quarter), typed, bound=True)
        editor.is_valid()
        if refusal.code == "stale":
            refuse(editor.income, refusal)
            return _page(request, quarter, editor, typing=True, stale=True)
        messages.error(request, refusal.message)
        return redirect("supplier:quarter", reference=quarter.reference)
    if later:
        messages.success(request, _("The quarter is saved and not sent"))
        return redirect("supplier:quarter_list", reference=quarter.contract.reference)
    return redirect("supplier:quarter_send", reference=quarter.reference)


def _page(request, quarter, editor, *, typing=False, stale=False):
    context = {
        "quarter": quarter,
        "contract": quarter.contract,
        "name": quarter_name(quarter.starts_on),
        "editor": editor,
        "typing": typing,
        "is_stale": stale,
        "at": clock.now(),
        "may_write": request.user.has_perm("contracts.act_as_lead", quarter.contract),
        "has_errors": any(form.is_bound and form.errors for form in editor.forms),
    }
    return render(request, "contracts/supplier/quarter.html", context)


def _sent_page(request, quarter):
    context = {
        "quarter": quarter,
        "contract": quarter.contract,
        "name": quarter_name(quarter.starts_on),
        "lines": lines_of_quarter(quarter),
        "may_write": still_moves(quarter)
        and request.user.has_perm("contracts.act_as_lead", quarter.contract),
    }
    return render(request, "contracts/supplier/quarter_sent.html", context)


@allow(ALLOWED)
@require_http_methods(["GET", "HEAD", "POST"])
def quarter_send(request, reference):
    """Read once more what was saved; then it is sent, and each subcontractor is asked."""
    quarter = led_quarter(request, reference, to_write=True)
    if quarter.sent_at is not None:
        return redirect("supplier:quarter", reference=quarter.reference)
    editor = Editor(quarter, promises(quarter), quarter.draft, bound=True)
    if not editor.is_valid():
        messages.error(request, _("Something is missing. Complete the quarter, then send it"))
        return redirect("supplier:quarter", reference=quarter.reference)
    at, problem = clock.now(), None
    if request.method == "POST":
        try:
            send_quarter(
                quarter=quarter,
                income=editor.income.cleaned_data["income"],
                lines=editor.stated(),
                number=number_of(request.POST),
                by=request.user,
                at=at,
            )
        except Refused as refusal:
            problem = refusal.message
        else:
            words = _("The quarter is sent. Each subcontractor is asked to confirm its own line")
            messages.success(request, words)
            return redirect("supplier:quarter", reference=quarter.reference)
    context = {
        "quarter": quarter,
        "contract": quarter.contract,
        "name": quarter_name(quarter.starts_on),
        "income": editor.income.cleaned_data["income"],
        "lines": editor.stated(),
        "problem": problem,
        "has_errors": problem is not None,
        "has_ended": quarter.ends_on < localdate(at),
    }
    return render(request, "contracts/supplier/quarter_send.html", context)


@allow(ALLOWED)
@require_safe
def quarter_template(request, reference):
    """A file to fill in, with a line for each key subcontractor of the quarter."""
    quarter = led_quarter(request, reference)
    running = [each for each in promises(quarter) if each.runs_in(quarter.starts_on)]
    rows = [[each.subcontractor.name, *[""] * (len(COLUMNS) - 1)] for each in running]
    name = f"quarter-{quarter.starts_on:%Y-%m}.csv"
    return sheet(name, [str(words) for words in COLUMNS.values()], rows)


@allow(ALLOWED)
@require_http_methods(["GET", "HEAD", "POST"])
def quarter_import(request, reference):
    """Read a file, show what is in it, and take it over as a whole or not at all."""
    quarter = led_quarter(request, reference, to_write=True)
    if quarter.sent_at is not None:
        return redirect("supplier:quarter", reference=quarter.reference)
    if request.method == "POST" and "rows" in request.POST:
        return _take_over(request, quarter)
    form = ImportForm(request.POST or None, request.FILES or None)
    found = None
    if request.method == "POST" and form.is_valid():
        try:
            found = read(form.cleaned_data["file"].read(), promises(quarter))
        except Unreadable as problem:
            form.add_error("file", problem.message)
    return _import_page(request, quarter, form, found)


def _import_page(request, quarter, form, found):
    is_good = found is not None and not found.problems
    context = {
        "quarter": quarter,
        "contract": quarter.contract,
        "name": quarter_name(quarter.starts_on),
        "form": form,
        "found": found,
        "lines": [each.stated() for each in found.forms] if is_good else [],
        "rows": json.dumps(found.rows) if is_good else "",
        "has_errors": bool(form.errors or found is not None and found.problems),
        "columns": list(COLUMNS.values()),
    }
    return render(request, "contracts/supplier/quarter_import.html", context)


def _take_over(request, quarter):
    """The preview was read: its rows go into the draft, each again as it was typed."""
    typed = merged(quarter.draft, _sent_rows(request.POST))
    try:
        save_quarter_draft(
            quarter=quarter,
            typed=typed,
            number=number_of(request.POST),
            by=request.user,
            at=clock.now(),
        )
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect("supplier:quarter_import", reference=quarter.reference)
    messages.success(request, _("The lines of the file are in the quarter. Check them, then send"))
    return redirect("supplier:quarter", reference=quarter.reference)


def _sent_rows(data):
    """What the preview carried; whatever else somebody sends is no row."""
    try:
        rows = json.loads(data.get("rows", ""))
    except (ValueError, RecursionError):
        return []
    if not isinstance(rows, list):
        return []
    flat = {
        f"line-{number}-{name}": value
        for number, row in enumerate(rows[:150])
        if isinstance(row, dict)
        for name, value in row.items()
        if isinstance(value, str)
    }
    return typed_of(flat)["rows"]
