"""The unlocked personal key of whoever is signed in, between the browser and the session.

The browser holds it in a cookie, encrypted; the key to that cookie lies in the session's row and
nowhere else. Neither half alone is of use, and both end with the session. While a second step is
still asked for, the halves wait for the person to be signed in.
"""

import base64
import binascii

from django.conf import settings

from framework_portal.sealing.broken import InvalidSeal
from framework_portal.sealing.ciphers import decrypt, encrypt, fresh_key

HALF = "accounts.unlocked"


def hold(request, user, private):
    """Keep `private` for the rest of the session of `user`, from a fresh pair of halves on."""
    half = fresh_key()
    request.session[HALF] = {"person": str(user.reference), "key": _text(half)}
    request.unlocked_cookie = _text(encrypt(half, private, _bound(user)))
    request.unlocked_for = (user.pk, private)


def held(request):
    """The private key of the person signed in, or None: they are not, or a half is missing."""
    if not request.user.is_authenticated:
        return None
    return _opened(request, request.user)


def hold_anew(request, user):
    """The person is signed in now: what was unlocked on the way goes on, in fresh halves."""
    private = _opened(request, user)
    if private is not None:
        hold(request, user, private)


def drop(request):
    """Forget it, in the browser too."""
    request.unlocked_cookie, request.unlocked_for = "", None
    if HALF in request.session:
        del request.session[HALF]


def _opened(request, user):
    known = getattr(request, "unlocked_for", None)
    if known is not None:
        return known[1] if known[0] == user.pk else None
    half, cookie = request.session.get(HALF), request.COOKIES.get(settings.UNLOCKED_COOKIE_NAME)
    if not half or not cookie or half["person"] != str(user.reference):
        return None
    try:
        private = decrypt(_bytes(half["key"]), _bytes(cookie), _bound(user))
    except (InvalidSeal, ValueError, binascii.Error):
        return None
    request.unlocked_for = (user.pk, private)
    return private


def _text(some_bytes):
    return base64.urlsafe_b64encode(some_bytes).decode()


def _bytes(text):
    return base64.urlsafe_b64decode(text)


def _bound(user):
    return f"unlocked key of {user.reference}".encode()
