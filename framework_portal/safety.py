"""What makes a production start-up unsafe: `check --deploy` lists it, the server refuses it."""

import hashlib

from django.core.checks import Error, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from framework_portal.sealing.signing import signing_keys

# The demonstration's key is in the source for all to read; kept here as a digest only.
DEMONSTRATION_KEY = "dae81ff70f0c6aebd232d20527d44883c5507d3937ce83977dba48947a844c8b"
SHORTEST_KEY = 50


def unsafe_settings(settings):
    """What is unsafe about `settings`, a sentence each."""
    found = []
    if settings.DEBUG:
        found.append("DEBUG is on")
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    if any(hashlib.sha256(key.encode()).hexdigest() == DEMONSTRATION_KEY for key in keys):
        found.append("SECRET_KEY is the demonstration's, which everybody can read")
    if any(len(key) < SHORTEST_KEY or len(set(key)) < 8 for key in keys):
        found.append(f"SECRET_KEY is shorter than {SHORTEST_KEY} characters, or too plain")
    if not settings.ALLOWED_HOSTS:
        found.append("ALLOWED_HOSTS is empty")
    if any("*" in host for host in settings.ALLOWED_HOSTS):
        found.append("ALLOWED_HOSTS holds a wildcard: name each host")
    if not settings.PORTAL_ADDRESS.startswith("https://"):
        found.append("PORTAL_ADDRESS does not begin with https://")
    for cookie in ("SESSION", "CSRF"):
        secure = getattr(settings, f"{cookie}_COOKIE_SECURE")
        name = getattr(settings, f"{cookie}_COOKIE_NAME")
        if not secure or not name.startswith("__Host-"):
            found.append(f"The {cookie.lower()} cookie is not kept to https and to this host")
    return found


PRIVILEGES = """
    SELECT rolsuper, rolcreaterole, rolcreatedb, rolbypassrls, rolreplication,
           EXISTS (
               SELECT FROM pg_class
               WHERE relname = 'audit_auditevent' AND pg_has_role(current_user, relowner, 'MEMBER')
           )
    FROM pg_roles WHERE rolname = current_user
"""


def unsafe_role():
    """What the database role that serves pages could do and must not, a sentence each."""
    words = [
        "is a superuser",
        "may create roles",
        "may create databases",
        "passes by row-level security",
        "may replicate",
        "owns the tables, so it could switch off what guards the evidence",
    ]
    with connection.cursor() as cursor:
        cursor.execute(PRIVILEGES)
        held = cursor.fetchone()
    return [
        f"The database role of DATABASE_URL {word}. Serve pages with the portal's own role"
        for word, holds in zip(words, held, strict=True)
        if holds
    ]


def unsafe_keys():
    """What keeps the portal from signing receipts, a sentence."""
    try:
        signing_keys()
    except (ImproperlyConfigured, OSError) as error:
        return [str(error)]
    return []


def refuse_unsafe_start(settings):
    """Called where the server starts: with DEBUG off, an unsafe portal does not start."""
    if settings.DEBUG:
        return
    found = unsafe_settings(settings) or unsafe_keys() or unsafe_role()
    connection.close()  # made before the server forks; each process opens its own
    if found:
        raise ImproperlyConfigured("The portal does not start: " + "; ".join(found))


@register(Tags.security, deploy=True)
def settings_are_safe(app_configs, **kwargs):
    """The same, for `manage.py check --deploy`."""
    from django.conf import settings

    return [
        Error(sentence, id=f"framework_portal.E{number:03}")
        for number, sentence in enumerate(unsafe_settings(settings), start=1)
    ]


@register(Tags.database, deploy=True)
def role_is_unprivileged(app_configs, databases=None, **kwargs):
    """For `manage.py check --deploy --database default`."""
    if not databases:
        return []
    return [
        Error(sentence, id=f"framework_portal.E{number:03}")
        for number, sentence in enumerate(unsafe_role(), start=100)
    ]
