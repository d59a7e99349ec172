"""Sign-ins that everybody may use: invented people in the demonstration, never anyone else.

The seed makes a person with `create_person(password=PASSWORD, ...)`, then calls
`register_demonstration_person(user=..., role=...)`, and `give_second_factor(user)` for those
whose role needs one.
"""

from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import decrypt
from django.conf import settings
from django.db import transaction

from framework_portal.accounts.actions.factors import STEP, code_of, give_factor, step_of
from framework_portal.accounts.models import DemonstrationPerson, User
from framework_portal.refusals import Refused

PASSWORD = "welcome to the demonstration"  # noqa: S105 – shown to everybody on purpose
OPENING_PASSPHRASE = "the demonstration opens its bids"  # noqa: S105 – likewise
# A top-level name that belongs to nobody (RFC 2606): such people cannot be real.
INVENTED = ".example"


@dataclass(frozen=True)
class SignIn:
    """One invented person as the page shows them."""

    user: User
    role: str
    code: str


@transaction.atomic
def register_demonstration_person(*, user, role, position=0):
    """Show this invented person's sign-in to everybody."""
    if not user.email.endswith(INVENTED):
        raise Refused("not_invented", f"Only addresses ending in {INVENTED} can be shown")
    DemonstrationPerson.objects.update_or_create(
        user=user, defaults={"role": role, "position": position}
    )


def give_second_factor(user):
    """An authenticator app for `user` whose codes the page shows."""
    return give_factor(user=user)


def sign_ins(*, at):
    """Everybody shown, in the order the seed gave, with the code that is right at `at`."""
    people = list(
        DemonstrationPerson.objects.filter(user__email__endswith=INVENTED, user__is_active=True)
        .select_related("user")
        .order_by("position", "pk")
    )
    factors = {
        factor.user_id: factor
        for factor in Authenticator.objects.filter(
            user__in=[person.user_id for person in people], type=Authenticator.Type.TOTP
        )
    }
    return [
        SignIn(person.user, person.role, _code(factors.get(person.user_id), at))
        for person in people
    ]


def code_shown(user, *, at):
    """The code of one invented person, for the page that asks for it; "" for anybody else."""
    if not settings.DEMONSTRATION or user is None:
        return ""
    shown = {sign_in.user.pk: sign_in.code for sign_in in sign_ins(at=at)}
    return shown.get(user.pk, "")


def seconds_left(*, at):
    """How long the codes of `at` are shown by the apps."""
    return STEP - int(at.timestamp()) % STEP


def _code(factor, at):
    """The code for `at`, or the next one where that was used: it counts already."""
    if factor is None:
        return ""
    step = max(step_of(at), factor.data.get("last_step", 0) + 1)
    return code_of(decrypt(factor.data["secret"]), step)
