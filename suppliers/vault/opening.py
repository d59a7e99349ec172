"""Opening vaults: with the personal key of somebody signed in, and not otherwise."""

from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from framework_portal.accounts import unlocked
from framework_portal.accounts.models import PersonalKey
from framework_portal.refusals import Refused
from framework_portal.sealing.canonical import canonical
from framework_portal.sealing.keypairs import fingerprint, unseal_with
from suppliers.models import VaultGrant


class VaultLocked(Refused):
    """What the organisation keeps cannot be read here and now; what it means is for its page."""

    def __init__(self, supplier, *, home=""):
        super().__init__(
            "vault_locked",
            _("You cannot read what your organisation has submitted in this session"),
        )
        self.supplier = supplier
        self.home = home  # where the page that says so leads back to


class OpenVault:
    """One organisation's vault, opened: its private keys, each unsealed when it is needed."""

    def __init__(self, supplier, private, grants):
        self.supplier = supplier
        self._private = private
        self._grants = {fingerprint(bytes(grant.vault.public)): grant for grant in grants}
        self._keys = {}

    @property
    def someone_waits(self):
        """Whether a member is to be let in by whoever opens the vault next."""
        return any(grant.someone_waits for grant in self._grants.values())

    def key(self, key_id):
        """The private key that rows with this key id open with."""
        if key_id not in self._grants:
            raise VaultLocked(self.supplier)
        if key_id not in self._keys:
            grant = self._grants[key_id]
            bound = granted_as(grant.vault, grant.key.public)
            self._keys[key_id] = unseal_with(self._private, bytes(grant.sealed), bound)
        return self._keys[key_id]

    def pairs(self):
        """Every (vault, private key) that is open here."""
        return [(grant.vault, self.key(key_id)) for key_id, grant in self._grants.items()]


class Vaults:
    """The vaults that `user` opens with the unlocked personal key `private`, or None."""

    def __init__(self, user=None, private=None):
        self._person = user, private
        self._opened = {}

    def person(self):
        """(user, private key), or None in place of the key."""
        return self._person

    def of(self, supplier):
        """The vault of `supplier`, open; VaultLocked where this person cannot open it now."""
        if supplier.pk not in self._opened:
            self._opened[supplier.pk] = self._open(supplier)
        return self._opened[supplier.pk]

    def opened(self):
        """Those that were opened so far."""
        return list(self._opened.values())

    def _open(self, supplier):
        user, private = self.person()
        if private is None:
            raise VaultLocked(supplier)
        waits = waiting(OuterRef("vault__supplier"), OuterRef(OuterRef("vault")))
        grants = list(
            VaultGrant.objects.filter(
                key__user=user,
                vault__supplier=supplier,
                key__user__memberships__supplier=supplier,
            )
            .select_related("vault", "key")
            .annotate(someone_waits=Exists(waits))
        )
        if not grants:
            raise VaultLocked(supplier)
        return OpenVault(supplier, private, grants)


class VaultsOfRequest(Vaults):
    """`request.vaults`: asks for nothing until somebody asks for a vault."""

    def __init__(self, request):
        super().__init__()
        self._request = request

    def person(self):
        return self._request.user, unlocked.held(self._request)


# Where nobody is signed in, such as in tasks: every vault is locked.
NOBODYS = Vaults()


def waiting(supplier, vault):
    """The keys of members of `supplier` that are let into `vault` without being asked about.

    Not those of members who lost theirs with the password since they joined: a mailbox is no
    proof of the person, so a colleague lets them in on purpose.
    """
    let_in = VaultGrant.objects.filter(vault=vault, key=OuterRef("pk"))
    return trusted(supplier).filter(~Exists(let_in))


def trusted(supplier):
    """The keys of active members, but for those that were replaced since the person joined."""
    return PersonalKey.objects.filter(
        Q(is_replacement=False) | Q(made_at__lte=F("user__memberships__joined_at")),
        user__is_active=True,
        user__memberships__supplier=supplier,
    )


def granted_as(vault, public):
    """What a sealed private key is bound to: this vault, and whom it is for."""
    return canonical(
        {
            "supplier": vault.supplier_id,
            "vault": fingerprint(bytes(vault.public)),
            "to": fingerprint(bytes(public)),
        }
    )
