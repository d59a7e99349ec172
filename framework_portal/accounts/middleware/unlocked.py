"""Hands the browser its half of an unlocked personal key, and takes it away again."""

from django.conf import settings


class UnlockedKeys:
    """Sets the cookie when a key was unlocked, and deletes it when the session has ended."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        cookie = getattr(request, "unlocked_cookie", None)
        if cookie:
            response.set_cookie(
                settings.UNLOCKED_COOKIE_NAME,
                cookie,
                max_age=settings.SESSION_COOKIE_AGE,
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
        elif cookie == "" and settings.UNLOCKED_COOKIE_NAME in request.COOKIES:
            response.delete_cookie(settings.UNLOCKED_COOKIE_NAME)
        return response
