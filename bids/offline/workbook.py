"""The pack as an Excel workbook: a row for each answer, with its words counted beside it."""

from io import BytesIO

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment, Font, PatternFill

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MARK, LABEL, ASKED, LIMIT, ANSWER, WORDS = range(1, 7)
FIRST = 2  # the row of the first answer
LONGEST = 32_767  # characters of a cell; a longer answer is not put in, and said so
WRAP = Alignment(wrap_text=True, vertical="top")
# Spaces of any kind become plain ones, and TRIM leaves one between words: the portal's own rule.
_PLAIN = (
    'TRIM(SUBSTITUTE(SUBSTITUTE(SUBSTITUTE(SUBSTITUTE({cell},CHAR(10)," "),CHAR(13)," "),'
    'CHAR(9)," "),CHAR(160)," "))'
)
_COUNT = '=IF(LEN({plain})=0,0,LEN({plain})-LEN(SUBSTITUTE({plain}," ",""))+1)'


def workbook(pack):
    """The bytes of an .xlsx file."""
    book = Workbook()
    _answers(book.active, pack)
    _about(book.create_sheet(_("Read me")), pack)
    book.properties.title = _plain(pack.title)
    book.properties.creator = ""
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _answers(sheet, pack):
    sheet.title = _("Your answers")
    heads = ["", _("Part"), _("What is asked"), _("Words allowed"), _("Your answer"), _("Words")]
    for column, words in enumerate(heads, start=1):
        _text(sheet, 1, column, words).font = Font(bold=True)
    for row, box in enumerate(pack.boxes, start=FIRST):
        _text(sheet, row, MARK, str(box.mark))
        _text(sheet, row, LABEL, box.label)
        asked = "\n\n".join(filter(None, [box.asked, box.guidance, box.heading]))
        _text(sheet, row, ASKED, asked)
        sheet.cell(row, LIMIT, box.limit).alignment = WRAP
        _text(sheet, row, ANSWER, box.answer if len(box.answer) <= LONGEST else "")
        plain = _PLAIN.format(cell=f"E{row}")
        sheet.cell(row, WORDS, _COUNT.format(plain=plain)).alignment = WRAP
        sheet.row_dimensions[row].height = min(409, max(90, len(box.answer) // 5))
    for column, width in zip("BCDEF", (20, 50, 10, 100, 8), strict=True):
        sheet.column_dimensions[column].width = width
    sheet.column_dimensions["A"].hidden = True
    sheet.freeze_panes = "C2"
    over = FormulaRule(
        formula=[f"AND($D{FIRST}>0,$F{FIRST}>$D{FIRST})"], fill=PatternFill(bgColor="F4CDC6")
    )
    sheet.conditional_formatting.add(f"F{FIRST}:F{FIRST + len(pack.boxes)}", over)


def _about(sheet, pack):
    lines = [(pack.title, ""), *pack.facts]
    lines += [(_("How this file works"), rule) for rule in pack.rules]
    lines += [(_("Bring it back here"), pack.address)]
    lines += pack.timetable
    lines += [
        (_("Judged by: %(name)s") % {"name": name}, ". ".join(filter(None, [worth, words])))
        for name, worth, words in pack.criteria
    ]
    lines += [(_("Document"), title) for title in pack.documents]
    for row, (words, value) in enumerate(lines, start=1):
        _text(sheet, row, 1, words).font = Font(bold=True)
        _text(sheet, row, 2, value)
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 36, 110


def _text(sheet, row, column, words):
    """Words as words: whatever they begin with, no program takes them for a formula."""
    cell = sheet.cell(row, column)
    cell.value = _plain(words)[:LONGEST]
    cell.data_type = "s"
    cell.quotePrefix = True
    cell.alignment = WRAP
    return cell


def _plain(words):
    return ILLEGAL_CHARACTERS_RE.sub("", str(words))
