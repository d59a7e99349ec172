"""The word by which the portal knows its watchers. It opens one address, which shows nothing."""

import hashlib
import hmac

from django.conf import settings
from django.utils.crypto import constant_time_compare


def watch_key():
    """WATCH_KEY, or one made from the secret key: a watcher elsewhere needs only this."""
    return settings.WATCH_KEY or _from(settings.SECRET_KEY)


def is_watcher(said):
    """Whether `said`, the header of a request, is that word."""
    known = [settings.WATCH_KEY] if settings.WATCH_KEY else []
    known += [_from(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    return any(constant_time_compare(said, f"Bearer {key}") for key in known)


def _from(secret):
    return hmac.new(secret.encode(), b"framework-portal/watch", hashlib.sha256).hexdigest()
