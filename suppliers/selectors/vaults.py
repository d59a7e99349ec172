"""Who can read what an organisation keeps, and how somebody who cannot may get in."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from framework_portal.accounts.models import PersonalKey
from suppliers.models import RecoveryKey, Vault, VaultGrant
from suppliers.vault.opening import VaultLocked, trusted


@dataclass(frozen=True)
class WayIn:
    """What somebody can do who meets a locked vault."""

    by_password: bool  # the own key is let in; it is not unlocked in this session
    readers: list  # colleagues who can let them in
    has_code: bool


def way_in(user, supplier):
    """How `user` gets to read what `supplier` keeps."""
    others = [one for one in team(supplier) if one.user_id != user.pk and one.reading == "reads"]
    return WayIn(
        by_password=VaultGrant.objects.filter(key__user=user, vault__supplier=supplier).exists(),
        readers=[one.user for one in others],
        has_code=RecoveryKey.objects.filter(supplier=supplier).exists(),
    )


def team(supplier):
    """The memberships of `supplier` by name; `reading` says of each what they can read.

    reads    everything that is kept
    waits    is let in by the next colleague who opens the vault
    no_key   has not signed in with a password yet
    lost     set a new password by mail: a colleague or the recovery code lets them in
    """
    own_key = PersonalKey.objects.filter(user=OuterRef("user"))
    granted = VaultGrant.objects.filter(vault=OuterRef("pk"))
    own = granted.filter(key__user=OuterRef(OuterRef("user")))
    lacking = Vault.objects.filter(Exists(granted), ~Exists(own), supplier=OuterRef("supplier"))
    people = list(
        supplier.memberships.select_related("user")
        .annotate(
            has_key=Exists(own_key),
            lacks=Exists(lacking),
            is_trusted=Exists(trusted(OuterRef("supplier")).filter(user=OuterRef("user"))),
        )
        .order_by("user__name", "pk")
    )
    for membership in people:
        membership.reading = _reading(membership)
    return people


def can_open(vaults, supplier):
    """Whether whoever asks reads what is kept, in this session."""
    try:
        return vaults.of(supplier) is not None
    except VaultLocked:
        return False


def recovery_of(supplier):
    """When and by whom the recovery code was made that works, or None."""
    return RecoveryKey.objects.filter(supplier=supplier).select_related("made_by").first()


def only_reader(people):
    """The one person who can read what is kept, where nobody else can; or None."""
    readers = [one for one in people if one.reading == "reads"]
    return readers[0] if len(readers) == 1 else None


def _reading(membership):
    if not membership.has_key:
        return "no_key"
    if not membership.lacks:
        return "reads"
    return "waits" if membership.is_trusted else "lost"
