"""AES-256-GCM under a random nonce, and padding: what every envelope is made of."""

import os
import struct

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from framework_portal.sealing.broken import InvalidSeal

KEY_BYTES = 32
NONCE_BYTES = 12
PADDED_TO = 4096


def fresh_key():
    """A key for one thing."""
    return AESGCM.generate_key(bit_length=8 * KEY_BYTES)


def encrypt(key, text, bound):
    """`text` encrypted and bound to `bound`, its random nonce in front."""
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
