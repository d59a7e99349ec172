"""The link to an invited organisation: made when the mail is written, never stored."""

from django import template

from framework_portal.notifications.templatetags.mail import link
from suppliers.links import token_of
from suppliers.models import OrganisationInvitation

register = template.Library()


@register.simple_tag
def invited_link(invitation):
    """Where the organisation asked by the invitation with this reference answers."""
    found = OrganisationInvitation.objects.filter(reference=invitation).first()
    if found is None:
        return link("account_login")
    return link("supplier:invited", token=token_of(found))
