"""Whether a public page has changed since a browser or a cache last fetched it.

The database itself counts what changes on public pages: triggers mark every transaction that
touches something public, and nothing else, so that a draft or a bid leaves no trace here. One
query gives that count together with the time; both, with the build, make the page's ETag.
"""

import hashlib
from collections import OrderedDict
from functools import cache, wraps
from threading import Lock

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.db import connection, migrations
from django.http import HttpResponse
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from framework_portal import clock
from framework_portal.access import public

# Seconds that a page may be shown without asking: times left on it are no finer than a minute.
MAX_AGE = 60


def public_page(view):
    """A page open to everybody, which a stranger's browser and caches may keep.

    The view finds the time in `request.at`. It must show strangers what is public and no more.
    """

    @wraps(view)
    def fresh(request, *args, **kwargs):
        if is_somebody(request):
            # framework_portal.middleware.Headers keeps the answer out of every cache.
            request.at = clock.now()
            return view(request, *args, **kwargs)
        request.at, edition = now_and_edition()
        etag = f'"{build()}-{edition}-{request.at:%y%m%d%H%M}-{get_language()}"'
        response = get_conditional_response(request, etag=etag)
        if response is None:
            response = PAGES.answer(request, etag, lambda: view(request, *args, **kwargs))
        if response.status_code in (200, 304):
            response.headers.setdefault("ETag", etag)
            patch_cache_control(response, public=True, max_age=MAX_AGE, must_revalidate=True)
            patch_vary_headers(response, ["Cookie", "Accept-Language"])
        return response

    return public(require_safe(fresh))


class Pages:
    """The pages this process rendered last, for as long as their ETag is the page's.

    In the last minutes before a deadline thousands ask for the same page: it is rendered once a
    minute and not once for each of them. What is kept never outlives what an ETag tells apart.
    """

    # Bytes of a page; the portal's longest have half of it.
    LONGEST = 200_000

    def __init__(self):
        self._kept, self._lock = OrderedDict(), Lock()

    def answer(self, request, etag, render):
        """The page kept for this address and ETag, or what `render()` gives, kept if it may be."""
        address = (request.get_host(), request.get_full_path(), etag)
        with self._lock:
            if address in self._kept:
                self._kept.move_to_end(address)
                content, headers = self._kept[address]
                return HttpResponse(content, headers=headers)
        response = render()
        if self._may_keep(request, response):
            with self._lock:
                # With the name that a file is to have.
                self._kept[address] = (response.content, dict(response.headers))
                while len(self._kept) > settings.PUBLIC_PAGES_KEPT:
                    self._kept.popitem(last=False)
        return response

    def _may_keep(self, request, response):
        return (
            response.status_code == 200
            and not response.streaming
            and not response.cookies
            and "CSRF_COOKIE_NEEDS_UPDATE" not in request.META
            and len(response.content) <= self.LONGEST
        )


PAGES = Pages()


def is_somebody(request):
    """Whether the answer may hold what only this browser should see."""
    own = {settings.SESSION_COOKIE_NAME, CookieStorage.cookie_name}
    return not own.isdisjoint(request.COOKIES)


def now_and_edition():
    """The time, and how many transactions have changed something public: one query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT portal_clock(), public_edition()")
        return cursor.fetchone()


@cache
def build():
    """A short name for the code and templates of this installation."""
    digest = hashlib.sha256()
    root = settings.BASE_DIR
    for folder, pattern in [
        ("templates", "**/*.html"),
        ("locale", "**/*.mo"),
        ("static/built", "*"),
        ("framework_portal", "**/*.py"),
        ("lots", "**/*.py"),
        ("suppliers", "**/*.py"),
        ("bids", "**/*.py"),
        ("contracts", "**/*.py"),
    ]:
        for file in sorted((root / folder).glob(pattern)):
            found, name = file.stat(), file.relative_to(root)
            digest.update(f"{name} {found.st_size} {found.st_mtime_ns}\n".encode())
    return digest.hexdigest()[:12]


# --- For migrations --------------------------------------------------------------------------


def marks_public_change(table, *, when="", columns=()):
    """The operations that let every change to a public row of `table` count.

    `when` is an SQL condition over {row}; without it every row is public. With `columns`, only an
    UPDATE that changes one of them counts: the rows become public by something else.
    """
    old, new = when.format(row="OLD"), when.format(row="NEW")
    if columns:
        differs = " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in columns)
        conditions = {"UPDATE": differs}
    else:
        either = f"({old}) OR ({new})" if when else ""
        conditions = {"INSERT": new, "UPDATE": either, "DELETE": old}
    return [
        migrations.RunSQL(
            f"CREATE TRIGGER marks_public_{verb.lower()} AFTER {verb} ON {table}"
            f" FOR EACH {f'ROW WHEN ({condition})' if condition else 'STATEMENT'}"
            " EXECUTE FUNCTION mark_public_change()",
            f"DROP TRIGGER marks_public_{verb.lower()} ON {table}",
        )
        for verb, condition in conditions.items()
    ]
