"""Finding a lot to bid for, starting a bid, and the list of bids."""

from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from bids.actions.drafting import start_bid
from bids.forms.bidding import StartForm
from bids.models import Bid
from bids.selectors.bidding import matching_for, open_lots_matching
from framework_portal import clock
from framework_portal.access import allow
from framework_portal.forms import refuse
from framework_portal.refusals import Refused
from lots.models import Lot
from suppliers.models import Supplier


@allow("suppliers.use_supplier_pages")
@require_safe
def lot_list(request):
    """The open lots that an organisation of this person matches."""
    at, own = clock.now(), Supplier.objects.of(request.user).order_by("name")
    lots = open_lots_matching(request.user, at=at)
    page = Paginator(lots, 25).get_page(request.GET.get("page"))
    context = {"page": page, "at": at, "organisations": list(own)}
    return render(request, "bids/supplier/lot_list.html", context)


@allow("suppliers.use_supplier_pages")
@require_http_methods(["GET", "POST"])
def bid_start(request, reference):
    """Start a bid for one lot: for the only organisation that matches, or for the one chosen."""
    lot = get_object_or_404(
        Lot.objects.public().select_related("competition__commissioner"), reference=reference
    )
    at = clock.now()
    started = Bid.objects.of(request.user).live().filter(lot=lot).order_by("pk").first()
    suppliers = matching_for(request.user, lot, at=at)
    form = StartForm(request.POST or None, suppliers=suppliers)
    only = suppliers[0] if len(suppliers) == 1 else None
    if request.method == "POST" and (only or form.is_valid()):
        supplier = only or form.cleaned_data["supplier"]
        try:
            bid = start_bid(lot=lot, supplier=supplier, by=request.user, at=at)
        except Refused as refusal:
            form.is_bound or form.full_clean()
            refuse(form, refusal)
        else:
            return redirect("supplier:bid_detail", reference=bid.reference)
    context = {"lot": lot, "at": at, "form": form, "only": only, "suppliers": suppliers}
    return render(request, "bids/supplier/bid_start.html", context | {"started": started})


@allow("suppliers.use_supplier_pages")
@require_safe
def bid_list(request):
    """All bids of the person's organisations, those that close next on top."""
    at = clock.now()
    bids = Bid.objects.of(request.user).for_list().by_deadline(at=at)
    page = Paginator(bids, 25).get_page(request.GET.get("page"))
    return render(request, "bids/supplier/bid_list.html", {"page": page, "at": at})
