"""What a bidder holds as evidence: receipts, and the bid's own record."""

from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from bids.models import Submission
from bids.printing.answering import offer_pdf
from bids.selectors.bidding import record_of, submitted_offer, unanswered
from bids.selectors.sameness import opened_as_sent
from bids.selectors.standby import counting
from bids.views.supplier.desk import Desk
from framework_portal.access import allow
from suppliers.selectors.vaults import way_in
from suppliers.vault.opening import VaultLocked


@allow("suppliers.use_supplier_pages")
@require_safe
def bid_receipt(request, reference, submission):
    """What arrived, when, and its digests."""
    desk = Desk(request, reference)
    return desk.page("bid_receipt", **_receipt(desk, submission))


@allow("suppliers.use_supplier_pages")
@require_safe
def bid_pdf(request, reference, submission):
    """What was sent in this version, word for word, as a PDF."""
    desk = Desk(request, reference)
    receipt = _receipt(desk, submission)
    if receipt["way_in"]:
        raise VaultLocked(desk.bid.supplier, home=desk.url("bid_detail"))
    return offer_pdf(
        desk.bid,
        receipt["submission"],
        receipt["offer"],
        desk.questions,
        is_priced=desk.is_priced,
    )


@allow("suppliers.use_supplier_pages")
@require_safe
def bid_record(request, reference):
    """Who did what when, refused attempts too, as the audit trail has it."""
    desk = Desk(request, reference)
    submissions = desk.bid.submissions.select_related("submitted_by", "receipt")
    return desk.page(
        "bid_record",
        events=record_of(desk.bid),
        unanswered=unanswered(desk.bid),
        submissions=list(submissions.order_by("-sequence")),
        withdrawal=desk.bid.receipts.filter(kind="withdrawal").first(),
        unseatings=list(desk.bid.receipts.filter(kind="unseated").order_by("-pk")),
        counts=counting(desk.bid),
    )


def _receipt(desk, reference):
    submission = get_object_or_404(
        Submission.objects.select_related("offer", "copy", "submitted_by", "receipt"),
        bid=desk.bid,
        reference=reference,
    )
    try:
        offer, locked_out = submitted_offer(desk.bid, submission), None
    except VaultLocked:
        offer, locked_out = None, way_in(desk.request.user, desk.bid.supplier)
    return {
        "submission": submission,
        "offer": offer,
        "way_in": locked_out,
        "counts": submission == counting(desk.bid),
        "unseated": submission.named.filter(consent__withdrawn_at__isnull=False).exists(),
        "as_sent": opened_as_sent(desk.bid),
    }
