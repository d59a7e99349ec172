"""The keys of one document: a fresh content key, wrapped for its purpose, and a sealed label.

A bid's document is another matter: its row keeps neither key nor label. Both lie inside the offer
that names the document, so whoever cannot read the offer cannot read the document.
"""

import base64
import binascii

from framework_portal.sealing import ciphers
from framework_portal.sealing.broken import InvalidSeal
from framework_portal.sealing.canonical import canonical, parsed
from framework_portal.sealing.ciphers import decrypt, encrypt, pad, unpad
from framework_portal.sealing.keys import keyring

VERSION = 1
LABEL_PADDED_TO = 512


def fresh_key(document):
    """Give `document` a content key of its own, wrapped; answers the key."""
    ring = keyring()
    document.key_id = ring.newest
    key = ciphers.fresh_key()
    document.wrapped_key = encrypt(_subkey(document, ring), key, bound(document, "key"))
    return key


def content_key(document):
    """The key of the document's bytes and label, or InvalidSeal."""
    if not document.wrapped_key:
        raise InvalidSeal("Its key lies in an offer and not here")
    try:
        subkey = _subkey(document, keyring())
    except KeyError:
        raise InvalidSeal(f"The key {document.key_id} is not in the key file") from None
    return decrypt(subkey, bytes(document.wrapped_key), bound(document, "key"))


def sealed_label(document, key, **label):
    """Name, type, size and digest, encrypted; padded, so that names of any length look alike."""
    return encrypt(key, pad(canonical(label), LABEL_PADDED_TO), bound(document, "label"))


def opened_label(document):
    """What `sealed_label` was given."""
    padded = decrypt(content_key(document), bytes(document.sealed_label), bound(document, "label"))
    return parsed(unpad(padded))


def written_key(key):
    """A content key as an offer holds it."""
    return base64.b64encode(key).decode()


def read_key(written):
    """What `written_key` was given, or InvalidSeal."""
    try:
        key = base64.b64decode(written, validate=True)
    except (binascii.Error, TypeError, ValueError):
        key = b""
    if len(key) != ciphers.KEY_BYTES:
        raise InvalidSeal("The offer holds no key for it")
    return key


def bound(document, part):
    """The associated data: nothing of one document opens as part of another."""
    return canonical(
        {
            "version": VERSION,
            "document": document.reference,
            "purpose": str(document.purpose),
            "stored_as": document.stored_as,
            "part": part,
        }
    )


def _subkey(document, ring):
    return ring.subkey(document.key_id, f"document/{document.purpose}")
