"""What a submission needs, tried: a disk that takes bytes, a key that seals, rows that are written.

Higher apps add what they know of the way a bid takes: see `also`.
"""

import os
import secrets
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, InterfaceError, connection, transaction

from framework_portal.sealing.ciphers import decrypt, encrypt, fresh_key
from framework_portal.sealing.keys import keyring
from framework_portal.watch.models import Outage, Probe
from framework_portal.watch.states import Trouble

_steps = []


class Failed(Exception):
    """One of the things that a submission needs is not there."""

    def __init__(self, what):
        super().__init__(what)
        self.what = what


def also(step):
    """Decorate a function without arguments that each look runs in its transaction."""
    _steps.append(step)
    return step


def look(*, reference, seen_by, follows, outage=None):
    """Try everything, and write down that it worked; gives the Probe.

    `outage`, where the watcher failed before, is what it tells of that; it is written with the
    look that ends it, once however often it is told.
    """
    with _meaning(Trouble.DISK, OSError):
        _write_to_disk()
    with _meaning(Trouble.SEALING, ImproperlyConfigured, OSError, ValueError):
        _seal_something()
    with _meaning(Trouble.DATABASE, DatabaseError, InterfaceError), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = '5s'; SET LOCAL lock_timeout = '3s'")
        for step in _steps:
            step()
        probe = Probe.objects.create(reference=reference, seen_by=seen_by, follows=follows)
        if outage and not Outage.objects.filter(reference=outage["reference"]).exists():
            _write_down(outage, probe)
    return probe


def _write_down(outage, probe):
    # Looks of long ago are tidied away, and a restored database may have lost some.
    if not Probe.objects.filter(reference=probe.follows).exists():
        return
    Outage.objects.create(
        reference=outage["reference"],
        last_good=probe.follows,
        first_good=probe.reference,
        what=outage["what"],
        detail=outage["detail"],
        seen_by=probe.seen_by,
        tries=outage["tries"],
        watcher_seconds=outage["seconds"],
    )


def _write_to_disk():
    folder = Path(settings.DOCUMENT_DIR)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f".watch-{os.getpid()}-{secrets.token_hex(4)}"
    try:
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_bytes(4096))
            file.flush()
            os.fsync(file.fileno())
    finally:
        path.unlink(missing_ok=True)


def _seal_something():
    _ = keyring().newest
    key = fresh_key()
    if decrypt(key, encrypt(key, b"watch", b"look"), b"look") != b"watch":
        raise ValueError("what was sealed did not open")


@contextmanager
def _meaning(what, *errors):
    try:
        yield
    except errors as error:
        raise Failed(what) from error
