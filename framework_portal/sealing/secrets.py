"""Wrapping a key under something a person knows: Argon2id, then AES-256-GCM.

The text that comes out carries the parameters it was made with, so that they can be raised.
"""

import json
import os

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from django.conf import settings

from framework_portal.sealing.broken import InvalidSeal
from framework_portal.sealing.ciphers import KEY_BYTES, decrypt, encrypt

SALT_BYTES = 16


def wrap(key, secret, bound):
    """`key` as bytes that open with `secret` and as `bound` only."""
    cost = {
        "memory_kib": settings.ARGON2_MEMORY_KIB,
        "passes": settings.ARGON2_PASSES,
        "lanes": settings.ARGON2_LANES,
    }
    salt = os.urandom(SALT_BYTES)
    head = json.dumps({**cost, "salt": salt.hex()}, separators=(",", ":")).encode()
    return head + b"\n" + encrypt(_derived(secret, salt, **cost), key, head + bound)


def unwrap(wrapped, secret, bound):
    """What `wrap` was given; InvalidSeal when `secret` is another or anything was changed."""
    head, _line, sealed = bytes(wrapped).partition(b"\n")
    try:
        cost = json.loads(head)
        key = _derived(secret, bytes.fromhex(cost.pop("salt")), **cost)
    except (ValueError, TypeError, KeyError):
        raise InvalidSeal("The wrapping is broken") from None
    return decrypt(key, sealed, head + bound)


def _derived(secret, salt, *, memory_kib, passes, lanes):
    derive = Argon2id(
        salt=salt, length=KEY_BYTES, iterations=passes, lanes=lanes, memory_cost=memory_kib
    )
    return derive.derive(secret.encode())
