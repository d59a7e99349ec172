"""Mails about signing in. They go through the outbox like all others, so that nobody waits for a
mail server.

No link that opens something is ever stored: the outbox keeps whose it is, and the link is made
when the mail is written (`templatetags/account_links.py`).
"""

from framework_portal.notifications import outbox

# What allauth calls a mail: what we call it.
KINDS = {
    "account/email/email_confirmation_signup": "account_confirm_address",
    "account/email/email_confirmation": "account_confirm_new_address",
    "account/email/account_already_exists": "account_already_exists",
    "account/email/unknown_account": "account_unknown",
    "account/email/password_reset_key": "account_password_reset",
    "account/email/password_reset": "account_password_changed",
    "account/email/password_changed": "account_password_changed",
    "account/email/password_set": "account_password_changed",
    "account/email/email_changed": "account_address_changed",
    "mfa/email/totp_activated": "account_factor_added",
    "mfa/email/totp_deactivated": "account_factor_removed",
    "mfa/email/recovery_codes_generated": "account_recovery_codes_made",
}


def queue(name, to, **context):
    """Send the mail that allauth calls `name`. `context` holds references only."""
    outbox.queue(KINDS[name], to=to, **context)


def queue_new_device(user):
    """Somebody signed in from a browser not seen before."""
    outbox.queue("account_new_device", to=user.email)
