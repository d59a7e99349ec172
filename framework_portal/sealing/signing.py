"""The service's signature: what the portal has said, and cannot deny or change afterwards.

A statement is a plain dict. What is signed is its canonical JSON behind a fixed first line, so
that a signature given here means nothing anywhere else. The private keys lie in a file outside
the database, the newest last: that one signs, and the public halves of all stay published.
"""

import base64
import binascii
import hashlib
import json
from datetime import UTC
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from framework_portal.sealing import keyfiles
from framework_portal.sealing.broken import ForgedStatement
from framework_portal.sealing.canonical import canonical, parsed

FIRST_LINE = b"framework-portal signed statement 1\n"
ID_DIGITS = 16


class SigningKeys:
    """The keys of one file: the newest signs, the public halves of all verify."""

    def __init__(self, public, newest, private):
        self.public = public  # key id: 32 raw bytes, oldest first
        self.newest = newest
        self._private = private

    def signature(self, text):
        return self._private.sign(FIRST_LINE + text)


def sign(statement):
    """`statement` signed with the newest key: {statement, signature}, plain values throughout.

    The id of the key becomes one of the statement's fields. Every statement says by its `kind`
    what it is, so that none can be passed off as another.
    """
    if not statement.get("kind"):
        raise ValueError("A statement says by its kind what it is")
    keys = signing_keys()
    text = canonical({**statement, "key": keys.newest})
    signature = base64.b64encode(keys.signature(text)).decode()
    return {"statement": parsed(text), "signature": signature}


def verify(signed, *, kind=None):
    """The statement in `signed`, as `sign` gave it; ForgedStatement if a letter is different."""
    try:
        statement, signature = signed["statement"], signed["signature"]
        text = canonical(statement)
        verify_text(text, signature, statement["key"])
    except (KeyError, TypeError, AttributeError, RecursionError):
        raise ForgedStatement("This is no signed statement") from None
    if kind is not None and statement.get("kind") != kind:
        raise ForgedStatement("This is a statement of another kind")
    return statement


def verify_text(text, signature, key_id):
    """Whether `signature` (Base64) is of `text` by the key `key_id`; ForgedStatement if not."""
    public = signing_keys().public.get(key_id) if isinstance(key_id, str) else None
    if public is None:
        raise ForgedStatement("The key is none of this service")
    try:
        raw = base64.b64decode(signature, validate=True)
        Ed25519PublicKey.from_public_bytes(public).verify(raw, FIRST_LINE + text)
    except (InvalidSignature, ValueError, TypeError, binascii.Error):
        raise ForgedStatement("The signature does not belong to these words") from None


def instant(at):
    """How statements write an instant: UTC, to the microsecond, always as long."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def published_keys():
    """Every public key of the service, the newest first, as the public page and its JSON tell."""
    keys = signing_keys()
    return [
        {
            "id": key_id,
            "algorithm": "Ed25519",
            "public_key": public.hex(),
            "fingerprint": fingerprint(public),
            "in_use": key_id == keys.newest,
        }
        for key_id, public in reversed(keys.public.items())
    ]


def fingerprint(public):
    """SHA-256 of the 32 raw bytes: what people compare. Its first digits are the key's id."""
    return hashlib.sha256(public).hexdigest()


def signing_keys():
    """The keys in use; read again when the file changes, so that a new key needs no restart."""
    path = settings.RECEIPT_KEY_FILE
    return _read(*keyfiles.seen(path, make=first_key, command="make_receipt_keys PATH"))


def first_key(path):
    """Make the file where there is none; one that somebody else has made meanwhile stays."""
    private = Ed25519PrivateKey.generate()
    keyfiles.written(path, [_entry(private)], only_first=True)
    return _id(private.public_key())


def rotate(path):
    """Let a fresh key sign from now on. Of the earlier ones only the public halves are kept."""
    former = [{"id": _id(public), "public": _encoded(public)} for public in _publics(path)]
    private = Ed25519PrivateKey.generate()
    keyfiles.written(path, [*former, _entry(private)])
    return _id(private.public_key())


def _publics(path):
    return [
        Ed25519PublicKey.from_public_bytes(raw)
        for raw in _read(*keyfiles.seen(path, make=first_key, command="")).public.values()
    ]


@lru_cache(maxsize=4)
def _read(path, _changed, _size):
    public, private = {}, None
    for number, line in enumerate(path.read_text("ascii").splitlines(), start=1):
        try:
            key_id, half, private = _parsed(json.loads(line))
        except (ValueError, KeyError, TypeError, binascii.Error):
            raise ImproperlyConfigured(f"{path}, line {number} is not a signing key") from None
        if key_id in public:
            raise ImproperlyConfigured(f"{path}, line {number}: a key twice")
        public[key_id] = half
    if private is None:
        raise ImproperlyConfigured(f"{path}: the last line must hold a private key")
    return SigningKeys(public, next(reversed(public)), private)


def _parsed(entry):
    private = None
    if "key" in entry:
        raw = base64.b64decode(entry["key"], validate=True)
        private = Ed25519PrivateKey.from_private_bytes(raw)
        half = private.public_key()
    else:
        raw = base64.b64decode(entry["public"], validate=True)
        half = Ed25519PublicKey.from_public_bytes(raw)
    if entry["id"] != _id(half):
        raise ValueError("the id is of another key")
    return entry["id"], half.public_bytes_raw(), private


def _entry(private):
    key = base64.b64encode(private.private_bytes_raw()).decode()
    return {"id": _id(private.public_key()), "key": key}


def _encoded(public):
    return base64.b64encode(public.public_bytes_raw()).decode()


def _id(public):
    return fingerprint(public.public_bytes_raw())[:ID_DIGITS]
