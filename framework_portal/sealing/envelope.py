"""Sealing: the one door to what bidders write. Version 1 keeps the keys in a file.

Opening by a threshold of openers will stand behind the same three functions: `seal` then takes
the competition's public key, and `unseal` the shares, while callers stay as they are.
"""

import hashlib
import hmac
import os
import struct

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from framework_portal.sealing.canonical import canonical, parsed
from framework_portal.sealing.keys import KEY_BYTES, keyring
from framework_portal.sealing.models import Purpose, SealedOffer

VERSION = 1
PADDED_TO = 4096
SALT_BYTES = 32
NONCE_BYTES = 12


class InvalidSeal(Exception):
    """The row was changed, moved or bound to something else, or its key is gone."""


def seal(content, *, purpose, bound_to):
    """Encrypt `content` as a new row that opens only as what `bound_to` says it belongs to.

    `bound_to` holds the identities (bid, lot, supplier, …) as texts or numbers; the reader must
    give the same. The digest commits to the content; it tells nothing without the salt inside.
    """
    purpose = Purpose(purpose)
    ring, text, salt = keyring(), canonical(content), os.urandom(SALT_BYTES)
    row = SealedOffer(purpose=purpose, version=VERSION, key_id=ring.newest)
    bound = _bound(row, bound_to)
    content_key = AESGCM.generate_key(bit_length=8 * KEY_BYTES)
    row.ciphertext = encrypt(content_key, pad(salt + text), bound)
    row.wrapped_key = encrypt(ring.subkey(row.key_id, purpose), content_key, bound)
    row.digest = hashlib.sha256(salt + text).hexdigest()
    row.envelope_hash = envelope_hash(row)
    row.save(force_insert=True)
    return row


def read_own(sealed, *, bound_to):
    """The bidder's own draft, offer or kept form. Callers check that it is the bidder's own."""
    return _opened(sealed, bound_to, {Purpose.DRAFT, Purpose.OFFER, Purpose.STASH})


def read_opened(sealed, *, bound_to):
    """An offer after opening, for those entitled to it (a row of the purpose *opened*)."""
    return _opened(sealed, bound_to, {Purpose.OPENED})


def unseal(sealed, *, bound_to):
    """The sealed offer of somebody else. Only `bids/actions/opening.py` may import this."""
    return _opened(sealed, bound_to, {Purpose.OFFER})


def discard(sealed):
    """Delete a draft or a kept form; the database refuses this for offers.

    In one statement: what still refers to the row is the database's own foreign keys' matter.
    """
    rows = SealedOffer.objects.filter(pk=sealed.pk)
    rows._raw_delete(rows.db)


def envelope_hash(sealed):
    """SHA-256 of the stored bytes."""
    stored = hashlib.sha256()
    for part in (
        str(sealed.version).encode(),
        str(sealed.purpose).encode(),
        sealed.key_id.encode(),
        bytes(sealed.wrapped_key),
        bytes(sealed.ciphertext),
    ):
        stored.update(struct.pack(">Q", len(part)) + part)
    return stored.hexdigest()


def _opened(sealed, bound_to, purposes):
    if sealed.purpose not in purposes or sealed.version != VERSION:
        raise InvalidSeal("Not a row of this kind")
    if not hmac.compare_digest(envelope_hash(sealed), sealed.envelope_hash):
        raise InvalidSeal("The stored bytes were changed")
    bound = _bound(sealed, bound_to)
    try:
        subkey = keyring().subkey(sealed.key_id, Purpose(sealed.purpose))
    except KeyError:
        raise InvalidSeal(f"The key {sealed.key_id} is not in the key file") from None
    content_key = decrypt(subkey, bytes(sealed.wrapped_key), bound)
    salted = unpad(decrypt(content_key, bytes(sealed.ciphertext), bound))
    if not hmac.compare_digest(hashlib.sha256(salted).hexdigest(), sealed.digest):
        raise InvalidSeal("The digest is of another content")
    return parsed(salted[SALT_BYTES:])


def _bound(sealed, bound_to):
    """The associated data: an envelope moved to another row, bid or purpose does not open."""
    return canonical(
        {
            "version": sealed.version,
            "purpose": str(sealed.purpose),
            "row": sealed.reference,
            "key": sealed.key_id,
            "bound_to": bound_to,
        }
    )


def encrypt(key, text, bound):
    """AES-256-GCM under a random nonce, which goes in front."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, text, bound)


def decrypt(key, stored, bound):
    """What `encrypt` was given, or InvalidSeal."""
    try:
        return AESGCM(key).decrypt(stored[:NONCE_BYTES], stored[NONCE_BYTES:], bound)
    except (InvalidTag, ValueError):
        raise InvalidSeal("The seal is broken") from None


def pad(text, size=PADDED_TO):
    """`text` behind its length, filled up to a multiple of `size`: its length tells little."""
    framed = struct.pack(">I", len(text)) + text
    return framed + bytes(-len(framed) % size)


def unpad(padded):
    """What `pad` was given."""
    (length,) = struct.unpack_from(">I", padded)
    return padded[4 : 4 + length]
