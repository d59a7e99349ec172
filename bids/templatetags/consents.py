"""What the mails to key subcontractors need: `{% load consents %}`."""

from django import template

from bids.invitations import token_of

register = template.Library()


@register.filter
def invitation_token(reference):
    """The token with which an organisation that is not on the portal takes up an invitation."""
    return token_of(reference)
