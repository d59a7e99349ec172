"""Asking again for password or code before what cannot be taken back.

    @recent_sign_in(within=timedelta(minutes=15), on_post=timedelta(hours=1))
    def bid_submit(request, reference): ...

Pages ask on the way in, so that nobody is stopped on the last step: what is posted counts for
longer than what is looked at. A form that comes too late all the same is kept and given back.
"""

import time
from datetime import timedelta
from functools import wraps

from allauth.account.authentication import get_authentication_records
from allauth.core.exceptions import ReauthenticationRequired

WITHIN = timedelta(minutes=15)
ON_POST = timedelta(hours=1)


def signed_in_recently(request, within=WITHIN):
    """Whether the person asking has proved who they are in the time `within`."""
    if not request.user.is_authenticated:
        return False
    records = get_authentication_records(request, request.user)
    return bool(records) and time.time() - records[-1]["at"] < within.total_seconds()


def require_recent_sign_in(request, within=WITHIN):
    """Ask for password or code unless that was done in the time `within`; then come back here."""
    if not signed_in_recently(request, within):
        raise ReauthenticationRequired


def recent_sign_in(view=None, *, within=WITHIN, on_post=ON_POST):
    """Decorate a view with `require_recent_sign_in`: `within` to look, `on_post` to act."""

    def decorate(view):
        @wraps(view)
        def guarded(request, *args, **kwargs):
            looking = request.method in ("GET", "HEAD")
            require_recent_sign_in(request, within if looking else on_post)
            return view(request, *args, **kwargs)

        return guarded

    return decorate(view) if view else decorate
