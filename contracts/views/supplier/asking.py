"""A lead asks for a change: what kind, about whom, who comes in, on which terms; then a check."""

from functools import wraps
from uuid import UUID

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from contracts.actions.cases import raise_case
from contracts.actions.newcomers import refuse_newcomer
from contracts.forms.asking import AskForm, KindForm, NewcomerForm, WhomForm
from contracts.selectors.case_pages import term_options
from contracts.selectors.cases import changeable, is_in_force
from contracts.selectors.newcomers import findable, found_by
from contracts.states import BRINGS_IN, CaseKind
from contracts.views.finding import led_contract
from framework_portal import clock
from framework_portal.access import allow, require
from framework_portal.forms import refuse
from framework_portal.refusals import Refused

SENT = {"csrfmiddlewaretoken", "save", "send", "back"}


class Asking:
    """What was said so far: the contract, the kind, and whom it is about, by the address."""

    def __init__(self, request, reference, kind=None):
        self.request, self.at = request, clock.now()
        self.contract = led_contract(request.user, reference)
        require(request.user, "contracts.act_as_lead", self.contract)
        if kind is not None and kind not in CaseKind.values:
            raise Http404
        self.kind = kind and CaseKind(kind)
        self.is_in_force = is_in_force(self.contract, on=timezone.localdate(self.at))

    @property
    def lines(self):
        """Those of whom no change is being decided."""
        return [line for line in changeable(self.contract) if line.open_case is None]

    def line(self):
        """The chosen subcontractor; None where there is none of this reference."""
        sent = self.request.GET.get("line", "")
        return next((line for line in self.lines if str(line.reference) == sent), None)

    def newcomer(self):
        """The chosen organisation."""
        found = findable(self.contract, at=self.at)
        return found.filter(reference=_uuid(self.request.GET.get("newcomer", ""))).first()

    @property
    def invited(self):
        """What an organisation is called that is not found here, and is invited."""
        return " ".join(self.request.GET.get("invite", "").split())[:200]

    def url(self, name, **query):
        kwargs = {"reference": self.contract.reference, "kind": self.kind.value}
        query = {key: value for key, value in query.items() if value}
        return reverse(f"supplier:{name}", kwargs=kwargs) + (
            f"?{urlencode(query)}" if query else ""
        )

    def page(self, name, **context):
        context |= {"contract": self.contract, "kind": self.kind}
        return render(self.request, f"contracts/supplier/{name}.html", context)


def asking(view):
    """Decorate a step: only the lead's people who may ask, under a contract that is in force."""

    @allow("suppliers.use_supplier_pages")
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def step(request, reference, kind=None):
        asked = Asking(request, reference, kind)
        if not asked.is_in_force:
            return redirect("supplier:case_list", reference=reference)
        return view(request, asked)

    return step


@asking
def case_start(request, asked):
    """What kind of change."""
    form = KindForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        asked.kind = CaseKind(form.cleaned_data["kind"])
        return redirect(asked.url(_first_step(asked.kind)))
    return asked.page("case_start", form=form)


@asking
def case_whom(request, asked):
    """Which subcontractor."""
    lines = asked.lines
    form = WhomForm(request.POST or None, lines=lines)
    if request.method == "POST" and form.is_valid():
        step = "case_newcomer" if asked.kind in BRINGS_IN else "case_ask"
        return redirect(asked.url(step, line=form.cleaned_data["line"]))
    return asked.page("case_whom", form=form, lines=lines)


@asking
def case_newcomer(request, asked):
    """Who comes in: by name, and then by a choice where there are some like it, or invited."""
    if asked.kind not in BRINGS_IN:
        raise Http404
    form, line = NewcomerForm(request.POST or None), asked.line()
    found = []
    if request.method == "POST":
        found = found_by(request.POST.get("name", ""), asked.contract, at=asked.at)
    form.offer(found)
    if request.method == "POST" and form.is_valid() and form.judge(found):
        chosen, query = form.chosen(found), {"line": request.GET.get("line", "")}
        if chosen is None:
            return redirect(asked.url("case_ask", **query, invite=form.cleaned_data["name"]))
        try:
            refuse_newcomer(
                contract=asked.contract, kind=asked.kind, line=line, supplier=chosen, at=asked.at
            )
        except Refused as refusal:
            form.add_error("newcomer", refusal.message)
        else:
            return redirect(asked.url("case_ask", **query, newcomer=chosen.reference))
    return asked.page("case_newcomer", form=form)


@asking
def case_ask(request, asked):
    """The terms, why and from when; shown once more before it is sent."""
    line, newcomer = asked.line(), asked.newcomer()
    invites = newcomer is None and asked.kind in BRINGS_IN
    if line is None and asked.kind != CaseKind.ADD:
        return redirect(asked.url("case_whom"))
    if invites and not asked.invited:
        return redirect(asked.url("case_newcomer", line=line and line.reference))
    held = line.entry if line else None
    form = AskForm(
        request.POST if request.method == "POST" else None,
        kind=asked.kind,
        held=held,
        whom=line.name if line else "",
        newcomer=newcomer.name if newcomer else asked.invited,
        options=term_options(asked.contract, held, asked.kind),
        invites=invites,
    )
    context = {"form": form, "line": line, "newcomer": newcomer, "invites": invites}
    context |= {"comes_in": newcomer.name if newcomer else asked.invited}
    if request.method == "POST" and "back" not in request.POST and form.is_valid():
        if "send" not in request.POST:
            return asked.page("case_check", **context, kept=_kept(request), said=form.readable())
        try:
            case = raise_case(
                contract=asked.contract,
                kind=asked.kind,
                subcontractor=line,
                replacement=newcomer,
                by=request.user,
                at=asked.at,
                **form.said(),
            )
        except Refused as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("Your request is with the commissioner"))
            return redirect("supplier:case", reference=case.reference)
    return asked.page("case_ask", **context)


def _first_step(kind):
    return "case_newcomer" if kind == CaseKind.ADD else "case_whom"


def _kept(request):
    """What was typed, to be sent again as it was."""
    return [
        (name, value)
        for name, values in request.POST.lists()
        if name not in SENT
        for value in values
    ]


def _uuid(text):
    try:
        return UUID(text)
    except ValueError:
        return None
