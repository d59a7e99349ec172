"""What mails need in their templates: addresses that work outside the portal."""

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils.dateparse import parse_date, parse_datetime

register = template.Library()


@register.simple_tag
def link(name, *args, **kwargs):
    """The whole address of a page: {% link "supplier:bid_receipt" reference=bid %}."""
    return settings.PORTAL_ADDRESS + reverse(name, args=args, kwargs=kwargs)


@register.filter
def instant(text):
    """An instant again from the text the outbox kept: {{ closes_at|instant|moment }}."""
    return parse_datetime(text) if isinstance(text, str) else text


@register.filter
def date_of(text):
    """A date again from the text the outbox kept: {{ due_on|date_of|day }}."""
    return parse_date(text) if isinstance(text, str) else text
