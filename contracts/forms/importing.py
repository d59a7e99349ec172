"""A file of lines, judged by the same fields as the page: every error by line and column."""

from dataclasses import dataclass

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contracts.forms.quarters import LineForm
from contracts.importing import COLUMNS, rows_of
from framework_portal.forms import PortalForm, UploadField
from framework_portal.forms.characters import REFUSED

TOO_MANY = gettext_lazy(
    "There are more cells than headings. Put quotation marks around an amount with a comma"
)


@dataclass
class Problem:
    """One error: where, and what to do."""

    line: int
    column: str
    words: str


@dataclass
class Found:
    """What a file holds: rows as they were typed, the forms that judged them, and problems."""

    rows: list
    forms: list
    problems: list
    # Names that are not in the ledger: said, and not refused.
    outside: list


class ImportForm(PortalForm):
    """One file."""

    button = gettext_lazy("Read the file")
    file = UploadField(
        label=gettext_lazy("A CSV file with one line for each organisation"),
        help_text=gettext_lazy("Up to 250 KB. Nothing is saved before you have seen what was read"),
        widget=forms.FileInput({"accept": ".csv,text/csv"}),
    )


def read(content, promises):
    """What the file `content` holds for a contract with these `promises`."""
    known = {_key(each.subcontractor.name): each for each in promises}
    found, seen = Found([], [], [], []), {}
    for number, cells, too_many in rows_of(content):
        if too_many:
            found.problems.append(Problem(number, "", TOO_MANY))
        promise = known.get(_key(cells.get("name", "")))
        row = {name: cells.get(name, "") for name in COLUMNS}
        if promise is not None:
            row["subcontractor"] = str(promise.subcontractor.reference)
        form = LineForm(
            {f"x-{key}": value for key, value in row.items()}, prefix="x", promise=promise
        )
        form.is_valid()
        found.problems += _problems(number, form, row)
        key = _key(row["name"])
        if key and key in seen:
            words = _("“%(name)s” is on line %(other)d already") % {
                "name": row["name"][:100],
                "other": seen[key],
            }
            found.problems.append(Problem(number, str(COLUMNS["name"]), words))
        seen.setdefault(key, number)
        if promise is None and row["name"]:
            found.outside.append(row["name"])
        found.rows.append(row | {"subcontractor": row.get("subcontractor", "")})
        found.forms.append(form)
    return found


def _problems(number, form, row):
    for name in (*COLUMNS, "__all__"):
        for words in form.errors.get(name, []):
            yield Problem(number, str(COLUMNS.get(name, "")), _said(row.get(name, ""), words))


def _said(typed, words):
    typed = REFUSED.sub("", typed)[:40]
    return (
        _("%(words)s. The file has “%(typed)s”") % {"words": words, "typed": typed}
        if typed
        else words
    )


def _key(name):
    return " ".join(name.casefold().split())


def merged(draft, rows):
    """The draft with the file's rows in place of its own for the same organisations."""
    draft = draft or {}
    new = {row["subcontractor"] or _key(row["name"]) for row in rows}
    kept = [
        row
        for row in draft.get("rows", [])
        if (row.get("subcontractor") or _key(row.get("name", ""))) not in new
    ]
    return {"income": draft.get("income", ""), "rows": [*kept, *rows]}
