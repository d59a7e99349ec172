"""Key pairs: what anybody may seal to, and only the holder of the other half opens.

HPKE (RFC 9180), base mode: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM. Keys are passed
around as 32 raw bytes.
"""

import hashlib

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from framework_portal.sealing.broken import InvalidSeal

SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


def fresh_pair():
    """A new key pair: (private key, public key)."""
    private = X25519PrivateKey.generate()
    return private.private_bytes_raw(), private.public_key().public_bytes_raw()


def public_half(private):
    """The public key that belongs to a private one."""
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def fingerprint(public):
    """What people compare and rows name a public key by: 32 hex digits of its SHA-256."""
    return hashlib.sha256(public).hexdigest()[:32]


def seal_to(public, text, bound):
    """`text` so that only the private half of `public` opens it, and only as `bound`."""
    return SUITE.encrypt(text, X25519PublicKey.from_public_bytes(public), info=bound)


def unseal_with(private, sealed, bound):
    """What `seal_to` was given, or InvalidSeal."""
    try:
        return SUITE.decrypt(sealed, X25519PrivateKey.from_private_bytes(private), info=bound)
    except (InvalidTag, ValueError):
        raise InvalidSeal("The seal is broken, or the key is another") from None
