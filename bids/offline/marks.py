"""The references in a pack that people do not see: which box is whose, and what it held."""

import re
from dataclasses import dataclass

PRICE, PRICE_NOTE = "price", "price_note"
_KEY = r"(?P<key>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|price_note|price)"
_MARK = re.compile(rf"\[\[portal:{_KEY}:(?P<held>[0-9a-f]{{32}})\]\]")


@dataclass(frozen=True)
class Mark:
    """A box of the pack: the question's reference, or one of the parts of the price."""

    key: str
    # The fingerprint of what the draft said when the pack was made.
    held: str

    def __str__(self):
        return f"[[portal:{self.key}:{self.held}]]"


def mark_in(text):
    """The first mark in `text`, or None."""
    found = _MARK.search(text)
    return Mark(found["key"], found["held"]) if found else None


def without_marks(text):
    return _MARK.sub("", text)
