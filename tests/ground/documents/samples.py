"""The smallest whole file of every kind, and ways to spoil it."""

import io
import struct
import zipfile
import zlib

from django.core.files.uploadedfile import SimpleUploadedFile

from framework_portal.documents.checks.office import DOCX, ODS, ODT, XLSX

PDF_TYPE = "application/pdf"


def pdf(*objects, trailer=b"", tail=b""):
    """A PDF with `objects` (bytes) in it."""
    body = b"%PDF-1.7\n"
    for number, text in enumerate([b"<</Type/Catalog>>", *objects], start=1):
        body += b"%d 0 obj\n%s\nendobj\n" % (number, text)
    return body + b"trailer\n<</Root 1 0 R%s>>\nstartxref\n0\n%%%%EOF\n%s" % (trailer, tail)


def stream(text, dictionary=b"", *, packed=True):
    """A PDF stream object."""
    data = zlib.compress(text) if packed else text
    filter_ = b"/Filter/FlateDecode" if packed else b""
    return b"<<%s%s/Length %d>>stream\n%s\nendstream" % (dictionary, filter_, len(data), data)


def archive(parts, *, stored=(), packing=zipfile.ZIP_DEFLATED):
    """A zip file of `parts`, a dict of path and content."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", packing) as zipped:
        for path, content in parts.items():
            how = zipfile.ZIP_STORED if path in stored else packing
            zipped.writestr(path, content, how)
    return file.getvalue()


def office_parts(media_type, more_types=""):
    """The parts of a Word or Excel file."""
    main = "word/document.xml" if media_type == DOCX else "xl/workbook.xml"
    return {
        "[Content_Types].xml": '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats'
        f'.org/package/2006/content-types"><Override PartName="/{main}" '
        f'ContentType="{media_type}.main+xml"/>{more_types}</Types>',
        "_rels/.rels": '<Relationships><Relationship Id="r1" Type="officeDocument" '
        f'Target="{main}"/></Relationships>',
        main: "<document>Some words</document>",
    }


def docx(more=None, more_types=""):
    return archive(office_parts(DOCX, more_types) | (more or {}))


def xlsx(more=None, more_types=""):
    return archive(office_parts(XLSX, more_types) | (more or {}))


def open_document(media_type, more=None, manifest=""):
    parts = {
        "mimetype": media_type,
        "content.xml": "<document-content>Words</document-content>",
        "META-INF/manifest.xml": f"<manifest>{manifest}</manifest>",
    }
    return archive(parts | (more or {}), stored=("mimetype",))


def odt(more=None, manifest=""):
    return open_document(ODT, more, manifest)


def ods(more=None, manifest=""):
    return open_document(ODS, more, manifest)


def png(width=1, height=1, tail=b""):
    def chunk(kind, data):
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    data = chunk(b"IDAT", zlib.compress(b"\0\0"))
    return b"\x89PNG\r\n\x1a\n" + head + data + chunk(b"IEND", b"") + tail


def jpeg(width=1, height=1, tail=b""):
    def segment(marker, data):
        return b"\xff" + bytes([marker]) + struct.pack(">H", len(data) + 2) + data

    frame = struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\x00"
    app = segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0")
    scan = segment(0xDA, b"\x01\x01\0\0\x3f\0") + b"\x00"
    return b"\xff\xd8" + app + segment(0xC0, frame) + scan + b"\xff\xd9" + tail


CSV = "name,price\r\nŵy,1.50\r\n".encode()
TYPES = {
    "pdf": PDF_TYPE,
    "docx": DOCX,
    "xlsx": XLSX,
    "odt": ODT,
    "ods": ODS,
    "csv": "text/csv",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
}
WHOLE = {
    "pdf": pdf(),
    "docx": docx(),
    "xlsx": xlsx(),
    "odt": odt(),
    "ods": ods(),
    "csv": CSV,
    "png": png(),
    "jpg": jpeg(),
    "jpeg": jpeg(),
}


def upload(content=WHOLE["pdf"], name="method.pdf", declared=None):
    """`content` as a browser sends it."""
    ending = name.rpartition(".")[2].lower()
    declared = TYPES.get(ending, "application/octet-stream") if declared is None else declared
    return SimpleUploadedFile(name, content, content_type=declared)
