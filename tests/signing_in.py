"""Signing in without the pages, for tests of what comes after it."""

import time

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest

from framework_portal.accounts import demonstration, unlocked
from framework_portal.accounts.actions.factors import give_factor
from framework_portal.accounts.middleware.sessions import KEY, standing_of
from framework_portal.accounts.models import PersonalKey
from framework_portal.sealing.broken import InvalidSeal
from framework_portal.sealing.secrets import unwrap
from suppliers.vault.opening import Vaults
from tests.accounts import people
from tests.factories import PASSWORD


def sign_in(client, user):
    """Let `client` act for `user`, who has just proved who they are, with a second factor."""
    if user.has_perm("accounts.must_use_second_factor") and not is_mfa_enabled(user):
        give_factor(user=user)
    client.force_login(user)
    session = client.session
    # What allauth writes down at a sign-in, by the names it gives it.
    session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
    session["account_authentication_methods_user"] = str(user.pk)
    # What the first page after it would write down, so that it costs what the next one costs.
    now = time.time()
    session[KEY] = standing_of(user, since=now, now=now)
    _unlock(client, session, user)
    session.save()
    return client


def _unlock(client, session, user):
    """The personal key of `user`, in its two halves, as the sign-in would leave it."""
    private = _private_key(user)
    if private is None:
        return
    request = HttpRequest()
    request.session = session
    unlocked.hold(request, user, private)
    client.cookies[settings.UNLOCKED_COOKIE_NAME] = request.unlocked_cookie


def vaults_of(user):
    """The vaults that `user` opens, for a bid that is handed to an action."""
    return Vaults(user, _private_key(user))


def _private_key(user):
    """The key as one of the passwords of the tests and the demonstration opens it, or None."""
    key = PersonalKey.objects.filter(user=user).first()
    for password in () if key is None else (PASSWORD, demonstration.PASSWORD, people.PASSWORD):
        try:
            return unwrap(key.wrapped, password, f"personal key of {user.reference}".encode())
        except InvalidSeal:
            continue
    return None
