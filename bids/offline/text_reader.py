"""Reading a Word document that came back: the boxes of the pack, whatever was done around them."""

import io
import zipfile
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from django.utils.translation import gettext as _

from bids.offline.found import Found, Unreadable
from bids.offline.marks import mark_in, without_marks

WORDS = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
# Strict documents name the same things otherwise.
STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
# More text than any bid has: a novel pasted by mistake is told so before it is parsed.
MOST_BYTES = 30_000_000
# What is not words: each is said so by its place, and the rest of the answer is taken.
LOST = {
    "drawing": "picture",
    "pict": "picture",
    "object": "picture",
    "AlternateContent": "picture",
    "footnoteReference": "note",
    "endnoteReference": "note",
    "oMath": "formula",
    "oMathPara": "formula",
}
LEFT_OUT = {"del", "moveFrom", "instrText", "delText", "pPr", "rPr", "tblPr", "tcPr", "sectPr"}


def read(content, boxes):
    """(what was found, problems) of the bytes of a .docx file that has been checked."""
    try:
        return _read(_body(content), boxes)
    except RecursionError:  # nested deeper than any program writes it
        raise Unreadable(_("is damaged. Open it, save it again and choose that")) from None


def _read(body, boxes):
    by_label = {box.label: box.mark for box in boxes}
    read = (_found(table, by_label) for table in _outer_tables(body))
    found = [each for each in read if each is not None]
    inside, everything = {each.key for each in found}, _text(body)[0]
    gone = [
        box.label
        for box in boxes
        if box.mark.key not in inside and f"portal:{box.mark.key}:" in everything
    ]
    words = _("%(label)s: its box is gone. Copy the answer into the box of a fresh pack")
    return found, [words % {"label": label} for label in gone]


def _body(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if archive.getinfo("word/document.xml").file_size > MOST_BYTES:
            raise Unreadable(_("holds too much text. Take out what is not part of the pack"))
        text = archive.read("word/document.xml")
    try:
        return fromstring(text.replace(STRICT[1:-1].encode(), WORDS[1:-1].encode()))
    except (ParseError, DefusedXmlException, ValueError):
        raise Unreadable(_("is damaged. Open it, save it again and choose that")) from None


def _outer_tables(node):
    """The tables that do not lie in another one, in their order."""
    for child in node:
        if child.tag == f"{WORDS}tbl":
            yield child
        else:
            yield from _outer_tables(child)


def _found(table, by_label):
    """The box that `table` is, or None: by its hidden mark, or else by its label."""
    rows = list(_rows(table))
    for number, row in enumerate(rows):
        heading = _text(row)[0]
        mark = mark_in(heading)
        label = without_marks(heading).strip()
        if mark is None:
            mark = next((m for words, m in by_label.items() if label.endswith(f". {words}")), None)
        if mark is not None:
            return _answer(mark, rows[number + 1 :], by_label)
    return None


def _answer(mark, rows, by_label):
    own = next((words for words, each in by_label.items() if each.key == mark.key), mark.key)
    texts, lost = [], set()
    for row in rows:
        text, missing = _text(row)
        texts.append(text)
        lost |= missing
    text = "\n".join(line.rstrip() for line in "\n".join(texts).split("\n")).strip("\n")
    told = {
        "picture": _("%(place)s: a picture or text box is left out. Attach it as a file"),
        "note": _("%(place)s: a footnote is left out. Write it into the answer"),
        "formula": _("%(place)s: a formula is left out. Write it in words"),
        "table": _("%(place)s: a table inside the answer became lines of text"),
    }
    problems = [told[each] % {"place": own} for each in sorted(lost)]
    return Found(mark.key, mark.held, text, own, problems)


def _rows(table):
    for child in table:
        if child.tag == f"{WORDS}tr":
            yield child
        elif child.tag != f"{WORDS}tbl":  # content controls and tracked rows around rows
            yield from _rows(child)


def _text(node):
    """(the words of a node as lines, what was lost)."""
    lines, lost = [""], set()
    _gather(node, lines, lost)
    return "\n".join(lines[1:] if len(lines) > 1 and not lines[0] else lines), lost


def _gather(node, lines, lost):
    for child in node:
        name = child.tag.rpartition("}")[2] if isinstance(child.tag, str) else ""
        if name in LOST:
            lost.add(LOST[name])
        elif name == "p":
            listed = child.find(f"{WORDS}pPr/{WORDS}numPr") is not None
            lines.append("• " if listed and _text_of_runs(child).strip() else "")
            _gather(child, lines, lost)
        elif name == "tbl":
            lost.add("table")
            for row in _rows(child):
                cells = [_text(cell)[0] for cell in row if cell.tag == f"{WORDS}tc"]
                lines.append(" | ".join(cell.replace("\n", " ") for cell in cells))
        elif name == "t":
            lines[-1] += child.text or ""
        elif name == "tab":
            lines[-1] += "\t"
        elif name in ("br", "cr"):
            lines.append("")
        elif name == "noBreakHyphen":
            lines[-1] += "-"
        elif name not in LEFT_OUT:
            _gather(child, lines, lost)


def _text_of_runs(paragraph):
    return "".join(each.text or "" for each in paragraph.iter(f"{WORDS}t"))
