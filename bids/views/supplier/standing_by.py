"""Complete but not submitted: the page on which a bidder says that the last version shall count."""

from datetime import timedelta

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bids.actions.submission import let_stand_by
from bids.views.supplier.desk import Desk
from framework_portal.access import allow
from framework_portal.accounts.recent import recent_sign_in
from framework_portal.refusals import Refused


@allow("suppliers.use_supplier_pages")
@recent_sign_in(within=timedelta(minutes=15), on_post=timedelta(hours=1))
@require_http_methods(["GET", "HEAD", "POST"])
def bid_standby(request, reference):
    """What the instruction does, whether it is on, and the button that changes it."""
    desk = Desk(request, reference, permission="bids.submit_bid")
    if request.method == "POST":
        is_on = request.POST.get("standby") == "on"
        try:
            let_stand_by(bid=desk.bid, is_on=is_on, by=request.user, at=desk.at)
        except Refused as refusal:
            messages.error(request, refusal.message)
            return redirect(request.path)
        if is_on:
            messages.success(request, _("Your standing instruction is on"))
        else:
            messages.success(request, _("Your standing instruction is off"))
        return redirect("supplier:bid_detail", reference=reference)
    if not desk.is_open:
        return desk.locked()
    return desk.page("bid_standby")
