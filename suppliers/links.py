"""Links that prove a mailbox: made when the mail is written, kept as a digest only."""

import hashlib

from django.utils.crypto import salted_hmac

PURPOSE = "suppliers.organisation_invitation"
# Half of a SHA-256 in hex: 128 bits that only the mail holds.
LENGTH = 32


def token_of(invitation):
    """What the link of `invitation` carries. Another `seed` makes another link."""
    made = salted_hmac(PURPOSE, f"{invitation.reference} {invitation.seed}", algorithm="sha256")
    return made.hexdigest()[:LENGTH]


def digest_of(token):
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()
