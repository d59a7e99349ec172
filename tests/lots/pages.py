"""Going through the commissioner's pages with the browser client."""

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.signing_in import sign_in


def signed_in(person):
    """A client that acts for `person`."""
    return sign_in(Client(), person)


def of(competition, name, **kwargs):
    """A page of a competition."""
    return reverse(f"commissioner:{name}", kwargs={"reference": competition.reference, **kwargs})


def parts(name, value):
    """What the boxes of a date, or of a moment, send."""
    if hasattr(value, "hour"):
        value = timezone.localtime(value)
        time = {f"{name}_time": f"{value:%H:%M}"}
    else:
        time = {}
    return {
        f"{name}_day": value.day,
        f"{name}_month": value.month,
        f"{name}_year": value.year,
        **time,
    }


def text(response):
    """The page's words."""
    return response.content.decode()
