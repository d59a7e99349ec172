"""Who else delivers: the list of key subcontractors, and one page for each."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bids.actions.drafting import Changed
from bids.actions.subcontracting import (
    declare_subcontracting,
    name_subcontractor,
    remove_subcontractor,
)
from bids.actions.unsaved_entries import throw_away
from bids.content import find, fingerprint, share_total
from bids.forms.bidding import ExclusivityForm, SubcontractingForm
from bids.forms.chains import SubcontractorForm
from bids.selectors.bidding import on_the_register
from bids.selectors.chains import chain
from bids.selectors.unsaved import begun, unsaved_of
from bids.sent import Hand
from bids.views.supplier.desk import Desk
from bids.views.supplier.removing import remove_after_asking
from bids.views.supplier.unsaved import keep_typed, part_of_entry
from bids.views.supplier.writing import others_words
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
    left = begun(desk.bid, request.user, named)
    total = share_total(desk.content)
    return desk.page("bid_subcontractors", form=form, named=named, total=total, begun=left)


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
    if request.method == "POST" and {"keep", "forget"} & request.POST.keys():
        return _forgotten(desk, subcontractor)
    form, registered, context = _opened(desk, entry, subcontractor)
    waits = _waits_at_its_address(desk, entry)
    context["waits_at_its_address"] = waits
    if request.method == "POST" and form.is_valid() and form.says_which(registered):
        try:
            name_subcontractor(
                bid=desk.bid,
                reference=subcontractor,
                supplier=form.registered(registered),
                by=request.user,
                at=desk.at,
                hand=Hand.of(request.POST),
                **form.said(),
            )
        except Refused as refusal:
            context |= _refused(desk, form, refusal)
        else:
            if waits and form.cleaned_data["email"].strip().lower() != entry["email"]:
                words = _("We ask %(name)s at the new address. The old link no longer works")
                messages.success(request, words % {"name": form.cleaned_data["name"]})
            return redirect(desk.url("bid_subcontractors"))
    if form.errors:
        _keep_refused(desk, form, entry, subcontractor)
    return desk.page("bid_subcontractor", form=form, **context)


@allow("suppliers.use_supplier_pages")
@require_http_methods(["GET", "POST"])
def bid_subcontractor_remove(request, reference, subcontractor):
    """Take an organisation out again, after asking."""
    return remove_after_asking(
        request,
        reference,
        of="subcontractors",
        which=subcontractor,
        remove=remove_subcontractor,
        back="bid_subcontractors",
    )


def _opened(desk, entry, reference):
    """The form as it was sent, or left; what the register offers; what the page says of it."""
    posted, saved = desk.request.POST, entry or {}
    unsaved = unsaved_of(desk.bid, reference, desk.request.user)
    given = {"lot": desk.lot, "price": desk.content["price"], "entry": entry}
    form = SubcontractorForm(posted or None, unsaved=unsaved, **given)
    left = form.unsaved.typed if form.unsaved else {}
    registered = _offered(
        desk, posted.get("name") or left.get("name") or saved.get("name", ""), entry
    )
    form.offer(registered, chosen=saved.get("supplier"))
    changed = form.unsaved and form.unsaved.shown != (fingerprint(entry) if entry else "")
    context = {"entry": entry, "unsaved": unsaved, "changed_since": changed}
    if entry:
        context["here"] = others_words(desk, part_of_entry(reference))
    return form, registered, context


def _forgotten(desk, reference):
    """What was typed is thrown away: for the other version, or for nothing."""
    request = desk.request
    throw_away(
        bid=desk.bid,
        entry=reference,
        person=request.user,
        hand=Hand.of(request.POST),
        at=desk.at,
    )
    if "keep" in request.POST:
        return redirect(desk.url("bid_subcontractors"))
    messages.success(request, _("What you had typed is thrown away"))
    return redirect(request.path)


def _keep_refused(desk, form, entry, reference):
    """What was sent and is not right yet is there again another day, with the page's own words."""
    try:
        form.stands_over(keep_typed(desk, entry, reference).edition)
    except Refused:
        return  # it closed, or another page holds other words: these stand on this page


def _waits_at_its_address(desk, entry):
    """Whether it was invited by mail, and nobody has taken that up: then it may be corrected."""
    if entry is None or not entry.get("email"):
        return False
    waiting = desk.bid.consents.waiting().filter(entry=entry["reference"], supplier=None)
    return waiting.exists()


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
