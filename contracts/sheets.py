"""Rows as a file of comma-separated values that a spreadsheet opens without harm."""

import csv
from decimal import Decimal
from io import StringIO

from django.http import HttpResponse

# What a spreadsheet takes for a formula when a cell begins with it.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def cell(value):
    """`value` as a cell: typed text never becomes a formula, nothing is empty, numbers stay."""
    if value is None:
        return ""
    if isinstance(value, bool | int | float | Decimal):
        return value
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA) else text


def sheet(name, head, rows):
    """The answer that hands out `rows` under `head`, as the file `name`."""
    written = StringIO()
    writer = csv.writer(written)
    writer.writerow([cell(words) for words in head])
    writer.writerows([cell(value) for value in row] for row in rows)
    # The mark at the beginning tells spreadsheets that this is UTF-8.
    return HttpResponse(
        "\ufeff" + written.getvalue(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
