"""Counting words exactly as the browser does, and naming a field in a sentence."""

import re

from django.utils.translation import gettext as _

# GOV.UK Frontend counts matches of JavaScript's \S+. Python's \S differs: it takes U+FEFF for a
# word and U+001C to U+001F and U+0085 for spaces. So JavaScript's spaces are listed here.
WORD = re.compile(
    "[^\t\n\x0b\x0c\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]+"
)


def count_words(text):
    """How many words `text` has, by JavaScript's idea of a space."""
    return sum(1 for _word in WORD.finditer(text))


def subject(label):
    """What a message calls the field: "Total price" of "Total price, excluding VAT"."""
    label = str(label or "").strip()
    short = re.split(r"[,(:]", label, maxsplit=1)[0].strip()
    return _("Your answer") if not short or label.endswith("?") else short
