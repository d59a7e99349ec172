"""From a message's kind and context to the words of a mail."""

from django.conf import settings
from django.template import Context, engines
from django.utils import translation

from framework_portal.notifications.outbox import template


def rendered(kind, context):
    """The subject and the text of a mail. The template's first line is `Subject: …`."""
    text = engines["django"].engine.get_template(template(kind))
    values = {**context, "portal_address": settings.PORTAL_ADDRESS}
    with translation.override(context.get("language", settings.LANGUAGE_CODE)):
        # Plain text: an apostrophe in a title stays one.
        first, _, body = text.render(Context(values, autoescape=False)).lstrip().partition("\n")
    label, _, subject = first.partition("Subject:")
    if label or not subject.strip():
        raise ValueError(f"{template(kind)} does not begin with a subject line")
    return " ".join(subject.split()), body.strip() + "\n"
