"""Second factors: which codes are right, and that each works once."""

import base64
import re

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.mfa.utils import decrypt
from cryptography.hazmat.primitives import constant_time
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.hotp import HOTP
from django.db import transaction

STEP = 30
# A clock may be half a minute wrong, and people take a while to type.
TOLERANCE = 1


def code_of(secret, counter):
    """The six digits that an app with `secret` shows in the half-minute `counter`."""
    key = base64.b32decode(secret, casefold=True)
    return HOTP(key, 6, SHA1()).generate(counter).decode()  # noqa: S303 – what apps speak


def step_of(at):
    """The number of the half-minute in which `at` lies."""
    return int(at.timestamp()) // STEP


def matching_step(secret, code, at):
    """The half-minute around `at` for which `code` is right, or None."""
    typed = re.sub(r"[\s-]", "", code).encode()
    around = range(step_of(at) - TOLERANCE, step_of(at) + TOLERANCE + 1)
    right = [n for n in around if constant_time.bytes_eq(code_of(secret, n).encode(), typed)]
    return right[-1] if right else None


@transaction.atomic
def use_code(*, authenticator, code, at):
    """Whether `code` is right and was not used before. Uses it up."""
    locked = Authenticator.objects.select_for_update().get(pk=authenticator.pk)
    if locked.type != Authenticator.Type.TOTP:
        return locked.wrap().validate_code(re.sub(r"[\s-]", "", code))
    step = matching_step(decrypt(locked.data["secret"]), code, at)
    if step is None or step <= locked.data.get("last_step", 0):
        return False
    locked.data["last_step"] = step
    locked.save(update_fields=["data"])
    authenticator.data = locked.data
    return True


@transaction.atomic
def use_up_setup_code(*, authenticator, step):
    """The code that proved a new app works must not open the door as well."""
    authenticator.data["last_step"] = step
    authenticator.save(update_fields=["data"])


@transaction.atomic
def give_factor(*, user):
    """A TOTP app and recovery codes for `user` without their doing: for the demonstration."""
    existing = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()
    if existing:
        return existing
    RecoveryCodes.activate(user)
    return TOTP.activate(user, generate_totp_secret()).instance
