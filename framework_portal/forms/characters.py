"""Characters that no answer may hold: PostgreSQL, UTF-8 or a reader could not cope with them."""

import re

# NUL and other control characters but tab, line feed and carriage return; half a surrogate pair.
REFUSED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


def without_refused(data):
    """A copy of the form data `data` without such characters, and the names that held some.

    Where there are none, `data` itself and an empty set.
    """
    if not hasattr(data, "lists"):
        return _plain_dict(data)
    held = {
        name: values
        for name, values in data.lists()
        if any(isinstance(value, str) and REFUSED.search(value) for value in values)
    }
    if not held:
        return data, set()
    clean = data.copy()
    for name, values in held.items():
        clean.setlist(name, [REFUSED.sub("", value) for value in values])
    return clean, set(held)


def _plain_dict(data):
    held = {
        name for name, value in data.items() if isinstance(value, str) and REFUSED.search(value)
    }
    return {
        name: REFUSED.sub("", value) if name in held else value for name, value in data.items()
    }, held
