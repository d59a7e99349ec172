"""The sealing keys: a file outside the database, one JSON object a line, the newest last.

New rows use the newest key; older ones stay, so that older rows stay readable. Each purpose gets
a subkey of its own, so that what opens a draft does not open an opened offer. An older key can be
narrowed: its line then holds the subkeys of some purposes, and nothing gives the others back.
"""

import base64
import binascii
import json
import secrets
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from framework_portal.sealing import keyfiles
from framework_portal.sealing.ciphers import KEY_BYTES

MASTER = ""  # no purpose has this name


class Keyring:
    """The keys of one file: `newest` by id, and a subkey for every purpose of every key."""

    def __init__(self, masters, subkeys, newest):
        self._masters = masters
        self._subkeys = subkeys  # (key id, purpose): key
        self.newest = newest

    def subkey(self, key_id, purpose):
        """The key of `purpose` under the master key `key_id`; KeyError where that one is gone."""
        known = self._subkeys.get((key_id, str(purpose)))
        if known is None:
            known = self._subkeys[key_id, str(purpose)] = _derived(self._masters[key_id], purpose)
        return known


def _derived(master, purpose):
    info = f"framework-portal/1/{purpose}".encode()
    derive = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info)
    return derive.derive(master)


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
    masters, subkeys, seen, key_id = {}, {}, set(), None
    for number, line in enumerate(path.read_text("ascii").splitlines(), start=1):
        try:
            key_id, held = _parsed(json.loads(line))
        except (ValueError, KeyError, TypeError, AttributeError, binascii.Error):
            raise ImproperlyConfigured(f"{path}, line {number} is not a sealing key") from None
        if key_id in seen or any(len(key) != KEY_BYTES for key in held.values()):
            raise ImproperlyConfigured(f"{path}, line {number}: a short key or an id used twice")
        seen.add(key_id)
        if MASTER in held:
            masters[key_id] = held[MASTER]
        else:
            subkeys |= {(key_id, purpose): key for purpose, key in held.items()}
    if key_id not in masters:
        raise ImproperlyConfigured(f"{path} does not end with a key that can seal")
    return Keyring(masters, subkeys, key_id)


def _parsed(entry):
    """(id, keys): the master key alone, or by purpose what is left of one that was narrowed."""
    held = entry["subkeys"] if "subkeys" in entry else {MASTER: entry["key"]}
    return str(entry["id"]), {
        purpose: base64.b64decode(key, validate=True) for purpose, key in held.items()
    }


def add_key(path, *, only_first=False):
    """Put a fresh key at the end of the file, making the file where there is none.

    With `only_first` a file that somebody else has made meanwhile stays as it is.
    """
    path, entries = Path(path), []
    if path.exists() and not only_first:
        entries = [json.loads(line) for line in path.read_text("ascii").splitlines()]
    key_id = secrets.token_hex(8)
    key = base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()
    entries.append({"id": key_id, "key": key, "made": datetime.now(UTC).isoformat()})
    keyfiles.written(path, entries, only_first=only_first or len(entries) == 1)
    return key_id


def superseded(path, *, before):
    """The ids of whole keys that a newer one replaced at or before `before`."""
    entries = _entries(path)
    return [
        str(entry["id"])
        for place, entry in enumerate(entries)
        if "key" in entry and _replaced_at(entries, place) <= before
    ]


def narrow(path, key_ids, *, keep):
    """Destroy what these keys open but for the purposes in `keep`. The newest stays whole."""
    *older, newest = _entries(path)
    keyfiles.written(Path(path), [*(_narrowed(each, key_ids, keep) for each in older), newest])


def _entries(path):
    return [json.loads(line) for line in Path(path).read_text("ascii").splitlines()]


def _replaced_at(entries, place):
    later = (each["made"] for each in entries[place + 1 :] if "made" in each)
    return min(map(datetime.fromisoformat, later), default=datetime.max.replace(tzinfo=UTC))


def _narrowed(entry, key_ids, keep):
    if entry["id"] not in key_ids or "key" not in entry:
        return entry
    master = base64.b64decode(entry["key"])
    subkeys = {
        str(purpose): base64.b64encode(_derived(master, purpose)).decode() for purpose in keep
    }
    return {"id": entry["id"], "subkeys": subkeys}
