"""Checking a receipt without a sign-in, the keys it is signed with, and the script for at home."""

import hashlib
from functools import lru_cache
from pathlib import Path

from allauth.account.adapter import get_adapter
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from bids.checking import UNKNOWN, check_number, check_text
from bids.forms.checking import ReceiptForm
from bids.offline import verify_receipt
from bids.selectors.receipts import keys_file
from bids.views.public.logs import as_file
from framework_portal import clock
from framework_portal.access import public
from framework_portal.accounts.actions.guessing import claim_try, door, give_back
from framework_portal.forms import refuse
from framework_portal.freshness import public_page
from framework_portal.refusals import Refused
from framework_portal.sealing.signing import published_keys

NO_SUCH_NUMBER = _(
    "There is no receipt with this number. Check each character: the last one notices slips"
)
SCRIPT = Path(verify_receipt.__file__)


@public
@require_http_methods(["GET", "POST"])
def receipt_check(request):
    """Genuine, altered, replaced, withdrawn or not ours; and whether it is in the log."""
    at = clock.now()
    if request.method == "GET":
        return render(request, "bids/public/receipt_check.html", {"form": ReceiptForm(), "at": at})
    form = ReceiptForm(request.POST, request.FILES)
    context = {"form": form, "at": at}
    if form.is_valid():
        try:
            context["answer"] = _answer(request, form, at)
        except Refused as refusal:
            refuse(form, refusal)
    return render(request, "bids/public/receipt_check.html", context)


def _answer(request, form, at):
    """What fails counts against the address it comes from, so that numbers cannot be tried out."""
    doors = [door("receipt", get_adapter().get_client_ip(request))]
    claim_try(doors=doors, at=at)
    answer = check_text(form.whole) if form.whole else check_number(form.cleaned_data["number"])
    if answer.is_genuine:
        give_back(doors=doors)
    elif answer.kind == UNKNOWN:
        form.add_error("number", NO_SUCH_NUMBER)
        return None
    return answer


@public_page
def receipt_keys(request):
    """Every key that the service has signed with, and how to check a signature at home."""
    context = {"keys": published_keys(), "script": script_digest()}
    return render(request, "bids/public/receipt_keys.html", context)


@public_page
def receipt_keys_file(request):
    """The same for programs."""
    return as_file(keys_file(), "keys.json")


@public_page
def receipt_verifier(request):
    """The script that checks a receipt without the portal."""
    return HttpResponse(
        SCRIPT.read_bytes(),
        content_type="text/x-python; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="verify_receipt.py"'},
    )


@lru_cache(maxsize=1)
def script_digest():
    """SHA-256 of the script, to be compared after downloading."""
    return hashlib.sha256(SCRIPT.read_bytes()).hexdigest()
