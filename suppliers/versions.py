"""What a page showed when it was opened, in a few characters, so that a stale one is noticed."""

import hashlib
import json


def version_of(*parts):
    """Equal for equal contents. Contents and not times: a change back is no change."""
    text = json.dumps(parts, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def answer_version(answer):
    """Of an answer; of a missing one, that of an empty one."""
    return version_of(answer.text, answer.is_yes) if answer else version_of("", None)


def choice_version(rows):
    """Of a set of categories or areas."""
    return version_of(sorted(row.pk for row in rows))
