"""The last steps: check the answers and submit, or withdraw."""

import uuid

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from bids.actions.asking_to_submit import ask_to_submit
from bids.actions.submission import submit_bid, take_ticket, withdraw_bid
from bids.attempts import DATABASE, token
from bids.forms.bidding import DeclarationForm, WithdrawalForm
from bids.held import held_for, let_go
from bids.states import Act
from bids.views.supplier.desk import Desk, listed, named, own_bid
from bids.views.supplier.pressing import LOOKING, press_key, require_who_presses
from framework_portal import clock
from framework_portal.access import allow
from framework_portal.accounts.recent import require_recent_sign_in
from framework_portal.forms import refuse
from framework_portal.refusals import Refused

# What a bidder may want to prove later: the portal was busy, or it was too late.
TOKENED = {"busy", "closed", "forged"}


@allow("suppliers.use_supplier_pages")
@require_http_methods(["GET", "POST"])
def bid_submit(request, reference):
    """Check the answers, declare, submit. One page carries one key: pressed twice is once."""
    if request.method == "GET":
        require_recent_sign_in(request, LOOKING)
        desk = Desk(request, reference, permission="bids.edit_bid")
        if not desk.is_open:
            return desk.locked()
        return desk.page("bid_submit", form=DeclarationForm(initial={"key": uuid.uuid4()}))
    bid, declared = own_bid(request, reference, "bids.submit_bid"), "declared" in request.POST
    try:
        # Before any work, and before asking who presses: the instant of arrival is what counts.
        arrival = request.ticket = take_ticket(bid=bid, by=request.user, key=press_key(request))
        require_who_presses(request, bid, arrival, verb="bid.submission_refused", whole=declared)
        submission = submit_bid(
            bid=bid,
            by=request.user,
            arrival=arrival,
            earlier=held_for(request.session, bid, arrival),
            declared=declared,
        )
    except Refused as refusal:
        form = DeclarationForm(request.POST)
        refuse(form, refusal)
        attempt = _attempt(request, bid, refusal)
        return Desk(request, reference).page("bid_submit", form=form, attempt=attempt)
    let_go(request.session, bid, arrival)
    return redirect("supplier:bid_receipt", reference=reference, submission=submission.reference)


@allow("suppliers.use_supplier_pages")
@require_POST
def bid_ask(request, reference):
    """Ask those who may submit to do so, by mail."""
    desk = Desk(request, reference, permission="bids.edit_bid", saves=False)
    try:
        asked = ask_to_submit(bid=desk.bid, by=request.user, at=desk.at)
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        words = _("We have asked %(names)s by email to submit this bid")
        messages.success(request, words % {"names": listed([named(each) for each in asked])})
    return redirect("supplier:bid_submit", reference=reference)


@allow("suppliers.use_supplier_pages")
@require_http_methods(["GET", "POST"])
def bid_withdraw(request, reference):
    """Take the bid back, after asking. Timed on arrival, like a submission."""
    if request.method == "GET":
        require_recent_sign_in(request, LOOKING)
        desk = Desk(request, reference, permission="bids.withdraw_bid")
        if not desk.is_open:
            return desk.locked()
        return desk.page("bid_withdraw", form=WithdrawalForm(initial={"key": uuid.uuid4()}))
    bid = own_bid(request, reference, "bids.withdraw_bid")
    try:
        act, key = Act.WITHDRAWAL, press_key(request)
        arrival = take_ticket(bid=bid, by=request.user, key=key, act=act)
        require_who_presses(request, bid, arrival, verb="bid.withdrawal_refused")
        earlier = held_for(request.session, bid, arrival)
        bid = withdraw_bid(bid=bid, by=request.user, arrival=arrival, earlier=earlier)
    except Refused as refusal:
        form = WithdrawalForm(request.POST)
        form.full_clean()
        refuse(form, refusal)
        return Desk(request, reference).page("bid_withdraw", form=form)
    let_go(request.session, bid, arrival)
    has_receipt = bid.receipts.filter(kind="withdrawal").exists()
    page = "bid_withdrawal" if has_receipt else "bid_detail"
    return redirect(f"supplier:{page}", reference=reference)


def _attempt(request, bid, refusal):
    """The token of a press that we, and not the bid, were the reason to refuse; or None."""
    if refusal.code not in TOKENED:
        return None
    ticket = getattr(request, "ticket", None)
    return token(
        bid=bid.reference,
        at=ticket.at if ticket else clock.now(),
        timed_by=DATABASE,
        outcome=refusal.code,
        key=ticket.key if ticket else press_key(request),
    )
