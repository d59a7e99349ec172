"""A file on its way: encrypted pieces, one behind the other, in a file that only grows.

Each piece is AES-256-GCM under a key of its own upload and bound to where in the upload it begins,
so pieces can be neither dropped nor reordered. What counts is kept by the caller, in the database:
bytes behind that were written by a process that died before it could say so, and are cut off.
"""

import os
import struct
import time
from pathlib import Path

from django.conf import settings

from framework_portal.documents.limits import ORPHAN_HOURS
from framework_portal.documents.storage import no_space_in_words, sync_folder
from framework_portal.sealing.broken import InvalidSeal
from framework_portal.sealing.canonical import canonical
from framework_portal.sealing.ciphers import decrypt, encrypt

LENGTH = struct.Struct(">I")


def append(name, piece, *, key, bound, begins, counted):
    """Add `piece`, which begins at byte `begins` of the upload; durable when this returns.

    `counted` is how much of the file counted so far; the answer is how much counts now.
    """
    path = _path(name)
    stored = encrypt(key, piece, _bound(bound, begins))
    with no_space_in_words():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        is_new = not path.exists()
        with open(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
            if file.seek(0, os.SEEK_END) < counted:
                raise InvalidSeal("The pieces are gone")
            file.truncate(counted)
            file.seek(counted)
            file.write(LENGTH.pack(len(stored)) + stored)
            file.flush()
            os.fsync(file.fileno())
            ends = file.tell()
        if is_new:
            sync_folder(path.parent)
    return ends


def read(name, *, key, bound, counted):
    """The pieces again, in their order; InvalidSeal at the first that was changed or is gone."""
    begins = 0
    try:
        file = open(_path(name), "rb")  # noqa: SIM115 (closed below, whatever happens)
    except FileNotFoundError:
        raise InvalidSeal("The pieces are gone") from None
    with file:
        while file.tell() < counted:
            head = file.read(LENGTH.size)
            if len(head) != LENGTH.size:
                raise InvalidSeal("The pieces were cut off")
            piece = decrypt(key, file.read(*LENGTH.unpack(head)), _bound(bound, begins))
            begins += len(piece)
            yield piece


def remove(name):
    """Delete the pieces, if they are there."""
    _path(name).unlink(missing_ok=True)


def left_over(known):
    """Delete files older than a day that are not `known` (names); answers how many."""
    before, removed = time.time() - ORPHAN_HOURS * 3600, 0
    for path in _folder().glob("*"):
        if path.name not in known and path.stat().st_mtime < before:
            path.unlink(missing_ok=True)
            removed += 1
    return removed


def _folder():
    return Path(settings.DOCUMENT_DIR) / "arriving"


def _path(name):
    return _folder() / name


def _bound(bound, begins):
    return canonical({**bound, "part": "piece", "begins": begins})
