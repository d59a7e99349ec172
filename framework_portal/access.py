"""Who may open which page. Everything is closed unless a view says whom it is open to."""

from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied

PUBLIC = "public"
SIGNED_IN = "signed in"


def public(view):
    """Open to everybody, signed in or not."""
    view = login_not_required(view)
    view.audience = PUBLIC
    return view


def signed_in(view):
    """Open to everybody who is signed in; the view asks `require` for anything more."""
    view.audience = SIGNED_IN
    return view


def allow(permission):
    """Open to people who hold `permission` (a rules permission asked without an object)."""

    def decorate(view):
        @wraps(view)
        def guarded(request, *args, **kwargs):
            require(request.user, permission)
            return view(request, *args, **kwargs)

        guarded.audience = permission
        return guarded

    return decorate


def require(user, permission, thing=None):
    """Answer 403 unless `user` holds `permission` on `thing`."""
    if not user.has_perm(permission, thing):
        raise PermissionDenied
