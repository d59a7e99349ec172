"""The offline pack of a lot before a bid is started: bringing it back starts the bid."""

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from bids.actions.drafting import start_bid
from bids.content import empty
from bids.forms.offline import StartWithPackForm
from bids.models import Bid
from bids.offline.contents import boxes, pack_of
from bids.offline.reading import read_pack
from bids.offline.returned import items
from bids.selectors.bidding import is_priced, matching_for, questions_of
from bids.selectors.published import documents_of
from bids.views.supplier.desk import Desk
from bids.views.supplier.offline import compared, in_pack, served
from framework_portal import clock
from framework_portal.access import allow
from framework_portal.documents.names import clean_name
from framework_portal.forms import refuse
from framework_portal.refusals import Refused
from lots.models import Lot
from suppliers.views.supplier.finding import posted


@allow("suppliers.use_supplier_pages")
@require_http_methods(["GET", "HEAD", "POST"])
def lot_offline(request, reference):
    """The pack of a lot, and the file that comes back, for whom no bid is started yet."""
    lot, at = _lot(reference), clock.now()
    started = Bid.objects.of(request.user).live().filter(lot=lot).order_by("pk").first()
    if started is not None:
        return redirect("supplier:bid_offline", reference=started.reference)
    suppliers = matching_for(request.user, lot, at=at)
    form = StartWithPackForm(posted(request), request.FILES or None, suppliers=suppliers)
    if request.method == "POST" and suppliers and form.is_valid():
        try:
            return _started(request, lot, form, at)
        except Refused as refusal:
            refuse(form, refusal if refusal.field else in_pack(refusal))
    context = {"lot": lot, "at": at, "form": form, "suppliers": suppliers}
    context["documents"] = documents_of(lot.competition)
    return render(request, "bids/supplier/lot_offline.html", context)


@allow("suppliers.use_supplier_pages")
@require_safe
def lot_pack(request, reference, kind):
    """The pack as one file, with nothing written in it."""
    lot, at = _lot(reference), clock.now()
    if not lot.competition.is_open(at=at):
        raise Http404
    asked = {"is_priced": is_priced(lot.competition)}
    pack = pack_of(Bid(lot=lot), empty(), questions_of(lot.competition), at=at, **asked)
    name = clean_name(_("%(lot)s offline pack") % {"lot": lot.title})[:150]
    return served(pack, lot.competition, kind, name)


def _lot(reference):
    lots = Lot.objects.public().select_related("competition__commissioner")
    return get_object_or_404(lots, reference=reference, competition__is_history=False)


def _started(request, lot, form, at):
    """Read the file first: one that cannot be read starts nothing."""
    questions = questions_of(lot.competition)
    wanted = boxes(empty(), questions, is_priced=is_priced(lot.competition))
    found, problems = read_pack(form.cleaned_data["pack"], wanted)
    bid = start_bid(lot=lot, supplier=form.supplier(), by=request.user, at=at)
    desk = Desk(request, bid.reference, permission="bids.edit_bid")
    return compared(desk, items(wanted, found), problems)
