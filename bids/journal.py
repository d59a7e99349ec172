"""The key with which a browser encrypts what was typed and has not reached the portal.

Made from the portal's own key for one person and one bid or competition, so nothing is stored, it
is the same when they sign in again, and nobody else's browser is given it. Who has left the team
is given none.
"""

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from framework_portal.sealing.ciphers import KEY_BYTES
from framework_portal.sealing.keys import keyring

PURPOSE = "journal"


def key_for(person, subject, key_id=""):
    """(id, key) for the words of `person` in a bid, or about a competition.

    KeyError where the key `key_id` is gone.
    """
    ring = keyring()
    key_id = key_id or ring.newest
    info = f"{person.reference} {subject.reference}".encode()
    derive = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info)
    return key_id, derive.derive(ring.subkey(key_id, PURPOSE))
