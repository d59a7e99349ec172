"""Small pieces of the account pages: `{% load accounts %}`."""

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from framework_portal import clock
from framework_portal.accounts import demonstration
from framework_portal.accounts.selectors import session_tag

register = template.Library()
register.filter("session_tag", session_tag)

# The first that is found in what the browser says of itself.
BROWSERS = [("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"),
            ("Safari/", "Safari")]  # fmt: skip
SYSTEMS = [("Windows", "Windows"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"),
           ("Mac OS X", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux")]  # fmt: skip
VERBS = {
    "person.signed_up": gettext_lazy("Created the account"),
    "person.created": gettext_lazy("Account created"),
    "person.signed_in": gettext_lazy("Signed in"),
    "person.signed_out": gettext_lazy("Signed out"),
    "person.sign_in_failed": gettext_lazy("Wrong password entered"),
    "person.code_refused": gettext_lazy("Wrong code entered"),
    "person.code_accepted": gettext_lazy("Entered a code"),
    "person.factor_added": gettext_lazy("Second step set up"),
    "person.factor_removed": gettext_lazy("Second step turned off"),
    "person.factor_renewed": gettext_lazy("New recovery codes made"),
    "person.password_changed": gettext_lazy("Changed the password"),
    "person.password_reset": gettext_lazy("Set a new password by email"),
    "person.address_added": gettext_lazy("Asked to change the email address"),
    "person.address_confirmed": gettext_lazy("Confirmed an email address"),
    "person.address_changed": gettext_lazy("Changed the email address"),
    "person.renamed": gettext_lazy("Changed the name"),
    "person.session_ended": gettext_lazy("Signed out of another session"),
    "person.sessions_ended": gettext_lazy("Signed out everywhere"),
    "person.role_changed": gettext_lazy("Role changed"),
    "person.deactivated": gettext_lazy("Account closed"),
    "person.reactivated": gettext_lazy("Account opened again"),
}


@register.filter
def browser(user_agent):
    """Firefox on Linux: what can be read from what a browser says of itself."""
    name = next((name for mark, name in BROWSERS if mark in user_agent), None)
    system = next((name for mark, name in SYSTEMS if mark in user_agent), None)
    if not name:
        return _("Unknown browser")
    return _("%(name)s on %(system)s") % {"name": name, "system": system} if system else name


@register.filter
def verb_words(verb):
    """What the trail calls bid.submitted: Bid submitted."""
    return VERBS.get(verb) or verb.replace(".", " ").replace("_", " ").capitalize()


@register.filter
def field_words(name):
    """What a form calls turn_over-2023: Turn over 2023."""
    return name.replace("_", " ").replace("-", " ").strip().capitalize()


@register.simple_tag
def demonstration_code(user):
    """The code of an invented person in the demonstration; "" for anybody else."""
    return demonstration.code_shown(user, at=clock.now())
