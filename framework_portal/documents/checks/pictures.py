"""Pictures: whole, of a bearable size, and with no other file hidden behind them."""

import struct

from django.utils.translation import gettext_lazy as _

from framework_portal.documents.checks.refusing import refuse
from framework_portal.documents.limits import PIXELS

PNG_MARK = b"\x89PNG\r\n\x1a\n"
ARCHIVE_END = b"PK\x05\x06"
# Start-of-frame markers carry height and width; the gaps are other tables.
JPEG_FRAMES = set(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def check_png(name, content):
    """Walk the chunks from the first to IEND, after which nothing may follow."""
    if not content.startswith(PNG_MARK + b"\x00\x00\x00\x0dIHDR") or len(content) < 33:
        _refuse_picture(name, "PNG")
    _refuse_huge(name, *struct.unpack_from(">II", content, 16))
    at, kind = len(PNG_MARK), b""
    while kind != b"IEND":
        if at + 12 > len(content):
            _refuse_picture(name, "PNG")
        (length,) = struct.unpack_from(">I", content, at)
        kind = content[at + 4 : at + 8]
        at += 12 + length
    if at != len(content):
        _refuse_picture(name, "PNG")


def check_jpeg(name, content):
    """Walk the segments up to the picture's data, and look that it ends as a JPEG does."""
    if not content.startswith(b"\xff\xd8\xff") or b"\xff\xd9" not in content[-65_536:]:
        _refuse_picture(name, "JPEG")
    if ARCHIVE_END in content[-65_600:]:
        _refuse_picture(name, "JPEG")
    at, framed = 2, False
    while True:
        if at + 4 > len(content) or content[at] != 0xFF:
            _refuse_picture(name, "JPEG")
        marker = content[at + 1]
        if marker == 0xFF:  # fill byte
            at += 1
            continue
        (length,) = struct.unpack_from(">H", content, at + 2)
        if marker in JPEG_FRAMES and at + 9 <= len(content):
            _refuse_huge(name, *struct.unpack_from(">HH", content, at + 5))
            framed = True
        if marker == 0xDA:  # the picture itself
            break
        at += 2 + length
    if not framed:
        _refuse_picture(name, "JPEG")


def _refuse_picture(name, kind):
    words = _("‘%(name)s’ is not a whole %(kind)s picture. Save it again and upload that")
    refuse("wrong_type", name, words, kind=kind)


def _refuse_huge(name, width, height):
    if width * height > PIXELS:
        words = _("‘%(name)s’ has too many pixels. Make the picture smaller and upload it again")
        refuse("too_large", name, words)
