"""Personal keys: made where a password is proven or set, and wrapped under it.

The portal sees a password only in the request that carries it. What comes out of here, the
unwrapped private key, lives on only in `accounts.unlocked`.
"""

from django.db import transaction

from framework_portal.accounts.models import PersonalKey, User
from framework_portal.sealing.broken import InvalidSeal
from framework_portal.sealing.keypairs import fresh_pair
from framework_portal.sealing.secrets import unwrap, wrap


def unlock(*, user, password):
    """The private key of `user`, who has just proved or set `password`.

    A new pair where there is none yet, and where the one there is opens with another password.
    """
    held = PersonalKey.objects.filter(user=user).first()
    if held is None:
        return _made(user, password, in_place_of=None)
    try:
        return unwrap(held.wrapped, password, _bound(user))
    except InvalidSeal:
        return _made(user, password, in_place_of=held)


@transaction.atomic
def wrap_anew(*, user, before, after):
    """The same key under a new password, of somebody who has just proved the one before."""
    private = unlock(user=user, password=before)
    PersonalKey.objects.filter(user=user).update(wrapped=wrap(private, after, _bound(user)))
    return private


@transaction.atomic
def replace(*, user, password):
    """A new pair, for somebody who forgot the password: what was sealed to the old is lost."""
    former = PersonalKey.objects.filter(user=user).first()
    return _made(user, password, in_place_of=former)


def spend_as_much(password):
    """Take as long as making a key takes, so that an account that is there already does not show
    by a quicker answer."""
    wrap(bytes(32), password, b"")


def _made(user, password, *, in_place_of):
    private, public = fresh_pair()
    wrapped = wrap(private, password, _bound(user))
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).values_list("pk").get(pk=user.pk)
        now = PersonalKey.objects.filter(user=user).first()
        if now is not None and (in_place_of is None or now.pk != in_place_of.pk):
            # Somebody signed in with the same password at the same moment, and was first.
            return unwrap(now.wrapped, password, _bound(user))
        if now is not None:
            now.delete()  # with everything that was sealed to it
        PersonalKey.objects.create(
            user=user, public=public, wrapped=wrapped, is_replacement=in_place_of is not None
        )
    return private


def _bound(user):
    return f"personal key of {user.reference}".encode()
