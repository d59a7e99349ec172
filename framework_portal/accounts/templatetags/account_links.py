"""Links in mails that open something: made when the mail is written, never stored."""

from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.account.utils import user_pk_to_url_str
from django import template

from framework_portal.accounts.models import User
from framework_portal.notifications.templatetags.mail import link

register = template.Library()


@register.simple_tag
def password_reset_link(person):
    """Where the person with this reference sets a new password: once, and for half an hour."""
    user = User.objects.filter(reference=person).first()
    if user is None:
        return link("account_reset_password")
    key = default_token_generator.make_token(user)
    return link("account_reset_password_from_key", uidb36=user_pk_to_url_str(user), key=key)


@register.simple_tag
def confirmation_link(address):
    """Where an address is confirmed as its owner's."""
    waiting = EmailAddress.objects.filter(pk=address, verified=False).first()
    if waiting is None:
        return link("account_login")
    return link("account_confirm_email", EmailConfirmationHMAC(waiting).key)
