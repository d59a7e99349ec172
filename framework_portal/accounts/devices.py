"""Browsers that have been signed in with before, known by a signed cookie.

Their owner's tries are counted apart from everybody else's, a sign-in from any other browser is
told by mail, and a form that outlives its session still finds its owner.
"""

import json
import uuid

from django.conf import settings
from django.core import signing

from framework_portal.accounts.models import User

SALT = "framework_portal.accounts.device"
REMEMBERED_FOR = 365 * 24 * 3600
MOST_PEOPLE = 5


def read(request):
    """The browser's id and the references of people who signed in with it, latest first."""
    try:
        text = signing.Signer(salt=SALT).unsign(request.COOKIES[settings.DEVICE_COOKIE_NAME])
        known = json.loads(text)
        return str(uuid.UUID(known["device"])), [str(person) for person in known["people"]]
    except (KeyError, ValueError, TypeError, signing.BadSignature):
        return None, []


def known_as(request, user):
    """The id of this browser where `user` has signed in with it before, or None."""
    device, people = read(request)
    return device if user is not None and str(user.reference) in people else None


def last_person(request):
    """Who signed in with this browser last, or None."""
    _device, people = read(request)
    return User.objects.filter(reference=people[0], is_active=True).first() if people else None


def remember(request, response, user):
    """Know this browser as one that `user` signs in with."""
    device, people = read(request)
    own = str(user.reference)
    people = [own, *[person for person in people if person != own]][:MOST_PEOPLE]
    text = json.dumps({"device": device or str(uuid.uuid4()), "people": people})
    response.set_cookie(
        settings.DEVICE_COOKIE_NAME,
        signing.Signer(salt=SALT).sign(text),
        max_age=REMEMBERED_FOR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
