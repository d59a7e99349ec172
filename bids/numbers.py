"""Receipt numbers: short enough to be read out, and a slip of the tongue is noticed.

Eleven random characters and one that checks them. The characters are 31, a prime: like those of
books, the sum of each times its place tells every single wrong character and every two that were
swapped. I, L, O, S and Z are left out: typed, they are taken for what they look like.
"""

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRTUVWXY"
LENGTH = 12
LOOKS_LIKE = str.maketrans("ILOSZ", "11052")


def fresh_number():
    """A number that nobody has: 31 to the power of 11, about 25 quadrillion, are possible."""
    random = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH - 1))
    return grouped(random + _check(random))


def read_number(typed):
    """The number somebody typed, in its usual form; None where it cannot be one."""
    plain = "".join(c for c in typed.upper() if c.isalnum()).translate(LOOKS_LIKE)
    if len(plain) != LENGTH or not set(plain) <= set(ALPHABET) or _check(plain[:-1]) != plain[-1]:
        return None
    return grouped(plain)


def grouped(plain):
    return "-".join(plain[start : start + 4] for start in range(0, LENGTH, 4))


def _check(random):
    total = sum(place * ALPHABET.index(c) for place, c in enumerate(random, start=1))
    # The last character's own place is 12: chosen so that all twelve add up to nothing.
    return ALPHABET[-total * pow(LENGTH, -1, len(ALPHABET)) % len(ALPHABET)]
