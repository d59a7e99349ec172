"""The pack as a Word document: every answer has a box of its own."""

from io import BytesIO

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def text_document(pack):
    """The bytes of a .docx file."""
    document = Document()
    _prepare(document, pack)
    document.add_heading(pack.title, level=0)
    _rows(document, pack.facts)
    _section(document, _("How this file works"))
    for rule in pack.rules:
        document.add_paragraph(_clean(rule), style="List Bullet")
    document.add_paragraph(_("Bring it back here: %(address)s") % {"address": pack.address})
    _section(document, _("Timetable"))
    _rows(document, pack.timetable)
    _section(document, _("How bids are judged"))
    for name, worth, description in pack.criteria:
        _row(document, name, ". ".join(filter(None, [worth, description])))
    _section(document, _("Documents of the competition"))
    for title in pack.documents or [_("None")]:
        document.add_paragraph(_clean(title), style="List Bullet")
    _section(document, _("Your answers"))
    for box in pack.boxes:
        _box(document, box)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def _prepare(document, pack):
    document.core_properties.title = _clean(pack.title)
    document.core_properties.author = ""
    document.core_properties.comments = ""
    language = (get_language() or "en").partition("-")[0]
    document.core_properties.language = f"{language}-GB"
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Arial", Pt(11)
    marked = normal.element.get_or_add_rPr()
    spoken = OxmlElement("w:lang")
    spoken.set(qn("w:val"), f"{language}-GB")
    marked.append(spoken)
    for level in ("Title", "Heading 1", "Heading 2"):
        style = document.styles[level]
        style.font.name, style.font.color.rgb = "Arial", RGBColor(0x0B, 0x0C, 0x0C)
        fonts = style.element.rPr.rFonts
        for name in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
            fonts.attrib.pop(qn(name), None)


def _section(document, words):
    document.add_heading(words, level=1)


def _rows(document, rows):
    for words, value in rows:
        _row(document, words, value)


def _row(document, words, value):
    paragraph = document.add_paragraph()
    paragraph.add_run(_clean(f"{words}: ")).bold = True
    _lines(paragraph, value)


def _box(document, box):
    document.add_heading(_clean(box.label), level=2)
    if box.heading:
        document.add_paragraph(_clean(box.heading))
    asked = document.add_paragraph()
    _lines(asked, box.asked)
    for run in asked.runs:
        run.bold = True
    if box.guidance:
        _lines(document.add_paragraph(), box.guidance)
    if box.limit:
        document.add_paragraph(_("Up to %(limit)d words.") % {"limit": box.limit})
    table = document.add_table(rows=2, cols=1, style="Table Grid")
    label, answer = table.rows[0].cells[0].paragraphs[0], table.rows[1].cells[0]
    label.add_run(_("Write below this line. %(label)s") % {"label": _clean(box.label)})
    # Hidden text travels with the box, however the document is rearranged.
    label.add_run(str(box.mark)).font.hidden = True
    _shade(table.rows[0].cells[0])
    first, *others = box.answer.split("\n")
    answer.paragraphs[0].add_run(_clean(first))
    for line in others:
        answer.add_paragraph(_clean(line))
    document.add_paragraph()


def _lines(paragraph, text):
    for number, line in enumerate(text.split("\n")):
        run = paragraph.add_run()
        if number:
            run.add_break()
        run.add_text(_clean(line))


def _shade(cell):
    shade = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", "EEF4F4")):
        shade.set(qn(f"w:{name}"), value)
    cell._tc.get_or_add_tcPr().append(shade)


def _clean(text):
    """What XML can hold: control characters are refused on the way in, but other doors exist."""
    return "".join(letter for letter in str(text) if letter >= " " or letter in "\t\n\r")
