"""What a bidder keeps elsewhere: signed receipts as files, and what they commit to."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from bids.content import price_alone, without_price
from bids.models import Receipt, Submission
from bids.selectors.bidding import own_copy
from bids.selectors.receipts import as_text, receipt_file
from bids.views.supplier.desk import Desk
from framework_portal.access import allow
from framework_portal.sealing.canonical import canonical
from suppliers.vault.opening import VaultLocked

# What the envelopes of a version commit to, by the name of the file.
CONTENTS = {
    "content": lambda content: content,
    "quality": without_price,
    "price": price_alone,
}


@allow("suppliers.use_supplier_pages")
@require_safe
def bid_receipt_file(request, reference, submission):
    """The signed receipt; with the salt of its commitment, where the vault can be opened."""
    desk = Desk(request, reference)
    version = _version(desk, submission)
    try:
        _content, salt = own_copy(desk.bid, version)
    except VaultLocked:
        salt = None
    return _receipt(version.receipt, salt)


@allow("suppliers.use_supplier_pages")
@require_safe
def bid_content_file(request, reference, submission, part):
    """What the receipt commits to, letter for letter: with the salt it makes the commitment."""
    desk = Desk(request, reference)
    version = _version(desk, submission)
    is_split = version.price_offer_id is not None
    if part not in CONTENTS or is_split == (part == "content"):
        raise Http404
    content, _salt = own_copy(desk.bid, version)
    name = f"{part}-{version.receipt.number}.json"
    return _file(canonical(CONTENTS[part](content)), name)


@allow("suppliers.use_supplier_pages")
@require_safe
def bid_withdrawal(request, reference):
    """The receipt of a withdrawal."""
    desk = Desk(request, reference)
    return desk.page("bid_withdrawal", receipt=_withdrawal(desk))


@allow("suppliers.use_supplier_pages")
@require_safe
def bid_withdrawal_file(request, reference):
    """The same as a file."""
    return _receipt(_withdrawal(Desk(request, reference)), None)


@allow("suppliers.use_supplier_pages")
@require_safe
def bid_unseating_file(request, reference, receipt):
    """The receipt that a version counts no more, because a subcontractor withdrew its consent."""
    found = get_object_or_404(
        Receipt, bid=Desk(request, reference).bid, kind="unseated", reference=receipt
    )
    return _receipt(found, None)


def _version(desk, reference):
    versions = Submission.objects.select_related("offer", "copy", "receipt")
    return get_object_or_404(versions, bid=desk.bid, reference=reference)


def _withdrawal(desk):
    return get_object_or_404(Receipt, bid=desk.bid, kind="withdrawal")


def _receipt(receipt, salt):
    return _file(as_text(receipt_file(receipt, salt=salt)), f"receipt-{receipt.number}.json")


def _file(content, name):
    return HttpResponse(
        content,
        content_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
