"""How long a session lasts: so long without a request, and so long in all.

A session's life is Django's business, kept by the web server's clock; no evidence hangs from it.
"""

import time
from datetime import timedelta

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import logout
from django.utils import timezone

from framework_portal import saving
from framework_portal.accounts import devices

SHORT = (timedelta(minutes=30), timedelta(hours=12))
LONG = (timedelta(hours=2), timedelta(hours=24))
# Roles and the last request are noted this often: a session is not written at every request.
NOTED_EVERY = 60
KEY = "accounts.standing"


def standing(request):
    """What is noted of the session: since when, when last seen, and what the roles ask for."""
    return request.session.get(KEY)


def limits(noted):
    """Idle and absolute limit of a session, in seconds."""
    idle, absolute = SHORT if noted["short"] else LONG
    return idle.total_seconds(), absolute.total_seconds()


def seconds_left(request):
    """How long the session lasts if nothing more is asked; None for strangers."""
    noted = standing(request) if request.user.is_authenticated else None
    if noted is None:
        return None
    idle, absolute = limits(noted)
    now = time.time()
    return max(0, int(min(noted["seen"] + idle, noted["since"] + absolute) - now))


def note(request):
    """Write down that the person is here, and what their roles ask of them."""
    now = time.time()
    since = (standing(request) or {"since": now})["since"]
    request.session[KEY] = standing_of(request.user, since=since, now=now)
    with saving.by_the_way():
        UserSession.objects.filter(session_key=request.session.session_key).update(
            last_seen_at=timezone.now()
        )


def standing_of(user, *, since, now):
    """What is noted of a session of `user`."""
    must = user.has_perm("accounts.must_use_second_factor")
    return {
        "since": since,
        "seen": now,
        "short": user.has_perm("accounts.has_short_sessions"),
        "lacks_factor": must and not is_mfa_enabled(user, types=[Authenticator.Type.TOTP]),
    }


class SessionLife:
    """Ends sessions that lasted too long, and notes those that go on."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.timed_out = None
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            self._end_or_note(request)
        response = self.get_response(request)
        signed_in = getattr(request, "just_signed_in", None)
        if signed_in is not None:
            devices.remember(request, response, signed_in)
        if getattr(request, "just_signed_out", False):
            response.headers["Clear-Site-Data"] = '"storage"'
        return response

    def _end_or_note(self, request):
        now, noted = time.time(), standing(request)
        if noted is not None:
            idle, absolute = limits(noted)
            if now - noted["seen"] >= idle or now - noted["since"] >= absolute:
                request.timed_out = request.user
                logout(request)
                return
        # What a page asks by itself, without anybody doing anything, keeps no session alive.
        if noted is not None and "X-Watching" in request.headers:
            return
        if noted is None or now - noted["seen"] >= NOTED_EVERY or noted["lacks_factor"]:
            note(request)
