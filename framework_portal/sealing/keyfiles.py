"""Files that hold keys: one JSON object a line, the newest last, read by their owner alone."""

import json
import os
import secrets
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


def seen(path, *, make, command):
    """What the file looks like now; with DEBUG on, `make(path)` first where there is none."""
    path = Path(path)
    try:
        found = path.stat()
    except FileNotFoundError:
        if not settings.DEBUG:
            raise ImproperlyConfigured(
                f"There is no key file at {path}; `manage.py {command}` writes one"
            ) from None
        make(path)
        found = path.stat()
    if found.st_mode & 0o077:
        raise ImproperlyConfigured(f"{path} can be read by others than its owner: chmod 600 it")
    return path, found.st_mtime_ns, found.st_size


def written(path, entries, *, only_first=False):
    """Put `entries` in the place of the file's lines, in one step, durably.

    With `only_first` a file that somebody else has made meanwhile stays as it is: two processes
    that start together must end up with the same keys.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as new:
        new.write("".join(json.dumps(entry) + "\n" for entry in entries))
        new.flush()
        os.fsync(new.fileno())
    if not only_first:
        os.replace(temporary, path)
        return
    try:
        os.link(temporary, path)
    except FileExistsError:
        pass
    finally:
        temporary.unlink()
