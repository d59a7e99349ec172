"""Splitting a private key so that any two holders together have it, and none alone.

Shamir's scheme over GF(256) in the form of SLIP-39, by the package that accompanies the standard:
each share is 33 words with a checksum of their own, so that one can be printed and typed again.
"""

import hashlib
import hmac
from itertools import combinations

from shamir_mnemonic import MnemonicError, Share, combine_mnemonics, generate_mnemonics
from shamir_mnemonic.wordlist import WORDLIST

from framework_portal.sealing.broken import InvalidSeal

NEEDED = 2
MOST_SHARES = 16
WORDS = 33


def split(secret, count):
    """`count` shares of a 32-byte `secret`, every two of which were tried."""
    # The secret is random: stretching it as one stretches a password would add nothing.
    [shares] = generate_mnemonics(1, [(NEEDED, count)], secret, iteration_exponent=0)
    for one, other in combinations(shares, 2):
        if not hmac.compare_digest(put_together(one, other), secret):
            raise InvalidSeal("Two shares do not give the key back")
    return shares


def put_together(one, other):
    """What `split` was given, from two of its shares; InvalidSeal where they do not belong."""
    try:
        return combine_mnemonics([one, other])
    except MnemonicError:
        raise InvalidSeal("These shares are broken, or not of one key") from None


def check(words):
    """InvalidSeal unless `words` are a share, as its own checksum tells."""
    try:
        Share.from_mnemonic(words)
    except MnemonicError:
        raise InvalidSeal("This is no share") from None


def is_word(word):
    """Whether shares may hold `word`."""
    return word in WORDLIST


def tidy(words):
    """A share as somebody typed it from paper: small letters, single spaces."""
    return " ".join(words.lower().split())


def digest(words):
    """What a share is known by: it holds 256 random bits, so this tells nothing of them."""
    return hashlib.sha256(tidy(words).encode()).hexdigest()
