"""Word, Excel and OpenDocument files: opened as the archives they are, and looked through.

Everything is unpacked once, within limits, and thrown away: declared sizes may lie, so what
counts is what comes out.
"""

import io
import zipfile
import zlib
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from framework_portal.documents.checks import markup
from framework_portal.documents.checks.refusing import refuse
from framework_portal.documents.limits import (
    MEGABYTE,
    RATIO_COUNTS_FROM,
    UNPACKED_BYTES,
    UNPACKED_ENTRIES,
    UNPACKED_RATIO,
)

_OPEN_XML = "application/vnd.openxmlformats-officedocument."
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
DOCX = f"{_OPEN_XML}wordprocessingml.document"
XLSX = f"{_OPEN_XML}spreadsheetml.sheet"
ODT = f"{_OPEN_DOCUMENT}text"
ODS = f"{_OPEN_DOCUMENT}spreadsheet"

COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # older Office files, locked ones, OLE objects
PROGRAMS = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe")
PROGRAM_ENDINGS = (
    *(".exe", ".dll", ".scr", ".com", ".cpl", ".msi", ".lnk", ".jar"),
    *(".bat", ".cmd", ".ps1", ".vbs", ".vbe", ".js", ".jse", ".wsf", ".hta", ".sh", ".py"),
)
MACRO_MARKS = ("vbaproject", "vbadata", "macrosheets/", "activex/", "basic/", "scripts/")
NESTED = {".docx": DOCX, ".xlsx": XLSX}
DEEPEST = 2


def check_docx(name, content):
    """A Word document without macros, programs or a password."""
    _check_open_xml(Budget(name), content, DOCX)


def check_xlsx(name, content):
    """An Excel workbook without macros, programs or a password."""
    _check_open_xml(Budget(name), content, XLSX)


def check_odt(name, content):
    """An OpenDocument text without macros, programs or a password."""
    _check_open_document(Budget(name), content, ODT)


def check_ods(name, content):
    """An OpenDocument spreadsheet without macros, programs or a password."""
    _check_open_document(Budget(name), content, ODS)


@dataclass
class Budget:
    """What one upload may still unpack to, with everything inside it counted together."""

    name: str
    room: int = UNPACKED_BYTES
    entries: int = UNPACKED_ENTRIES
    depth: int = 0

    def refuse(self, code, words):
        refuse(code, self.name, words)

    def refuse_broken(self):
        self.refuse(
            "wrong_type",
            _("‘%(name)s’ is not what its name says, or is damaged. Save it again and upload that"),
        )

    def refuse_active(self):
        self.refuse(
            "active_content",
            _(
                "‘%(name)s’ contains macros, programs or embedded objects. "
                "Save it without them, or as PDF, and upload that"
            ),
        )

    def refuse_locked(self):
        words = _("‘%(name)s’ is password-protected. Remove the password and upload it again")
        self.refuse("locked", words)

    def refuse_bomb(self):
        words = _("‘%(name)s’ unpacks to too much. Save it as PDF and upload that")
        self.refuse("too_large", words)


def _check_open_xml(budget, content, media_type):
    parts = _unpacked(budget, content)
    types, relations = parts.get("[Content_Types].xml"), parts.get("_rels/.rels")
    if types is None or relations is None:
        budget.refuse_broken()
    declared = markup.attributes(types, "ContentType")
    if any(word in one.lower() for one in declared for word in ("macro", "vba", "activex")):
        budget.refuse_active()
    if f"{media_type}.main+xml" not in declared:
        budget.refuse_broken()
    for path, text in parts.items():
        if path.endswith(".rels") and markup.reaches_out(text):
            budget.refuse_active()


def _check_open_document(budget, content, media_type):
    parts = _unpacked(budget, content)
    if parts.get("mimetype") != media_type.encode() or "content.xml" not in parts:
        budget.refuse_broken()
    manifest = parts.get("META-INF/manifest.xml")
    if manifest is None:
        budget.refuse_broken()
    if "encryption-data" in markup.elements(manifest):
        budget.refuse_locked()
    for path in ("content.xml", "styles.xml"):
        if markup.elements(parts.get(path) or b"<none/>") & {"event-listener", "script", "applet"}:
            budget.refuse_active()


def _unpacked(budget, content):
    """The small parts and every XML part of the archive, by path, all of it having been read."""
    if content.startswith(COMPOUND):
        if "EncryptedPackage".encode("utf-16-le") in content:
            budget.refuse_locked()
        budget.refuse_broken()
    if not content.startswith(b"PK\x03\x04"):
        budget.refuse_broken()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _parts(budget, archive, len(content))
    except (
        zipfile.BadZipFile,
        zlib.error,
        NotImplementedError,
        EOFError,
        RuntimeError,
        ValueError,
        OSError,
        markup.Broken,
    ):
        budget.refuse_broken()


def _parts(budget, archive, packed):
    entries = archive.infolist()
    budget.entries -= len(entries)
    if budget.entries < 0:
        budget.refuse_bomb()
    if len({entry.filename.lower() for entry in entries}) != len(entries):
        budget.refuse_broken()
    parts = {}
    for entry in entries:
        _refuse_by_name(budget, entry)
        text = _read(budget, archive, entry, packed)
        if text.startswith((*PROGRAMS, COMPOUND)):
            budget.refuse_active()
        path = entry.filename
        if text.startswith(b"PK\x03\x04"):
            _check_nested(budget, path, text)
        elif path.lower().endswith((".xml", ".rels")) or path == "mimetype":
            # LibreOffice writes parts that are empty.
            if text and path != "mimetype" and markup.starts_programs(text):
                budget.refuse_active()
            parts[path] = text
    return parts


def _refuse_by_name(budget, entry):
    path = entry.filename.lower()
    if entry.flag_bits & 1:
        budget.refuse_locked()
    if path.startswith("/") or "\\" in path or ".." in path.split("/"):
        budget.refuse_broken()
    if any(mark in path for mark in MACRO_MARKS) or path.endswith(PROGRAM_ENDINGS):
        budget.refuse_active()


def _read(budget, archive, entry, packed):
    pieces = []
    with archive.open(entry) as stream:
        while piece := stream.read(MEGABYTE):
            budget.room -= len(piece)
            unpacked = UNPACKED_BYTES - budget.room
            if budget.room < 0 or (
                unpacked > RATIO_COUNTS_FROM and unpacked > UNPACKED_RATIO * packed
            ):
                budget.refuse_bomb()
            pieces.append(piece)
    return b"".join(pieces)


def _check_nested(budget, path, content):
    """A chart brings its workbook along; any other archive inside has no business there."""
    media_type = NESTED.get(path[path.rfind(".") :].lower())
    if media_type is None or budget.depth >= DEEPEST:
        budget.refuse_active()
    budget.depth += 1
    _check_open_xml(budget, content, media_type)
    budget.depth -= 1
