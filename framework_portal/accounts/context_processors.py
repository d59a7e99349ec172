"""What every page knows of the session."""

from django.conf import settings

from framework_portal.accounts.middleware.sessions import seconds_left


def session(request):
    """`session_seconds`: how long it lasts unasked. `form_is_kept`: a form waits."""
    known = {"form_is_kept": settings.STASH_COOKIE_NAME in request.COOKIES}
    if settings.SESSION_COOKIE_NAME in request.COOKIES and hasattr(request, "user"):
        known["session_seconds"] = seconds_left(request)
    return known
