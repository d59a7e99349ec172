"""Files of a bid in pieces, by the tus protocol. People see none of this: `files.py` has the page.

Each request is the person's own, signed in and with the form's token, for a bid that the person
may edit and an upload that the same person started; anything else is not there.
"""

from django.core.cache import cache
from django.http import UnreadablePostError
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bids.actions.uploading import abandon_upload, start_upload, take_piece
from bids.models import Bid, BidUpload
from bids.views.supplier.desk import own_bid, saving
from framework_portal import clock
from framework_portal.access import allow
from framework_portal.documents import tus
from framework_portal.documents.limits import FILE_BYTES, MEGABYTE
from framework_portal.refusals import Refused

PIECE = MEGABYTE  # what is kept at once, however much comes in one request
READ = 64 * 1024
BEGUN_AN_HOUR = 200
STATUS = {"busy": 503, "no_space": 503, "moved_on": 409, "too_large": 413, "too_long": 413}


@allow("suppliers.use_supplier_pages")
@require_http_methods(["POST", "OPTIONS"])
@tus.speaks_tus
def bid_uploads(request, reference):
    """Begin an upload: how long, and of what name."""
    bid = _bid(request, reference)
    if request.method == "OPTIONS":
        return tus.capabilities()
    length, said = tus.number(request, "Upload-Length"), tus.metadata(request)
    if _begins_too_often(request.user):
        words = _("You have begun too many uploads in the last hour. Try again in an hour")
        return tus.refusal(429, words)
    try:
        upload = start_upload(
            bid=bid,
            name=said.get("filename", ""),
            declared=said.get("filetype", ""),
            length=min(length, FILE_BYTES + 1),
            mark=said.get("mark", ""),
            by=request.user,
            at=bid.asked_at,
        )
    except Refused as refusal:
        return tus.refusal(STATUS.get(refusal.code, 422), refusal.message)
    kwargs = {"reference": reference, "upload": upload.reference}
    return _standing(201, upload, Location=reverse("supplier:bid_upload", kwargs=kwargs))


@allow("suppliers.use_supplier_pages")
@require_http_methods(["HEAD", "PATCH", "DELETE", "OPTIONS"])
@tus.speaks_tus
def bid_upload(request, reference, upload):
    """Ask how far an upload has come, go on with it, or give it up."""
    bid = _bid(request, reference)
    if request.method == "OPTIONS":
        return tus.capabilities()
    upload = get_object_or_404(
        BidUpload.objects.filter(started_by=request.user, expires_at__gt=bid.asked_at),
        bid=bid,
        reference=upload,
    )
    upload.bid = bid
    if request.method == "HEAD":
        return _standing(200, upload)
    if request.method == "DELETE":
        abandon_upload(upload=upload)
        return tus.answer(204)
    return _more(request, upload)


def _begins_too_often(person):
    """Looking into a file costs the server much more than sending it: so many an hour."""
    key = f"uploads.begun.{person.pk}"
    cache.add(key, 0, timeout=3600)
    try:
        return cache.incr(key) > BEGUN_AN_HOUR
    except ValueError:  # the hour has just ended
        return False


def _bid(request, reference):
    return own_bid(request, reference, "bids.edit_bid", Bid.objects.for_desk())


def _more(request, upload):
    """PATCH. Whatever arrives of it counts, even where the line breaks in the middle."""
    if request.content_type != tus.OFFSET_TYPE:
        raise tus.Misused(415)
    begins, size = tus.number(request, "Upload-Offset"), tus.body_length(request)
    bid = upload.bid
    fits = tus.checksum(request)
    if begins != upload.arrived:
        raise tus.Misused(409)
    if size > upload.length - begins:
        raise tus.Misused(413)
    try:
        # What has a checksum counts as a whole or not at all.
        for piece in _pieces(request, size, at_once=size if fits else PIECE):
            if fits and not (len(piece) == size and fits(piece)):
                raise tus.Misused(tus.MISMATCH)
            begins = upload.arrived
            if begins + len(piece) == upload.length:
                # The last byte is here.
                upload.bid.saving = saving(request, bid)
            upload = take_piece(
                upload=upload, piece=piece, begins=begins, by=request.user, at=clock.now()
            )
    except Refused as refusal:
        return tus.refusal(STATUS.get(refusal.code, 422), refusal.message)
    return _standing(204, upload)


def _pieces(request, size, *, at_once):
    """The body, `at_once` bytes at a time, the last piece shorter; it ends where the line does."""
    piece, is_whole = bytearray(), True
    while size and is_whole:
        try:
            read = request.read(min(READ, size, at_once - len(piece)))
        except UnreadablePostError:
            read = b""
        is_whole = bool(read)
        piece += read
        size -= len(read)
        if piece and (len(piece) == at_once or not size or not is_whole):
            yield bytes(piece)
            piece = bytearray()


def _standing(status, upload, **headers):
    return tus.standing(
        status,
        arrived=upload.arrived,
        length=upload.length,
        expires_at=upload.expires_at,
        **headers,
    )
