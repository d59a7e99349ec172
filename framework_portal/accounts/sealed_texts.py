"""Small secrets that must be readable again, such as a second factor's: kept encrypted."""

import base64

from framework_portal.sealing.ciphers import decrypt, encrypt
from framework_portal.sealing.keys import keyring

PURPOSE = "second_factor"


def hide(text):
    """`text` encrypted under the newest key, as text."""
    ring = keyring()
    sealed = encrypt(ring.subkey(ring.newest, PURPOSE), text.encode(), PURPOSE.encode())
    return f"{ring.newest}.{base64.b64encode(sealed).decode()}"


def show(hidden):
    """What `hide` was given."""
    key_id, _dot, sealed = hidden.partition(".")
    key = keyring().subkey(key_id, PURPOSE)
    return decrypt(key, base64.b64decode(sealed), PURPOSE.encode()).decode()
