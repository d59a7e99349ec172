"""Small secrets that must be readable again, such as a second factor's: kept encrypted."""

import base64

from framework_portal.sealing.ciphers import decrypt, encrypt
from framework_portal.sealing.keys import keyring

PURPOSE = "second_factor"


def hide(text, *, purpose=PURPOSE, bound=""):
    """`text` encrypted under the newest key, as text; `bound` to what it is about."""
    ring = keyring()
    sealed = encrypt(ring.subkey(ring.newest, purpose), text.encode(), _about(purpose, bound))
    return f"{ring.newest}.{base64.b64encode(sealed).decode()}"


def show(hidden, *, purpose=PURPOSE, bound=""):
    """What `hide` was given."""
    key_id, _dot, sealed = hidden.partition(".")
    key = keyring().subkey(key_id, purpose)
    return decrypt(key, base64.b64decode(sealed), _about(purpose, bound)).decode()


def _about(purpose, bound):
    return f"{purpose} {bound}".strip().encode()
