"""What logs must not hold: a key in a path lets whoever reads the log in."""

import logging
import re

# Keys of password resets and confirmations; references (UUIDs) and words may stay.
KEY = re.compile(r"(?<=/)(?=[^/]*\d)(?![0-9a-f]{8}-[0-9a-f]{4}-)[\w:.=-]{20,}(?=/)")


def without_keys(text):
    return KEY.sub("…", text)


class WithoutKeys(logging.Filter):
    """Takes keys out of every line; it never holds one back."""

    def filter(self, record):
        if isinstance(record.args, tuple):
            record.args = tuple(
                without_keys(part) if isinstance(part, str) else part for part in record.args
            )
        return True
