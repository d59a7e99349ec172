"""Who else delivers: the list of key subcontractors, and one page for each."""

from django.http import Http404
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from bids.actions.drafting import Changed
from bids.actions.subcontracting import (
    declare_subcontracting,
    name_subcontractor,
    remove_subcontractor,
)
from bids.content import find, share_total
from bids.forms.bidding import ExclusivityForm, SubcontractingForm
from bids.forms.chains import SubcontractorForm
from bids.selectors.bidding import on_the_register
from bids.selectors.chains import chain
from bids.views.supplier.desk import Desk
from framework_portal.access import allow
from framework_portal.forms import refuse
from framework_portal.refusals import Refused
from suppliers.models import Supplier


@allow("suppliers.use_supplier_pages")
@require_http_methods(["GET", "POST"])
def bid_subcontractors(request, reference):
    """Nobody named yet: will there be any? Some named: the list, and the declaration."""
    desk = Desk(request, reference, permission="bids.edit_bid")
    if request.method == "GET" and not desk.is_open:
        return desk.locked()
    named = desk.content["subcontractors"]
    made = ExclusivityForm if named else SubcontractingForm
    form = made(request.POST or None, content=desk.content)
    if request.method == "POST" and form.is_valid():
        try:
            declare_subcontracting(
                bid=desk.bid,
                uses=form.cleaned_data.get("uses", True),
                no_exclusivity=form.cleaned_data.get("no_exclusivity"),
                by=request.user,
                at=desk.at,
            )
        except Refused as refusal:
            refuse(form, refusal)
        else:
            if named and "later" not in request.POST:
                form.judge()
            if not form.errors:
                adds = form.cleaned_data.get("uses") and "later" not in request.POST
                return redirect(
                    desk.url("bid_subcontractor_add") if adds else desk.after("subcontractors")
                )
    return desk.page("bid_subcontractors", form=form, named=named, total=share_total(desk.content))


@allow("suppliers.use_supplier_pages")
@require_http_methods(["GET", "POST"])
def bid_subcontractor(request, reference, subcontractor=None):
    """Name one organisation, or change what is said of it."""
    desk = Desk(request, reference, permission="bids.edit_bid")
    entry = find(desk.content["subcontractors"], subcontractor) if subcontractor else None
    if subcontractor and entry is None and request.method == "GET":
        raise Http404
    if request.method == "GET" and not desk.is_open:
        return desk.locked()
    if request.method == "POST" and "keep" in request.POST:
        return redirect(desk.url("bid_subcontractors"))
    given = {"lot": desk.lot, "price": desk.content["price"], "entry": entry}
    form, context = SubcontractorForm(request.POST or None, **given), {"entry": entry}
    typed_name = request.POST.get("name", "") or (entry or {}).get("name", "")
    registered = _offered(desk, typed_name, entry)
    form.offer(registered, chosen=(entry or {}).get("supplier"))
    if request.method == "POST" and form.is_valid() and form.says_which(registered):
        try:
            name_subcontractor(
                bid=desk.bid,
                reference=subcontractor,
                supplier=form.registered(registered),
                by=request.user,
                at=desk.at,
                **form.said(),
            )
        except Refused as refusal:
            context |= _refused(desk, form, refusal)
        else:
            return redirect(desk.url("bid_subcontractors"))
    return desk.page("bid_subcontractor", form=form, **context)


@allow("suppliers.use_supplier_pages")
@require_http_methods(["GET", "POST"])
def bid_subcontractor_remove(request, reference, subcontractor):
    """Take an organisation out again, after asking."""
    desk = Desk(request, reference, permission="bids.edit_bid")
    entry = find(desk.content["subcontractors"], subcontractor)
    if request.method == "GET" and entry is None:
        raise Http404
    if request.method == "GET" and not desk.is_open:
        return desk.locked()
    problem = None
    if request.method == "POST":
        try:
            remove_subcontractor(bid=desk.bid, reference=subcontractor, by=request.user, at=desk.at)
        except Refused as refusal:
            problem = refusal.message
        else:
            return redirect(desk.url("bid_subcontractors"))
    return desk.page(
        "bid_remove",
        name=(entry or {}).get("name", ""),
        back=desk.url("bid_subcontractors"),
        problem=problem,
    )


def _offered(desk, typed_name, entry):
    """Organisations of the register that may be meant, and the one that was chosen before."""
    found = on_the_register(typed_name, at=desk.at, but=desk.bid.supplier)
    chosen = (entry or {}).get("supplier")
    if chosen and chosen not in {str(each.reference) for each in found}:
        found = [*Supplier.objects.filter(reference=chosen), *found]
    return found


def _refused(desk, form, refusal):
    """Put the refusal on the form; where a colleague changed the entry meanwhile, show theirs."""
    refuse(form, refusal)
    theirs = getattr(refusal, "theirs", None)
    if refusal.code == "closed" or isinstance(refusal, Changed) and theirs is None:
        form.give_up()
    if theirs is None:
        return {}
    form.ask_again(theirs)
    return {"theirs": chain(desk.content | {"subcontractors": [theirs]})[0]}
