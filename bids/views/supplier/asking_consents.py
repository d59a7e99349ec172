"""The lead asks its key subcontractors for their consent, and reminds them."""

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bids.actions.consents import ask_consent, remind_of_consent
from bids.content import find
from bids.views.supplier.desk import CHECK, Desk
from framework_portal.access import allow
from framework_portal.refusals import Refused


@allow("suppliers.use_supplier_pages")
@require_POST
def bid_subcontractor_ask(request, reference, subcontractor):
    """Put its terms to one organisation, by mail."""
    words = _("We have asked %(name)s for its consent, by email")
    return _done(request, reference, subcontractor, ask_consent, words)


@allow("suppliers.use_supplier_pages")
@require_POST
def bid_subcontractor_remind(request, reference, subcontractor):
    """Mail it once more that its answer is waited for."""
    words = _("We have reminded %(name)s by email")
    return _done(request, reference, subcontractor, remind_of_consent, words)


def _done(request, reference, subcontractor, action, words):
    desk = Desk(request, reference, permission="bids.edit_bid")
    entry = find(desk.content["subcontractors"], subcontractor)
    try:
        action(bid=desk.bid, reference=subcontractor, by=request.user, at=desk.at)
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, words % {"name": (entry or {}).get("name", "")})
    back = "bid_submit" if request.POST.get("back") == CHECK else "bid_subcontractors"
    return redirect(desk.url(back))
