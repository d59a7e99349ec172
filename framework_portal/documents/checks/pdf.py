"""PDF: readable without a password, and with nothing in it that acts by itself.

Names may be written with escapes (/J#61vaScript) and may lie in compressed object streams, so
both are searched: the raw bytes, and every stream that unpacks.
"""

import re
import zlib

from django.utils.translation import gettext_lazy as _

from framework_portal.documents.checks.refusing import refuse
from framework_portal.documents.limits import MEGABYTE, UNPACKED_BYTES

ACTIVE = ["JavaScript", "Launch", "RichMedia", "Rendition", "EmbeddedFile", "ImportData"]
PIECE = 64 * 1024


def _name(word, after=""):
    """A pattern for the PDF name `word`, each letter plain or escaped."""
    letters = "".join(f"(?:{letter}|#(?i:{ord(letter):02x}))" for letter in word)
    return f"/{letters}{after}".encode()


_ACTIVE = re.compile(b"|".join(_name(word) for word in ACTIVE))
_FORM_PROGRAM = re.compile(_name("XFA", r"(?=[\s\[\d<(])"))
_ENCRYPT = re.compile(_name("Encrypt", r"\s*(?:\d|<<)"))
_OBJECT_STREAM = re.compile(_name("ObjStm"))
_IMAGE = re.compile(_name("Image", r"(?![A-Za-z])"))
_PREDICTOR = re.compile(_name("Predictor"))
_STREAM = re.compile(rb"(?<!end)stream(?:\r\n|\n|\r)")
_OBJECTS = re.compile(rb"\s*\d+\s+\d+[\s\d]")


def check_pdf(name, content):
    """Refuse what is no PDF, is locked, or contains scripts, programs or other files."""
    tail = content[-4096:]
    if not content.startswith(b"%PDF-") or b"startxref" not in tail or b"%%EOF" not in tail:
        words = _("‘%(name)s’ is not a whole PDF. Save it as PDF again and upload that")
        refuse("wrong_type", name, words)
    if b"PK\x05\x06" in tail:
        refuse("wrong_type", name, _("‘%(name)s’ has another file behind it. Save it as PDF again"))
    if _ENCRYPT.search(content):
        words = _("‘%(name)s’ is password-protected. Remove the password and upload it again")
        refuse("locked", name, words)
    _refuse_active(name, content, content[:0])
    _check_streams(name, content)


def _refuse_active(name, text, objects):
    if _ACTIVE.search(text) or _FORM_PROGRAM.search(objects):
        words = _(
            "‘%(name)s’ contains a script, a form program or another file. "
            "Print it to a new PDF and upload that"
        )
        refuse("active_content", name, words)


def _check_streams(name, content):
    room, outside, last = UNPACKED_BYTES, [], 0
    view = memoryview(content)
    for found in _STREAM.finditer(content):
        head = content[max(last, found.start() - 4096) : found.start()]
        described = head[head.rfind(b" obj") + 1 :]
        outside.append(head)
        last = found.end()
        holds_objects = _OBJECT_STREAM.search(described) is not None
        if _IMAGE.search(described) and not holds_objects:
            continue
        text, whole = _inflated(view[found.end() :], room)
        room -= len(text)
        if room <= 0:
            _refuse_unreadable(name)
        if holds_objects and not (
            whole and _OBJECTS.match(text) and not _PREDICTOR.search(described)
        ):
            _refuse_unreadable(name)
        _refuse_active(name, text, text if holds_objects else b"")
    outside.append(content[last:][-MEGABYTE:])
    _refuse_active(name, b"", b"\n".join(outside))


def _inflated(packed, room):
    """What a deflated stream unpacks to, at most `room` bytes, and whether it came to its end."""
    if not packed or packed[0] & 0x0F != 8:  # not how a zlib stream begins
        return b"", False
    unpack, parts, at = zlib.decompressobj(), [], 0
    try:
        while not unpack.eof and room > 0:
            waiting = unpack.unconsumed_tail
            if not waiting:
                waiting, at = packed[at : at + PIECE], at + PIECE
            part = unpack.decompress(waiting, MEGABYTE)
            if not part and not waiting:  # the file ends before the stream does
                break
            parts.append(part)
            room -= len(part)
    except zlib.error:
        return b"".join(parts), False
    return b"".join(parts), unpack.eof


def _refuse_unreadable(name):
    words = _(
        "‘%(name)s’ is packed in a way that we cannot check. Print it to a new PDF and upload that"
    )
    refuse("unreadable", name, words)
