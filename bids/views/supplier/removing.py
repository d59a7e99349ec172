"""Taking one thing out of a bid, after asking."""

from django.http import Http404
from django.shortcuts import redirect

from bids.content import find
from bids.views.supplier.desk import Desk
from framework_portal.refusals import Refused


def remove_after_asking(request, reference, *, of, which, remove, back):
    """Ask whether the entry `which` of the content's list `of` goes; `remove` it when pressed.

    `back` is the page of the list. What is not there any more cannot be asked about, but a press
    that was sent twice is taken.
    """
    desk = Desk(request, reference, permission="bids.edit_bid")
    entry = find(desk.content[of], which)
    if request.method == "GET" and entry is None:
        raise Http404
    if request.method == "GET" and not desk.is_open:
        return desk.locked()
    problem = None
    if request.method == "POST":
        try:
            remove(bid=desk.bid, reference=which, by=request.user, at=desk.at)
        except Refused as refusal:
            problem = refusal.message
        else:
            return redirect(desk.url(back))
    name = (entry or {}).get("name", "")
    return desk.page("bid_remove", name=name, back=desk.url(back), problem=problem)
