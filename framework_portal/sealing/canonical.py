"""One text for one value: what is hashed and bound must not depend on how it was written."""

import datetime
import json
import uuid
from decimal import Decimal


def canonical(value):
    """`value` as canonical JSON: sorted keys, no space, money as text, never a float."""
    text = json.dumps(
        _plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
    return text.encode("utf-8", "surrogatepass")


def parsed(text):
    """What `canonical` wrote."""
    return json.loads(text.decode("utf-8", "surrogatepass"))


def _plain(value):
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):  # lazy translations and choices are texts too
        return str(value)
    if isinstance(value, Decimal | uuid.UUID):
        return str(value)
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return {str(key): _plain(item) for key, item in value.items()}
    raise TypeError(f"{type(value).__name__} has no canonical form; give text, a list or a dict")
