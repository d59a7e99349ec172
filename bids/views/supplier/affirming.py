"""What changed after a bid was submitted: read it, then let the bid stand or change it."""

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bids.actions.affirming import affirm_bid
from bids.selectors.affirming import changes_since, last_affirmation, unread_changes
from bids.views.supplier.desk import Desk
from framework_portal.access import allow, require
from framework_portal.refusals import Refused


@allow("suppliers.use_supplier_pages")
@require_http_methods(["GET", "HEAD", "POST"])
def bid_changes(request, reference):
    """The changes since submission, the new ones marked, and the two ways on."""
    desk = Desk(request, reference)
    if request.method == "POST":
        require(request.user, "bids.submit_bid", desk.bid)
        try:
            affirm_bid(
                bid=desk.bid, shown=request.POST.get("shown", ""), by=request.user, at=desk.at
            )
        except Refused as refusal:
            messages.error(request, refusal.message)
            return redirect(request.path)
        if desk.bid.standby_at:
            messages.success(request, _("Your bid stands as you saved it"))
        else:
            messages.success(request, _("Your bid stands as you submitted it"))
        return redirect("supplier:bid_detail", reference=reference)
    unread = list(unread_changes(desk.bid))
    return desk.page(
        "bid_changes",
        changes=list(changes_since(desk.bid)),
        unread=unread,
        shown=unread[-1].reference if unread else "",
        affirmation=last_affirmation(desk.bid),
    )
