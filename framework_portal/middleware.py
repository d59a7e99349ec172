"""What stands before every page: headers on every answer, and hostile input answered plainly."""

import codecs
import logging
import sys

from django.conf import settings
from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.http import Http404
from django.utils.cache import patch_vary_headers

from framework_portal import errors
from framework_portal.forms.characters import REFUSED

logger = logging.getLogger("framework_portal.errors")

REPORTS = "/content-security-reports/"
CONTENT_SECURITY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "object-src 'none'",
        "frame-ancestors 'none'",
        f"report-uri {REPORTS}",
        "report-to portal",
    ]
)
PERMISSIONS = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "autoplay",
        "browsing-topics",
        "camera",
        "display-capture",
        "encrypted-media",
        "fullscreen",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "picture-in-picture",
        "screen-wake-lock",
        "serial",
        "usb",
        "xr-spatial-tracking",
    )
)
METHODS = ("GET", "HEAD", "POST")


class Headers:
    """SEC-40 and SEC-41 on every answer, error pages and the admin included.

    A view may set a stricter policy of its own, as downloads do; it is left alone.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY)
        response.headers.setdefault("Reporting-Endpoints", f'portal="{REPORTS}"')
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("X-Permitted-Cross-Domain-Policies", "none")
        response.headers.setdefault("X-Frame-Options", "DENY")
        self._keep_private(request, response)
        return response

    def _keep_private(self, request, response):
        """Nothing that somebody signed in saw stays in a cache; nor does a new cookie."""
        if request.path_info.startswith(f"/{settings.STATIC_URL.strip('/')}/"):
            return
        if settings.SESSION_COOKIE_NAME in request.COOKIES or response.cookies:
            response["Cache-Control"] = "no-store"
            patch_vary_headers(response, ("Cookie",))


class HostileInput:
    """Requests that no page could answer are answered here, before anything reads them."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        allowed = METHODS
        if settings.UPLOADS_IN_PIECES.match(request.path_info):
            allowed = (*METHODS, "PATCH", "DELETE", "OPTIONS")
        if request.method not in allowed:
            return errors.method_not_allowed(request, allowed)
        if not (self._has_plain_address(request) and self._has_plain_body(request)):
            return errors.bad_request(request)
        # A quoted cookie may spell out a NUL, which the session's query would choke on.
        for name, value in list(request.COOKIES.items()):
            if REFUSED.search(name) or REFUSED.search(value):
                del request.COOKIES[name]
        return self.get_response(request)

    def process_exception(self, request, exception):
        """Text that the database cannot hold is the sender's fault, wherever it was found out."""
        nul = isinstance(exception, ValueError) and "NUL (0x00)" in str(exception)
        surrogate = isinstance(exception, UnicodeEncodeError) and "surrogates" in exception.reason
        return errors.bad_request(request) if nul or surrogate else None

    def _has_plain_address(self, request):
        return "\0" not in request.path_info and "%00" not in request.META.get("QUERY_STRING", "")

    def _has_plain_body(self, request):
        """Of a stated length that is a number, and in the only charset that we read."""
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not (length.isascii() and length.isdigit()):
            return False
        charset = request.content_params.get("charset")
        if not charset:
            return True
        try:
            return codecs.lookup(charset.strip("\"'")).name in ("utf-8", "ascii")
        except (LookupError, ValueError, UnicodeError):
            return False


class PlainErrors:
    """With DEBUG on, the demonstration still shows the portal's error pages, not Django's.

    Whoever is developing reads the traceback in the log.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if not (settings.DEBUG and settings.DEMONSTRATION) or hasattr(response, "is_plain"):
            return response
        if response.status_code == 500:  # a middleware failed
            return errors.server_error(request)
        if request.resolver_match is None and response.status_code == 404:
            return errors.not_found(request)
        if request.resolver_match is None and response.status_code == 400:
            return errors.bad_request(request)
        return response

    def process_exception(self, request, exception):
        if not (settings.DEBUG and settings.DEMONSTRATION):
            return None
        if isinstance(exception, Http404):
            return errors.not_found(request)
        if isinstance(exception, PermissionDenied):
            return errors.permission_denied(request)
        if isinstance(exception, BadRequest | SuspiciousOperation):
            return errors.bad_request(request, exception)
        logger.error("A page failed", exc_info=sys.exc_info())
        return errors.server_error(request)
