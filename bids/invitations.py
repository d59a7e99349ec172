"""The token of an invitation to answer: in the mail that carried it, and nowhere else.

It is computed from the request's reference and the portal's secret, so that no row, no queue and no
log holds it. The lead, who knows the reference and the address, cannot make one. It works until
somebody has taken up the invitation.
"""

from django.utils.crypto import constant_time_compare, salted_hmac

PURPOSE = "bids.consent.invitation"


def token_of(reference):
    """The token of the request with this reference."""
    return salted_hmac(PURPOSE, str(reference), algorithm="sha256").hexdigest()[:40]


def is_token_of(token, reference):
    """Whether `token` is the one that was mailed."""
    return constant_time_compare(token, token_of(reference))
