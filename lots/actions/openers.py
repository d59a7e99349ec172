"""Officers who open: their passphrases, the proof that they still know them, and who is chosen.

An opening passphrase is known to its owner alone. It comes with a request, opens the owner's key
for that request, and is kept nowhere; lost, it cannot be given back.
"""

from functools import wraps

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from framework_portal.accounts.models import User
from framework_portal.accounts.passwords import is_common
from framework_portal.audit import trail
from framework_portal.refusals import Refused
from framework_portal.sealing import keypairs, secrets
from framework_portal.sealing.broken import InvalidSeal
from lots.actions.locking import locked, save
from lots.actions.tries import WRONG, one_try
from lots.models import Opener, OpenerKey, OpenerProof
from lots.selectors import can_open, key_in_use

SHORTEST = 15
LONGEST = 200
MOST_OPENERS = 12


def counted(action):
    """Decorate an action that takes a passphrase of `by`: tries are counted, outside of it."""

    @wraps(action)
    def tried(**kwargs):
        with one_try(kwargs["by"]):
            return action(**kwargs)

    return tried


@trail.keeps_refusals("opener_key.refused", of="by")
@transaction.atomic
def make_opener_key(*, by, passphrase, at):
    """A key pair of `by`, the first or another one: from now on this passphrase opens.

    What was published before stays with the key, and the passphrase, that it was published with.
    """
    _refuse_weak(by, passphrase)
    # One at a time: two pages sent at once must not leave a person with two keys.
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    OpenerKey.objects.filter(user=by, retired_at=None).update(retired_at=at)
    private, public = keypairs.fresh_pair()
    key = OpenerKey(user=by, public_key=public)
    key.wrapped_key = secrets.wrap(private, passphrase, bound_to_owner(key))
    key.save(force_insert=True)
    trail.record(
        "opener_key.made", by, by=by, key=str(key.reference), public=keypairs.fingerprint(public)
    )
    return key


@trail.keeps_refusals("opener_key.proof_refused", of="by")
@counted
@transaction.atomic
def prove_opener_key(*, by, passphrase):
    """Show that the passphrase of the key in use is still known; nothing is kept of it."""
    key = key_in_use(by)
    if key is None:
        raise Refused("no_key", _("Set an opening passphrase first"))
    private_half(key, passphrase)
    proof = OpenerProof.objects.create(key=key)
    proof.refresh_from_db()
    trail.record("opener_key.proven", by, by=by, key=str(key.reference))
    return proof


@trail.keeps_refusals("competition.edit_refused", of="competition")
@transaction.atomic
def choose_openers(*, competition, openers, by, edition=None):
    """The officers who will open the bids, any two of them together.

    Fewer than are needed may be saved; `lots.checks.readiness` says what is missing.
    """
    competition = locked(competition, "edit", edition=edition)
    chosen = {user.pk: user for user in openers}
    if len(chosen) > MOST_OPENERS:
        raise Refused("too_many", _("Choose at most %d officers") % MOST_OPENERS, field="openers")
    for user in chosen.values():
        if not can_open(user, competition):
            raise Refused(
                "foreign",
                _("%(name)s does not act for all the areas of the lots") % {"name": user.name},
                field="openers",
            )
    competition.openers.exclude(user__in=chosen).delete()
    there = set(competition.openers.values_list("user", flat=True))
    Opener.objects.bulk_create(
        Opener(competition=competition, user=user) for pk, user in chosen.items() if pk not in there
    )
    save(competition)
    people = sorted(str(user.reference) for user in chosen.values())
    trail.record("competition.openers_chosen", competition, by=by, openers=people)
    return competition


def private_half(key, passphrase):
    """The private key of an opener, for the request that brings the passphrase."""
    try:
        return secrets.unwrap(key.wrapped_key, passphrase, bound_to_owner(key))
    except InvalidSeal:
        raise Refused(
            WRONG, _("This is not your opening passphrase. Try again"), field="passphrase"
        ) from None


def bound_to_owner(key):
    """What the wrapping is bound to: it does not open as the key of somebody else."""
    return f"opener/1/{key.reference}/{key.user.reference}".encode()


def _refuse_weak(by, passphrase):
    if not SHORTEST <= len(passphrase) <= LONGEST:
        message = _("Opening passphrase must be between %(least)d and %(most)d characters")
        words = {"least": SHORTEST, "most": LONGEST}
        raise Refused("passphrase_length", message % words, field="passphrase")
    if is_common(passphrase):
        message = _("Choose a passphrase that is harder to guess, such as four random words")
        raise Refused("passphrase_common", message, field="passphrase")
    if by.check_password(passphrase):
        message = _("Choose a passphrase that is not your sign-in password")
        raise Refused("passphrase_is_password", message, field="passphrase")
