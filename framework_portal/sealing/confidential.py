"""What is said to the portal in confidence: kept under a key of its own purpose.

Neither database nor backups, reports or admin pages read it; the running portal does, for whoever
a page lets read. It is no sealed offer, so that no list of those tells of it.
"""

from framework_portal.sealing.broken import InvalidSeal
from framework_portal.sealing.canonical import canonical, parsed
from framework_portal.sealing.ciphers import decrypt, encrypt, pad, unpad
from framework_portal.sealing.keys import keyring

PURPOSE = "confidential"


def conceal(content, *, bound_to):
    """`content` as bytes that open only as what `bound_to` says; their length tells little."""
    ring = keyring()
    bound = _bound(ring.newest, bound_to)
    sealed = encrypt(ring.subkey(ring.newest, PURPOSE), pad(canonical(content)), bound)
    return ring.newest.encode() + b"." + sealed


def reveal(concealed, *, bound_to):
    """What `conceal` was given, or InvalidSeal. Callers check who asks."""
    key_id, _dot, sealed = bytes(concealed).partition(b".")
    try:
        key = keyring().subkey(key_id.decode("ascii", "replace"), PURPOSE)
    except KeyError:
        raise InvalidSeal("The key is not in the key file") from None
    return parsed(unpad(decrypt(key, sealed, _bound(key_id.decode(), bound_to))))


def _bound(key_id, bound_to):
    return canonical({"purpose": PURPOSE, "key": key_id, "bound_to": bound_to})
