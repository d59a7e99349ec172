"""Lines of a quarter from a file that a spreadsheet wrote. Nothing is saved here.

Tolerated: a byte order mark, Windows-1252, commas, semicolons or tabs between the cells, pound
signs and thousands separators, guards against formulas, a header in any order, empty lines.
"""

import csv
import io

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

MOST_BYTES = 256_000
MOST_LINES = 150
LONGEST_CELL = 2_000

# Column: its heading, and what else people call it.
COLUMNS = {
    "name": gettext_lazy("Subcontractor"),
    "referrals": gettext_lazy("People referred"),
    "pounds": gettext_lazy("Pounds paid"),
    "payments": gettext_lazy("Invoices paid"),
    "paid_late": gettext_lazy("Paid late"),
    "days_to_pay": gettext_lazy("Average days to pay"),
    "words": gettext_lazy("Anything to explain"),
}
OPTIONAL = {"words", "days_to_pay"}


class Unreadable(Exception):
    """The file as a whole cannot be taken; `message` says why and what to do."""

    def __init__(self, message):
        super().__init__(message)
        self.message = message


def rows_of(content):
    """(line number, {column: typed}, whether it has more cells than headings) for each line."""
    if len(content) > MOST_BYTES:
        raise Unreadable(
            _("The file is larger than 250 KB. Save the quarter’s lines by themselves")
        )
    text = _text(content)
    delimiter = _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    found, columns = [], None
    try:
        for cells in reader:
            cells = [_cell(cell) for cell in cells]
            if not any(cells):
                continue
            if columns is None:
                columns = _columns(cells)
                continue
            too_many = any(cells[len(columns) :])
            found.append((reader.line_num, _row(cells, columns), too_many))
            if len(found) > MOST_LINES:
                raise Unreadable(
                    _("The file has more than %(most)d lines. Check that it is the right one")
                    % {"most": MOST_LINES}
                )
    except csv.Error:
        raise Unreadable(
            _("Line %(line)d does not read as cells: a quotation mark may be missing")
            % {"line": reader.line_num}
        ) from None
    if not found:
        raise Unreadable(_("The file has no lines under its headings"))
    return found


def _row(cells, columns):
    return {
        name: cells[place] if place < len(cells) else ""
        for place, name in enumerate(columns)
        if name is not None
    }


def _columns(cells):
    headings = {_key(str(words)): name for name, words in COLUMNS.items()}
    headings |= {_key(name): name for name in COLUMNS}
    columns = [headings.get(_key(cell)) for cell in cells]
    missing = [
        str(words)
        for name, words in COLUMNS.items()
        if name not in columns and name not in OPTIONAL
    ]
    if missing:
        raise Unreadable(
            ngettext(
                "The first line has no heading “%(names)s”. Download the template and fill that in",
                "The first line lacks headings: %(names)s. Download the template and fill that in",
                len(missing),
            )
            % {"names": ", ".join(missing)}
        )
    twice = {str(COLUMNS[name]) for name in columns if name and columns.count(name) > 1}
    if twice:
        raise Unreadable(
            _("Two columns have the heading “%(name)s”. Take one out") % {"name": sorted(twice)[0]}
        )
    return columns


def _key(words):
    return "".join(each for each in words.casefold() if each.isalnum())


def _cell(cell):
    text = cell.replace("\xa0", " ").strip()[: LONGEST_CELL + 1]
    # What an export put before a name that looks like a formula.
    return text[1:] if text.startswith("'") and text[1:2] in tuple("=+-@") else text


def _text(content):
    for encoding in ("utf-8-sig", "cp1252"):  # the second is what older Excel writes
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise Unreadable(_("The file is not a CSV text file. Save it as “CSV UTF-8” and choose that"))


def _delimiter(text):
    first = next((line for line in text.splitlines() if line.strip()), "")
    if not first:
        raise Unreadable(_("The file is empty"))
    return max(",;\t", key=first.count)
