"""Nothing typed is lost by a time-out: a form that came too late is kept, and given back.

Encrypted, for a day, to the person whose session it was. Passwords and codes are never kept.
"""

import hashlib
import re
from datetime import timedelta

from django.db import transaction

from framework_portal.accounts.models import StashedForm
from framework_portal.sealing.broken import InvalidSeal
from framework_portal.sealing.envelope import discard, read_own, seal
from framework_portal.sealing.models import Purpose

KEPT_FOR = timedelta(days=1)
# Of everything typed into one form, in characters, and of forms for one browser.
LARGEST = 1_000_000
MOST_FORMS = 10
SECRET = re.compile(
    r"(passw|passphrase|secret|recovery_words)"
    r"|(^|[-_])(?<!post_)(code|otp|token|csrfmiddlewaretoken)$",
    re.I,
)


def keepable(fields, files):
    """What may be kept of a form: `fields` as name → list of values, `files` as name → names."""
    kept = {name: list(values) for name, values in fields if not SECRET.search(name)}
    names = {name: [item.name or "" for item in items] for name, items in files}
    return {"fields": kept, "files": names}


def is_small_enough(form):
    """Whether `form` fits; a larger one is not worth its room."""
    return sum(len(name) + sum(map(len, values)) for name, values in form["fields"].items()) <= (
        LARGEST
    )


@transaction.atomic
def stash_form(*, token, path, person, form, at):
    """Keep `form`, which was sent to `path`, for whoever holds `token` and is `person`."""
    mine = StashedForm.objects.filter(token_hash=digest(token))
    _drop(mine.filter(path=path))
    _drop(mine.order_by("-stashed_at")[MOST_FORMS - 1 :])
    return StashedForm.objects.create(
        token_hash=digest(token),
        path=path,
        person=person,
        sealed=seal(form, purpose=Purpose.STASH, bound_to=_bound(digest(token), path)),
        stashed_at=at,
        expires_at=at + KEPT_FOR,
    )


def waiting(*, token, at):
    """What is kept for whoever holds `token`, by path; `person` says whose each is."""
    rows = StashedForm.objects.filter(token_hash=digest(token), expires_at__gt=at)
    return {row.path: row for row in rows.select_related("sealed")}


@transaction.atomic
def claim_stashed(*, token, person):
    """Forms kept for nobody known belong to the first who signs in with the same browser."""
    StashedForm.objects.filter(token_hash=digest(token), person=None).update(person=person)


def read_stashed(*, stashed):
    """What was typed; nothing where the key is gone."""
    try:
        return read_own(stashed.sealed, bound_to=_bound(stashed.token_hash, stashed.path))
    except InvalidSeal:
        return {"fields": {}, "files": {}}


@transaction.atomic
def drop_stashed(*, token, path, person):
    """The form was sent again, or is no longer wanted."""
    _drop(StashedForm.objects.filter(token_hash=digest(token), path=path, person=person))


@transaction.atomic
def drop_expired(*, at):
    """Forget what was kept longer than promised."""
    return _drop(StashedForm.objects.filter(expires_at__lte=at))


def digest(token):
    """What the database knows of the browser's token."""
    return hashlib.sha256(token.encode()).hexdigest()


def _drop(stashes):
    rows = list(
        StashedForm.objects.filter(pk__in=[row.pk for row in stashes]).select_related("sealed")
    )
    for row in rows:
        row.delete()
        discard(row.sealed)
    return len(rows)


def _bound(token_hash, path):
    return {"token": token_hash, "path": path}
