"""Passphrases to choose from: random words that can be remembered and read over the telephone.

The words are the 1,024 of SLIP-39, which come with the package that splits keys: short, no two
alike in their first four letters. Six of them are 60 random bits, which Argon2id stretches.
"""

import secrets

from shamir_mnemonic.wordlist import WORDLIST

WORDS = 6


def suggested():
    """A fresh one. Nothing remembers that it was shown."""
    return " ".join(secrets.choice(WORDLIST) for _ in range(WORDS))
