"""What allauth and Django tell us about signing in, written down as evidence.

The house has no signals of its own. These are other people's, and their only way of telling.
"""

from allauth.account import signals as account_signals
from allauth.mfa import signals as factor_signals
from allauth.mfa.models import Authenticator
from django.contrib.auth.signals import user_logged_out, user_login_failed
from django.db import transaction
from django.dispatch import receiver

from framework_portal.accounts import mails, unlocked
from framework_portal.accounts.actions.factors import use_up_setup_code
from framework_portal.accounts.actions.guessing import door
from framework_portal.accounts.forms import SETUP_STEP_KEY
from framework_portal.accounts.models import Attempts, User
from framework_portal.audit import trail


def _keep(verb, user, **details):
    with transaction.atomic():
        trail.record(verb, user, by=user, **details)


@receiver(account_signals.user_signed_up)
def signed_up(request, user, **kwargs):
    _keep("person.signed_up", user)


@receiver(account_signals.user_logged_in)
def signed_in(request, user, **kwargs):
    # The middleware remembers the browser on the way out.
    request.just_signed_in = user
    unlocked.hold_anew(request, user)
    is_strange = getattr(request, "signed_in_on_strange_device", False)
    with transaction.atomic():
        if is_strange:
            mails.queue_new_device(user)
        trail.record("person.signed_in", user, by=user, new_device=is_strange)


@receiver(user_logged_out)
def signed_out(request, user, **kwargs):
    unlocked.drop(request)
    if user is not None:
        timed_out = getattr(request, "timed_out", None) is not None
        # The middleware has the browser forget what it kept; a time-out must not.
        request.just_signed_out = not timed_out
        _keep("person.signed_out", user, timed_out=timed_out)


@receiver(user_login_failed)
def sign_in_failed(credentials, request=None, **kwargs):
    address = str(credentials.get("email") or credentials.get("username") or "").lower()
    user = User.objects.filter(email=address).first()
    # An unknown address leaves the same trace, by its digest: the answer must not take longer.
    subject = user or Attempts(key=door("account", address))
    with transaction.atomic():
        trail.record("person.sign_in_failed", subject, outcome="refused")


@receiver(factor_signals.authentication_failed)
def code_refused(user, reauthentication=False, **kwargs):
    with transaction.atomic():
        trail.record("person.code_refused", user, outcome="refused", again=reauthentication)


@receiver(factor_signals.authenticator_added)
def factor_added(request, user, authenticator, **kwargs):
    is_app = authenticator.type == Authenticator.Type.TOTP
    step = request.session.pop(SETUP_STEP_KEY, None) if is_app else None
    if step is not None:
        use_up_setup_code(authenticator=authenticator, step=step)
    _keep("person.factor_added", user, factor=authenticator.type)


@receiver(factor_signals.authenticator_removed)
def factor_removed(user, authenticator, **kwargs):
    _keep("person.factor_removed", user, factor=authenticator.type)


@receiver(factor_signals.authenticator_reset)
def factor_renewed(user, authenticator, **kwargs):
    _keep("person.factor_renewed", user, factor=authenticator.type)


@receiver(factor_signals.authenticator_used)
def factor_used(user, authenticator, reauthenticated, **kwargs):
    _keep("person.code_accepted", user, factor=authenticator.type, again=reauthenticated)


@receiver(account_signals.password_changed)
def password_changed(user, **kwargs):
    _keep("person.password_changed", user)


@receiver(account_signals.password_reset)
def password_reset(request, user, **kwargs):
    # They followed a link out of their own mailbox: this browser is theirs.
    request.just_signed_in = user
    _keep("person.password_reset", user)


@receiver(account_signals.email_added)
def address_added(user, **kwargs):
    _keep("person.address_added", user)


@receiver(account_signals.email_confirmed)
def address_confirmed(email_address, **kwargs):
    _keep("person.address_confirmed", email_address.user)


@receiver(account_signals.email_changed)
def address_changed(user, **kwargs):
    _keep("person.address_changed", user)
