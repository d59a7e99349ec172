"""Error pages. They touch neither the request's body nor the database: both may be the trouble.

Django's own pages do: its 400 page reads the body again for the CSRF token and so turns a body in
another charset into a raw 500. Each answer has a reference, which the log has too, and tells a
stranger nothing more.
"""

import logging
import secrets
import sys

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.template.loader import render_to_string

from framework_portal import navigation, saving
from framework_portal.access import public

logger = logging.getLogger("framework_portal.errors")


_beside = []


def beside(function):
    """Decorate a function of the request that gives more context for pages of our own errors.

    It is asked when much may be broken: it touches neither the request's body nor the database.
    """
    _beside.append(function)
    return function


def page(request, template, status, **context):
    """The error page `template`, with a reference that the log has beside it."""
    reference = secrets.token_hex(4).upper()
    trouble = type(sys.exc_info()[1]).__name__ if sys.exc_info()[1] else "-"
    logger.log(
        logging.ERROR if status >= 500 else logging.INFO,
        "Answered %s, reference %s, %s",
        status,
        reference,
        trouble,
    )
    if status >= 500:
        for function in _beside:
            context |= function(request)
    context |= {
        "reference": reference,
        "demonstration": settings.DEMONSTRATION,
        "navigation": navigation.links(navigation.PUBLIC),
        "footer_links": navigation.links(navigation.FOOTER),
    }
    response = HttpResponse(render_to_string(template, context), status=status)
    response["Cache-Control"] = "no-store"
    response.is_plain = True
    return response


@public
def bad_request(request, exception=None):
    """400, or 413 where the request was too big."""
    if isinstance(exception, RequestDataTooBig):
        return too_big(request)
    return page(request, "errors/400.html", 400)


def too_big(request):
    """413: more was sent than is taken."""
    return page(request, "errors/413.html", 413)


@public
def permission_denied(request, exception=None):
    """403: signed in, but not for this."""
    return page(request, "errors/403.html", 403)


@public
def not_found(request, exception=None):
    """404: no such page, or none that this person may know of."""
    return page(request, "errors/404.html", 404)


@public
def too_many(request):
    """429: too often in a short time."""
    return page(request, "errors/429.html", 429)


def method_not_allowed(request, allowed):
    """405: the page does not answer this method."""
    response = page(request, "errors/405.html", 405)
    response["Allow"] = ", ".join(allowed)
    return response


@public
def server_error(request):
    """500; or 503 where the database cannot be reached or does not write."""
    if _is_out_of_reach(sys.exc_info()[1]):
        response = page(request, "errors/503.html", 503)
        response["Retry-After"] = "60"
        return response
    return page(request, "errors/500.html", 500)


def _is_out_of_reach(trouble):
    if saving.is_refusal(trouble):
        saving.refused.failed()
        return True
    return isinstance(trouble, OperationalError | InterfaceError)
