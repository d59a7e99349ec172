"""Handing a document out: always as an attachment, never kept, never shown inline."""

import itertools
import logging

from django.http import Http404, StreamingHttpResponse
from django.utils.http import content_disposition_header

from framework_portal import errors
from framework_portal.audit import trail
from framework_portal.documents import storage
from framework_portal.documents.envelope import bound
from framework_portal.documents.models import ScanState
from framework_portal.sealing.broken import InvalidSeal

logger = logging.getLogger(__name__)

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "no-store, private",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def document_response(document, *, by=None):
    """The document's bytes, to somebody the view has found entitled. With `by`, it is recorded."""
    if not document.may_be_downloaded:
        return _withheld(document)
    if not document.is_readable:
        raise Http404
    try:  # the first chunk is opened before anything is promised
        chunks = opened_chunks(document)
        first = next(chunks)
    except InvalidSeal as error:
        logger.error("Document %s cannot be read: %s", document.reference, error)
        raise Http404 from None
    response = StreamingHttpResponse(
        itertools.chain([first], chunks), content_type=document.media_type, headers=HEADERS
    )
    response["Content-Length"] = document.size
    response["Content-Disposition"] = content_disposition_header(True, document.name)
    if by is not None:
        trail.record("document.downloaded", document, by=by)
    return response


def opened_chunks(document):
    """The document's bytes, decrypted a mebibyte at a time."""
    return storage.read(document.stored_as, key=document.key, bound=bound(document, "content"))


def _withheld(document):
    infected = document.scan_state == ScanState.INFECTED
    return errors.page(None, "errors/document_withheld.html", 409, infected=infected)
