"""Complete but not submitted: the page on which a bidder says that the last version shall count."""

import uuid

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bids.actions.submission import let_stand_by, take_ticket
from bids.held import held_for, let_go
from bids.states import Act
from bids.views.supplier.desk import Desk, own_bid
from bids.views.supplier.pressing import LOOKING, press_key, require_who_presses
from framework_portal.access import allow
from framework_portal.accounts.recent import require_recent_sign_in
from framework_portal.refusals import Refused


@allow("suppliers.use_supplier_pages")
@require_http_methods(["GET", "HEAD", "POST"])
def bid_standby(request, reference):
    """What the instruction does, whether it is on, and the button that changes it."""
    if request.method == "POST":
        return _instructed(request, reference)
    require_recent_sign_in(request, LOOKING)
    desk = Desk(request, reference, permission="bids.submit_bid")
    if not desk.is_open:
        return desk.locked()
    return desk.page("bid_standby", key=uuid.uuid4())


def _instructed(request, reference):
    """Timed on arrival, like a submission."""
    bid = own_bid(request, reference, "bids.submit_bid")
    is_on = request.POST.get("standby") == "on"
    try:
        act, key = Act.INSTRUCTION, press_key(request)
        arrival = take_ticket(bid=bid, by=request.user, key=key, act=act)
        require_who_presses(request, bid, arrival, verb="bid.standby_refused")
        earlier = held_for(request.session, bid, arrival)
        let_stand_by(bid=bid, is_on=is_on, by=request.user, arrival=arrival, earlier=earlier)
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect(request.path)
    let_go(request.session, bid, arrival)
    if is_on:
        messages.success(request, _("Your standing instruction is on"))
    else:
        messages.success(request, _("Your standing instruction is off"))
    return redirect("supplier:bid_detail", reference=reference)
