"""The sealing keys: a file outside the database, one JSON object a line, the newest last.

New rows use the newest key; older ones stay, so that older rows stay readable. Each purpose gets
a subkey of its own, so that what opens a draft does not open an offer.
"""

import base64
import binascii
import json
import secrets
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from framework_portal.sealing import keyfiles
from framework_portal.sealing.ciphers import KEY_BYTES


class Keyring:
    """The keys of one file: `newest` by id, and a subkey for every purpose of every key."""

    def __init__(self, masters):
        self._masters = masters
        self._subkeys = {}
        self.newest = next(reversed(masters))

    def subkey(self, key_id, purpose):
        """The key of `purpose` under the master key `key_id`; KeyError where that one is gone."""
        known = self._subkeys.get((key_id, purpose))
        if known is None:
            info = f"framework-portal/1/{purpose}".encode()
            derive = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info)
            known = self._subkeys[key_id, purpose] = derive.derive(self._masters[key_id])
        return known


def keyring():
    """The keys in use; read again when the file changes, so that a new key needs no restart."""
    return _read(
        *keyfiles.seen(
            settings.SEALING_KEY_FILE,
            make=lambda path: add_key(path, only_first=True),
            command="make_sealing_keys PATH",
        )
    )


@lru_cache(maxsize=4)
def _read(path, _changed, _size):
    masters = {}
    for number, line in enumerate(path.read_text("ascii").splitlines(), start=1):
        try:
            entry = json.loads(line)
            key_id, key = str(entry["id"]), base64.b64decode(entry["key"], validate=True)
        except (ValueError, KeyError, TypeError, binascii.Error):
            raise ImproperlyConfigured(f"{path}, line {number} is not a sealing key") from None
        if len(key) != KEY_BYTES or key_id in masters:
            raise ImproperlyConfigured(f"{path}, line {number}: a short key or an id used twice")
        masters[key_id] = key
    if not masters:
        raise ImproperlyConfigured(f"{path} holds no key")
    return Keyring(masters)


def add_key(path, *, only_first=False):
    """Put a fresh key at the end of the file, making the file where there is none.

    With `only_first` a file that somebody else has made meanwhile stays as it is.
    """
    path, entries = Path(path), []
    if path.exists() and not only_first:
        entries = [json.loads(line) for line in path.read_text("ascii").splitlines()]
    key_id = secrets.token_hex(8)
    key = base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()
    entries.append({"id": key_id, "key": key})
    keyfiles.written(path, entries, only_first=only_first or len(entries) == 1)
    return key_id
