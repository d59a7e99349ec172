"""Asking clamd, over its INSTREAM command, without ever waiting for it for long."""

import logging
import socket
import struct

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from framework_portal.background import Breaker
from framework_portal.documents.models import ScanState

logger = logging.getLogger(__name__)

INFECTED = _(
    "‘%(name)s’ contains a virus. Do not open it: have your computer checked, "
    "and upload a clean copy"
)
CONNECT_SECONDS = 1
PATIENCE = 3  # while a person waits for the answer
LONG_PATIENCE = 60  # when nobody does
PIECE = 128 * 1024

breaker = Breaker(60)


def verdict(chunks, *, patience=PATIENCE):
    """The ScanState of what `chunks` add up to; UNSCANNED when no scanner answers in time."""
    if not settings.CLAMD_ADDRESS or breaker.is_open:
        return ScanState.UNSCANNED
    try:
        answer = _asked(chunks, patience)
    except OSError as error:
        breaker.failed()
        logger.warning("The virus scanner does not answer: %s", type(error).__name__)
        return ScanState.UNSCANNED
    breaker.worked()
    if answer.endswith(b"FOUND"):
        return ScanState.INFECTED
    if answer == b"stream: OK":
        return ScanState.CLEAN
    logger.warning("The virus scanner could not check a file")
    return ScanState.UNSCANNED


def _asked(chunks, patience):
    with _connected() as link:
        link.settimeout(patience)
        link.sendall(b"zINSTREAM\0")
        for chunk in chunks:
            view = memoryview(chunk)
            for first in range(0, len(view), PIECE):
                piece = view[first : first + PIECE]
                link.sendall(struct.pack(">I", len(piece)))
                link.sendall(piece)
        link.sendall(struct.pack(">I", 0))
        answer = b""
        while piece := link.recv(4096):
            answer += piece
    return answer.strip(b"\0 \r\n")


def _connected():
    address = settings.CLAMD_ADDRESS
    if address.startswith("/"):
        link = socket.socket(socket.AF_UNIX)
        link.settimeout(CONNECT_SECONDS)
        link.connect(address)
    else:
        host, _colon, port = address.rpartition(":")
        link = socket.create_connection((host, int(port)), timeout=CONNECT_SECONDS)
    return link
