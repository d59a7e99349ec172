"""A PDF as the answer to a request."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from bids.printing.pdf import rendered
from bids.printing.saying import offer_said
from framework_portal.documents.serving import HEADERS


def offer_pdf(bid, submission, content, questions, *, is_priced):
    """What `submission` sent, as a file to keep."""
    said = offer_said(bid, submission, content, questions, is_priced=is_priced)
    response = HttpResponse(
        rendered(said, at=submission.received_at), content_type="application/pdf", headers=HEADERS
    )
    name = f"bid-{submission.receipt_number}.pdf"
    response["Content-Disposition"] = content_disposition_header(True, name)
    return response
