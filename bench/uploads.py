"""A file of a bid in pieces, over loopback, beside writing the same bytes durably."""

import os
import time
from base64 import b64encode
from pathlib import Path

from django.conf import settings

from bench.people import cookies
from bench.steps import TOKEN, Person
from bids.models import Bid
from framework_portal.documents.limits import MEGABYTE


def seconds(port, megabytes):
    """How long one person's PDF takes: (so many mebibytes to arrive, the end that is checked)."""
    bid = Bid.objects.filter(submissions=None, uploads=None, draft=None).order_by("pk").first()
    user = bid.supplier.memberships.order_by("pk").first().user
    person = Person(port, cookies(user), [])
    address = f"/supplier/bids/{bid.reference}"
    token = TOKEN.search(person.ask("GET", f"{address}/files/")[2])[1].decode()
    headers = ["Tus-Resumable: 1.0.0", f"X-CSRFToken: {token}"]
    text = os.urandom(megabytes * MEGABYTE // 2).hex().encode()
    content = b"%PDF-1.7\n1 0 obj\n<</Type/Catalog>>\nendobj\n2 0 obj\n(" + text
    content += b")\nendobj\ntrailer\n<</Root 1 0 R>>\nstartxref\n0\n%%EOF\n"

    began = time.perf_counter()
    said = f"Upload-Metadata: filename {b64encode(b'bench.pdf').decode()}"
    length = f"Upload-Length: {len(content)}"
    status, head, _body = person.ask("POST", f"{address}/uploads/", b"", [*headers, said, length])
    _must(status, 201)
    place = head.lower().split(b"location: ")[1].split(b"\r\n")[0].decode()
    place = place[place.index("/supplier/") :]
    arrived = began
    for offset in range(0, len(content), MEGABYTE):
        more = [f"Upload-Offset: {offset}", "Content-Type: application/offset+octet-stream"]
        piece = content[offset : offset + MEGABYTE]
        status, _head, _body = person.ask("PATCH", place, piece, [*headers, *more])
        _must(status, 204)
        if offset + len(piece) < len(content):
            arrived = time.perf_counter()
    return arrived - began, time.perf_counter() - arrived


def bare_seconds(megabytes):
    """How long writing as much takes, each piece made durable before the next."""
    path, piece = Path(settings.DOCUMENT_DIR) / "bare", os.urandom(MEGABYTE)
    path.parent.mkdir(parents=True, exist_ok=True)
    began = time.perf_counter()
    with path.open("wb") as file:
        for _piece in range(megabytes):
            file.write(piece)
            file.flush()
            os.fsync(file.fileno())
    took = time.perf_counter() - began
    path.unlink()
    return took


def _must(status, wanted):
    if status != wanted:
        raise SystemExit(f"An upload was answered {status} and not {wanted}")
