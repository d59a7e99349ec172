"""Sealing: the one door to what bidders write.

Version 1 wraps a row's content key under a key that the portal holds, one for each purpose: drafts,
opened offers, kept forms. Version 2 seals it to somebody's public key, so that the portal cannot
open it again: an offer to its competition's key, a bidder's own copy to the bidder's vault.
"""

import hashlib
import hmac
import os
import struct

from framework_portal.sealing import keypairs
from framework_portal.sealing.broken import InvalidSeal
from framework_portal.sealing.canonical import canonical, parsed
from framework_portal.sealing.ciphers import decrypt, encrypt, fresh_key, pad, unpad
from framework_portal.sealing.keys import keyring
from framework_portal.sealing.models import Purpose, SealedOffer

HELD, TO_A_KEY = 1, 2
# What the portal itself must read again. All else opens for others only.
OURS = {Purpose.DRAFT, Purpose.OPENED, Purpose.STASH}
SALT_BYTES = 32


def seal(content, *, purpose, bound_to, salt=None):
    """Encrypt `content` as a new row that opens only as what `bound_to` says it belongs to.

    `bound_to` holds the identities (bid, lot, supplier, …) as texts or numbers; the reader must
    give the same. The digest commits to the content; it tells nothing without the salt inside,
    and two rows with the same `salt` and content have the same.
    """
    row = _sealed(content, purpose, bound_to, salt)
    row.save(force_insert=True)
    return row


def seal_many(contents, *, purpose):
    """`seal`, in one statement: `contents` are pairs of a content and what it is bound to."""
    rows = [_sealed(content, purpose, bound_to) for content, bound_to in contents]
    return SealedOffer.objects.bulk_create(rows)


def seal_to(public, content, *, purpose, bound_to, salt=None):
    """Encrypt `content` as a new row that only the private half of `public` opens."""
    row = _sealed_to(public, content, purpose, bound_to, salt)
    row.save(force_insert=True)
    return row


def seal_many_to(public, contents, *, purpose):
    """`seal_to`, in one statement: `contents` are pairs of a content and what it is bound to."""
    rows = [_sealed_to(public, content, purpose, bound_to) for content, bound_to in contents]
    return SealedOffer.objects.bulk_create(rows)


def read_own(sealed, *, bound_to):
    """The bidder's own draft or kept form. Callers check that it is the bidder's own."""
    return _held(sealed, bound_to, {Purpose.DRAFT, Purpose.STASH})[0]


def read_opened(sealed, *, bound_to):
    """An offer after opening, for those entitled to it (a row of the purpose *opened*)."""
    return _held(sealed, bound_to, {Purpose.OPENED})[0]


def read_opened_salted(sealed, *, bound_to):
    """`read_opened` with the salt: (content, salt), which the digest commits to."""
    return _held(sealed, bound_to, {Purpose.OPENED})


def read_with(private, sealed, *, bound_to):
    """What lies sealed to the public half of `private`: (content, salt)."""
    return _opened(
        sealed,
        bound_to,
        TO_A_KEY,
        lambda wrapped, bound: keypairs.unseal_with(private, wrapped, bound),
    )


def discard(*sealed):
    """Delete drafts or kept forms; the database refuses this for offers.

    In one statement: what still refers to the rows is the database's own foreign keys' matter.
    """
    rows = SealedOffer.objects.filter(pk__in=[row.pk for row in sealed])
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


def _sealed(content, purpose, bound_to, salt=None):
    """A row, not saved yet, under the newest of the portal's keys."""
    purpose, ring = Purpose(purpose), keyring()
    if purpose not in OURS:
        raise ValueError(f"{purpose} is sealed to the key of those who may read it")
    row = SealedOffer(purpose=purpose, version=HELD, key_id=ring.newest)
    subkey = ring.subkey(row.key_id, purpose)
    return _fill(row, content, bound_to, lambda key, bound: encrypt(subkey, key, bound), salt)


def _sealed_to(public, content, purpose, bound_to, salt=None):
    """A row, not saved yet, that only the private half of `public` opens."""
    purpose = Purpose(purpose)
    if purpose in OURS:
        raise ValueError(f"{purpose} is read again by the portal")
    row = SealedOffer(purpose=purpose, version=TO_A_KEY, key_id=keypairs.fingerprint(public))
    return _fill(
        row, content, bound_to, lambda key, bound: keypairs.seal_to(public, key, bound), salt
    )


def _fill(row, content, bound_to, wrapped, salt=None):
    salted = (salt or os.urandom(SALT_BYTES)) + canonical(content)
    bound, content_key = _bound(row, bound_to), fresh_key()
    row.ciphertext = encrypt(content_key, pad(salted), bound)
    row.wrapped_key = wrapped(content_key, bound)
    row.digest = hashlib.sha256(salted).hexdigest()
    row.envelope_hash = envelope_hash(row)
    return row


def _held(sealed, bound_to, purposes):
    if sealed.purpose not in purposes:
        raise InvalidSeal("Not a row of this kind")

    def unwrapped(wrapped, bound):
        try:
            subkey = keyring().subkey(sealed.key_id, Purpose(sealed.purpose))
        except KeyError:
            raise InvalidSeal(f"The key {sealed.key_id} is not in the key file") from None
        return decrypt(subkey, wrapped, bound)

    return _opened(sealed, bound_to, HELD, unwrapped)


def _opened(sealed, bound_to, version, unwrapped):
    if sealed.version != version:
        raise InvalidSeal("Not a row of this kind")
    if not hmac.compare_digest(envelope_hash(sealed), sealed.envelope_hash):
        raise InvalidSeal("The stored bytes were changed")
    bound = _bound(sealed, bound_to)
    content_key = unwrapped(bytes(sealed.wrapped_key), bound)
    salted = unpad(decrypt(content_key, bytes(sealed.ciphertext), bound))
    if not hmac.compare_digest(hashlib.sha256(salted).hexdigest(), sealed.digest):
        raise InvalidSeal("The digest is of another content")
    return parsed(salted[SALT_BYTES:]), salted[:SALT_BYTES]


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
