"""The tus protocol, version 1.0.0, as far as it is HTTP: headers read, answers written.

Core, and the extensions creation, termination, expiration and checksum (https://tus.io). What an
upload is and who may touch it is its view's business.
"""

import base64
import binascii
import hashlib
import hmac
from functools import wraps

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, JsonResponse
from django.utils.http import http_date

from framework_portal.documents.limits import FILE_BYTES

VERSION = "1.0.0"
EXTENSIONS = "creation,termination,expiration,checksum"
CHECKSUMS = {"sha1": hashlib.sha1, "sha256": hashlib.sha256}
OFFSET_TYPE = "application/offset+octet-stream"
MISMATCH = 460  # of the protocol's own: the checksum is of something else
LONGEST_NUMBER = 15


class Misused(Exception):
    """The request does not keep to the protocol; `status` says in what way."""

    def __init__(self, status):
        super().__init__(status)
        self.status = status


def speaks_tus(view):
    """Decorate a view: the version is agreed on first, and every answer names it."""

    @wraps(view)
    def spoken(request, *args, **kwargs):
        try:
            if request.method != "OPTIONS" and request.headers.get("Tus-Resumable") != VERSION:
                raise Misused(412)
            response = view(request, *args, **kwargs)
        except Misused as misuse:
            response = HttpResponse(status=misuse.status)
        except (Http404, PermissionDenied) as hidden:
            response = HttpResponse(status=404 if isinstance(hidden, Http404) else 403)
        return _labelled(response)

    return spoken


def capabilities():
    """What OPTIONS is answered."""
    return answer(
        204,
        **{
            "Tus-Max-Size": FILE_BYTES,
            "Tus-Extension": EXTENSIONS,
            "Tus-Checksum-Algorithm": ",".join(CHECKSUMS),
        },
    )


def answer(status, **headers):
    """An answer without a body. Uploads are of this minute: nothing of it is cached."""
    return HttpResponse(status=status, headers={"Cache-Control": "no-store", **headers})


def standing(status, *, arrived, length, expires_at, **headers):
    """How far an upload has come."""
    return answer(
        status,
        **{
            "Upload-Offset": arrived,
            "Upload-Length": length,
            "Upload-Expires": http_date(expires_at.timestamp()),
            **headers,
        },
    )


def refusal(status, message):
    """A refusal, in words for the person who sent the file."""
    return JsonResponse({"message": str(message)}, status=status)


def number(request, header):
    """The number in `header`; Misused without it, or with anything else in it."""
    text = request.headers.get(header, "")
    if not (text.isascii() and text.isdigit()):
        raise Misused(400)
    # Longer ones are too large for anything; nobody converts a million digits.
    return int(text) if len(text) <= LONGEST_NUMBER else 10**LONGEST_NUMBER


def body_length(request):
    """How long the body says it is. A piece must say so, or it could be refused only once read."""
    if "chunked" in request.META.get("HTTP_TRANSFER_ENCODING", ""):
        raise Misused(411)
    if not request.META.get("CONTENT_LENGTH"):
        raise Misused(411)
    return int(request.META["CONTENT_LENGTH"])  # digits: the middleware saw to that


def metadata(request):
    """What Upload-Metadata says: keys and texts."""
    said = {}
    for pair in filter(None, request.headers.get("Upload-Metadata", "").split(",")):
        key, _space, value = pair.strip().partition(" ")
        try:
            said[key] = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            raise Misused(400) from None
    return said


def checksum(request):
    """A function that says whether a body has the checksum it came with, or None without one."""
    sent = request.headers.get("Upload-Checksum")
    if sent is None:
        return None
    algorithm, _space, value = sent.partition(" ")
    if algorithm not in CHECKSUMS:
        raise Misused(400)
    try:
        digest = base64.b64decode(value, validate=True)
    except binascii.Error:
        raise Misused(400) from None
    return lambda body: hmac.compare_digest(CHECKSUMS[algorithm](body).digest(), digest)


def _labelled(response):
    response["Tus-Resumable"] = VERSION
    if response.status_code in (204, 412) and "Upload-Offset" not in response:
        response["Tus-Version"] = VERSION
    return response
