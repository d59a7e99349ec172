"""The printed code: 128 random bits in letters and digits that nobody mistakes for one another."""

import hashlib
import secrets

# Crockford's: no I, L, O and U.
DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
MISTAKEN = str.maketrans("OIL", "011")
BITS, LENGTH, CHECKS, GROUP = 128, 26, 2, 4


def fresh():
    """A new code, as it is printed: seven groups of four."""
    digits = _digits(secrets.randbits(BITS), LENGTH)
    whole = digits + _check(digits)
    return "-".join(whole[at : at + GROUP] for at in range(0, len(whole), GROUP))


def read(typed):
    """What was typed, in the one form that opens; None where it cannot be a code.

    Spaces, dashes and small letters do not matter, nor do O for 0 and I or L for 1.
    """
    whole = "".join(typed.split()).replace("-", "").replace("–", "").upper().translate(MISTAKEN)
    digits, check = whole[:LENGTH], whole[LENGTH:]
    if len(whole) != LENGTH + CHECKS or not set(whole) <= set(DIGITS) or check != _check(digits):
        return None
    return digits


def _check(digits):
    found = int.from_bytes(hashlib.sha256(digits.encode()).digest()[:4])
    return _digits(found % len(DIGITS) ** CHECKS, CHECKS)


def _digits(number, length):
    found = []
    for _place in range(length):
        number, rest = divmod(number, len(DIGITS))
        found.append(DIGITS[rest])
    return "".join(reversed(found))
