"""Reading a workbook that came back: rows by their hidden marks, in whatever order they stand."""

import io
import zipfile

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.escape import unescape

from bids.offline.found import Found, Unreadable
from bids.offline.marks import mark_in
from bids.offline.workbook import ANSWER, LONGEST

MOST_ROWS, MOST_COLUMNS, MOST_SHEETS = 2_000, 40, 20
MOST_BYTES = 30_000_000


def read(content, boxes):
    """(what was found, problems) of the bytes of an .xlsx file that has been checked."""
    _refuse_huge(content)
    try:
        # Read-only: row by row, without building the whole sheet.
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=False)
        sheets = book.worksheets[:MOST_SHEETS]
        found = [each for sheet in sheets for each in _rows(sheet, boxes)]
    except Exception:  # the library answers a damaged file in many ways
        raise Unreadable(_("is damaged. Open it, save it again and choose that")) from None
    if not sheets:
        raise Unreadable(_("is damaged. Open it, save it again and choose that"))
    return found, []


def _refuse_huge(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sizes = [entry.file_size for entry in archive.infolist() if entry.filename.endswith(".xml")]
    if sum(sizes) > MOST_BYTES:
        raise Unreadable(_("holds too much. Take out what is not part of the pack"))


def _rows(sheet, boxes):
    by_question = {_asked(box): box.mark for box in boxes}
    found, column = [], ANSWER
    for cells in sheet.iter_rows(max_row=MOST_ROWS, max_col=MOST_COLUMNS):
        if not cells:
            continue
        column = _column_of_answers(cells) or column
        mark = _mark(cells, by_question)
        if mark is None:
            continue
        # An empty cell of a read-only sheet knows no place.
        placed = [each for each in cells if hasattr(each, "row")]
        cell = next((each for each in placed if each.column == column), None)
        found.append(_found(mark, cell, placed[0].row, boxes))
    return found


def _column_of_answers(cells):
    """Where the answers stand, by the heading: columns get moved too."""
    heading = _("Your answer")
    for each in cells:
        if isinstance(each.value, str) and each.value.strip() == heading:
            return each.column
    return None


def _mark(cells, by_question):
    for each in cells:
        if isinstance(each.value, str) and (mark := mark_in(each.value)):
            return mark
    for each in cells:
        if isinstance(each.value, str) and each.value in by_question:
            return by_question[each.value]
    return None


def _found(mark, cell, row, boxes):
    label = next((box.label for box in boxes if box.mark.key == mark.key), mark.key)
    place = _("%(label)s, row %(row)d") % {"label": label, "row": row}
    found = Found(mark.key, mark.held, "", place)
    if cell is None or cell.value is None:
        return found
    if cell.data_type == "f" or not isinstance(cell.value, str | int | float | bool):
        words = _("%(place)s: the cell holds a formula or a date. Type the words themselves")
        found.problems.append(words % {"place": place})
        found.text = None
    elif cell.data_type == "e":
        words = _("%(place)s: the cell shows an error. Type the words themselves")
        found.problems.append(words % {"place": place})
        found.text = None
    else:
        found.text = _words(cell.value)
        if len(found.text) >= LONGEST:
            words = _("%(place)s: a cell holds no more; the end of the answer may be missing")
            found.problems.append(words % {"place": place})
    return found


def _words(value):
    text = f"{value:.15g}" if isinstance(value, float) else str(value)
    text = unescape(text).replace("\r\n", "\n").replace("\r", "\n")
    return "\n".join(line.rstrip() for line in text.split("\n")).strip("\n")


def _asked(box):
    return "\n\n".join(filter(None, [box.asked, box.guidance, box.heading]))
