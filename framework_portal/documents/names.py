"""A person's file name is data: kept to be shown, never used as a path."""

import unicodedata

from framework_portal.documents.limits import NAME_LENGTH

# Control, direction and other invisible characters, surrogates, private use, line separators.
_UNSAFE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def clean_name(name):
    """`name` without folders and invisible characters, 1 to 200 characters, its ending kept."""
    last = unicodedata.normalize("NFC", name or "").replace("\\", "/").rsplit("/", 1)[-1]
    seen = "".join(" " if char.isspace() else char for char in last)
    seen = "".join(char for char in seen if unicodedata.category(char) not in _UNSAFE)
    seen = " ".join(seen.split()).rstrip(". ")
    stem, dot, ending = seen.rpartition(".")
    if not dot:
        return seen[:NAME_LENGTH] or "document"
    ending = ending[:20].strip()
    stem = stem.strip(". ")[: NAME_LENGTH - len(ending) - 1]
    return f"{stem.strip() or 'document'}.{ending}"
