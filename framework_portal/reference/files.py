"""Reading files of facts: each fault is told by file, entry and reason, before a row is written."""

import json
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError

KINDS = {str: "text", int: "a whole number", list: "a list", dict: "an object"}


class BrokenFile(Exception):
    """A file that cannot be loaded, and why."""

    def __init__(self, file, entry, reason):
        super().__init__(f"{file}: {entry}: {reason}" if entry else f"{file}: {reason}")


def read_file(path):
    """The object that the JSON file at `path` holds, as an `Entry`."""
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BrokenFile(path.name, "", f"there is no such file in {path.parent}") from None
    except OSError as error:
        raise BrokenFile(path.name, "", f"it cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise BrokenFile(path.name, "", "it is not UTF-8 text") from None
    except json.JSONDecodeError as error:
        reason = f"it is not JSON: {error.msg} in line {error.lineno}, column {error.colno}"
        raise BrokenFile(path.name, "", reason) from None
    except RecursionError:
        raise BrokenFile(path.name, "", "it is nested too deeply") from None
    entry = Entry(path.name, "", values)
    entry.must(isinstance(values, dict), "the file must hold an object")
    return entry


@dataclass(frozen=True)
class Entry:
    """One object of a file: gives its values by kind, and knows its place for messages."""

    file: str
    place: str
    values: object

    def must(self, holds, reason):
        """Refuse the file unless `holds`."""
        if not holds:
            raise BrokenFile(self.file, self.place, reason)

    def take(self, key, kind, *, empty=False):
        """The value of `key`, of `kind`; None where it may be `empty` and is null or missing."""
        value = self.values.get(key)
        if empty and value is None:
            return None
        self.must(key in self.values, f"“{key}” is missing")
        is_kind = isinstance(value, kind) and not (kind is int and isinstance(value, bool))
        self.must(is_kind, f"“{key}” must be {KINDS[kind]}, not {json.dumps(value)[:60]}")
        return value

    def text(self, key, *, empty=False):
        """Words; "" where they may be empty."""
        words = self.take(key, str, empty=empty) or ""
        self.must("\0" not in words, f"“{key}” holds a NUL character")
        self.must(empty or words.strip(), f"“{key}” is empty")
        return words.strip()

    def number(self, key, *, empty=False):
        """A whole number that is not negative."""
        value = self.take(key, int, empty=empty)
        self.must(value is None or 0 <= value < 2**31, f"“{key}” is out of range: {value}")
        return value

    def day(self, key, *, empty=False):
        """A date, written as 2026-06-05."""
        words = self.text(key, empty=empty)
        if not words and empty:
            return None
        try:
            return date.fromisoformat(words)
        except ValueError:
            raise BrokenFile(
                self.file, self.place, f"“{key}” must be a date like 2026-06-05, not {words!r}"
            ) from None

    def texts(self, key, *, empty=False):
        """A list of words."""
        values = self.take(key, list, empty=empty) or []
        self.must(
            all(isinstance(value, str) and value.strip() and "\0" not in value for value in values),
            f"“{key}” must be a list of texts",
        )
        return values

    def part(self, key):
        """The object under `key`."""
        return Entry(self.file, self._place(key), self.take(key, dict))

    def entries(self, key, *, named_by="slug"):
        """The objects listed under `key`, each named by its slug, no slug twice."""
        found, names = [], set()
        for number, values in enumerate(self.take(key, list), start=1):
            name = values.get(named_by) if isinstance(values, dict) else None
            place = self._place(f"{key} “{name}”" if isinstance(name, str) else f"{key} {number}")
            entry = Entry(self.file, place, values)
            entry.must(isinstance(values, dict), "each entry must be an object")
            name = entry.text(named_by)
            entry.must(name not in names, f"the {named_by} “{name}” is there twice")
            names.add(name)
            found.append(entry)
        return found

    def counted(self, key):
        """The same, as many as the file itself says there are under `count`."""
        found, said = self.entries(key), self.number("count")
        self.must(
            len(found) == said, f"“count” says {said} and there are {len(found)} under “{key}”"
        )
        return found

    def fits(self, row):
        """Refuse what the columns of `row`, an unsaved model instance, could not hold."""
        named = {
            field.name
            for field in row._meta.fields
            # What may be empty was settled when it was read.
            if field.is_relation or getattr(row, field.attname) in (None, "", [])
        }
        try:
            row.clean_fields(exclude=named)
        except ValidationError as error:
            key, reasons = next(iter(error.message_dict.items()))
            raise BrokenFile(self.file, self.place, f"“{key}”: {reasons[0]}") from None
        return row

    def _place(self, key):
        return f"{self.place}, {key}" if self.place else key
