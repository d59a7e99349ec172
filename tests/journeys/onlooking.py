"""People who look at everything that they can reach, and what differs from one look to the next."""

import re
from difflib import unified_diff
from itertools import product

from django.contrib import admin
from django.db import connection
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, get_resolver, reverse

from framework_portal.audit import grants
from framework_portal.freshness import PAGES
from tests.signing_in import sign_in

# When somebody was last here changes with every page that is read.
OF_THE_READER = {"usersession", "session", "user"}
OWN = re.compile(
    rb'(?<=name="csrfmiddlewaretoken" value=")[^"]*|(?<=data-seconds=")\d+'
    rb'|(?<="token": ")[^"]*'  # a form's, masked anew with every answer
    rb'|(?<=portal-phrase">)[^<]*'  # random words, new with every look
)


class Onlooker:
    """Somebody who looks at everything that they can reach."""

    def __init__(self, name, *namespaces, user=None):
        self.name, self.namespaces, self.client = name, namespaces, Client()
        if user is not None:
            sign_in(self.client, user)
        self.reached = []

    def explore(self, things, parts, only=lambda address: True):
        """Find the addresses that answer, of those that `only` lets through."""
        for address in addresses(self.namespaces, things, parts):
            if only(address) and self.client.get(address).status_code == 200:
                self.reached.append(address)

    def look(self):
        """Every page reached, as it reads now."""
        PAGES._kept.clear()  # read anew, not as it was kept
        return {address: self.read(address) for address in self.reached}

    def read(self, address):
        answer = self.client.get(address)
        body = b"".join(answer) if answer.streaming else answer.content
        return answer.status_code, answer.get("ETag"), OWN.sub(b"", body)


def difference(before, after):
    """What differs, line by line; nothing where two answers are the same."""
    if before == after:
        return []
    pages = [body.decode(errors="replace").splitlines() for _status, _etag, body in (before, after)]
    return [before[:2], after[:2], *unified_diff(*pages, n=0)]


def addresses(namespaces, things, parts):
    """Every address in these namespaces: of each of `things`, and of `parts` of each."""
    resolver = get_resolver()
    for namespace in namespaces:
        for name, keys in named(resolver.namespace_dict[namespace][1]):
            for values in product(*[things, parts, parts][: len(keys)]):
                try:
                    yield reverse(
                        f"{namespace}:{name}", kwargs=dict(zip(keys, values, strict=True))
                    )
                except NoReverseMatch:
                    break  # it asks for something else: a slug, a form's code


def named(resolver, keys=()):
    for pattern in resolver.url_patterns:
        inner = (*keys, *pattern.pattern.converters)
        if isinstance(pattern, URLPattern):
            if pattern.name:
                yield pattern.name, inner
        else:
            yield from named(pattern, inner)


def admin_addresses(words, rows=3):
    """Each list of the admin, searched for `words` too, and each page of the first `rows`."""
    for model, window in admin.site._registry.items():
        name = f"{model._meta.app_label}_{model._meta.model_name}"
        if model._meta.model_name in OF_THE_READER:
            continue
        changelist = reverse(f"admin:{name}_changelist")
        yield changelist
        if window.search_fields:
            yield f"{changelist}?q={words}"
        for key in model._default_manager.values_list("pk", flat=True)[:rows]:
            yield reverse(f"admin:{name}_change", args=[key])
            yield reverse(f"admin:{name}_history", args=[key])


def read_for_reports():
    """Every row that the role of reports reads, by table: without what sign-ins change."""
    read = {}
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET ROLE portal_reader")
        try:
            for model in grants.tables():
                columns = [name for name in grants.reader_sees(model) if name != "last_login"]
                if columns:
                    listed = ", ".join(map(connection.ops.quote_name, columns))
                    cursor.execute(f"SELECT {listed} FROM {model._meta.db_table} ORDER BY 1")
                    read[model._meta.db_table] = cursor.fetchall()
        finally:
            cursor.execute("RESET ROLE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    return read
