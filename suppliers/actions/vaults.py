"""Who can open an organisation's vault: making it, letting people in, taking them out.

Whoever lets in must have the vault open; whoever makes a new one needs public keys only.
"""

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from framework_portal.accounts.actions.guessing import claim_try, door, forget
from framework_portal.accounts.models import PersonalKey
from framework_portal.audit import trail
from framework_portal.refusals import Refused
from framework_portal.sealing.broken import InvalidSeal
from framework_portal.sealing.keypairs import fresh_pair, seal_to, unseal_with
from framework_portal.sealing.secrets import unwrap, wrap
from suppliers import recovery_code
from suppliers.models import RecoveryKey, Supplier, Vault, VaultGrant
from suppliers.vault.opening import granted_as, trusted, waiting


def vault_to_fill(supplier):
    """The newest vault that somebody can open; made from the members' public keys if need be."""
    opened_by_somebody = Exists(VaultGrant.objects.filter(vault=OuterRef("pk")))
    newest = Vault.objects.filter(opened_by_somebody, supplier=supplier)
    return newest.order_by("-generation").first() or _first_vault(supplier)


@transaction.atomic
def _first_vault(supplier):
    Supplier.objects.select_for_update(no_key=True).values_list("pk").get(pk=supplier.pk)
    newest = supplier.vaults.order_by("-generation").first()
    if newest is not None and newest.grants.exists():
        return newest  # made while we waited
    members = PersonalKey.objects.filter(user__memberships__supplier=supplier, user__is_active=True)
    keys = list(trusted(supplier)) or list(members)
    if newest is not None and not keys:
        return newest  # nobody could open a newer one either
    return _made(supplier, keys)


def _made(supplier, keys):
    """The next generation of the vault, open to `keys` and to the recovery code."""
    last = supplier.vaults.order_by("-generation").values_list("generation", flat=True).first()
    private, public = fresh_pair()
    vault = Vault.objects.create(supplier=supplier, generation=(last or 0) + 1, public=public)
    grants = [_grant(vault, private, key=key) for key in keys]
    recovery = RecoveryKey.objects.filter(supplier=supplier).first()
    if recovery is not None:
        grants.append(_grant(vault, private, recovery=recovery))
    VaultGrant.objects.bulk_create(grants)
    return vault


def _grant(vault, private, *, key=None, recovery=None):
    public = bytes((key or recovery).public)
    sealed = seal_to(public, private, granted_as(vault, public))
    return VaultGrant(vault=vault, key=key, recovery=recovery, sealed=sealed)


@transaction.atomic
def let_newcomers_in(*, vault, by):
    """Share the open `vault` with every member who joined since, by `by` who has it open."""
    grants = [
        _grant(each, private, key=key)
        for each, private in vault.pairs()
        for key in waiting(vault.supplier, each).select_related("user")
    ]
    _let_in(vault.supplier, grants, by, "vault.newcomers_let_in")


@transaction.atomic
def let_in(*, membership, vault, by):
    """Share the open `vault` with a colleague who lost their key: `by` knows it is them."""
    key = PersonalKey.objects.filter(user=membership.user_id).select_related("user").first()
    if key is None:
        raise Refused(
            "no_key", _("This person must sign in with their password first. Then try again")
        )
    held = VaultGrant.objects.filter(key=key).values_list("vault_id", flat=True)
    grants = [
        _grant(each, private, key=key) for each, private in vault.pairs() if each.pk not in held
    ]
    _let_in(vault.supplier, grants, by, "vault.colleague_let_in")


def _let_in(supplier, grants, by, verb):
    if not grants:
        return
    VaultGrant.objects.bulk_create(grants, ignore_conflicts=True)
    people = sorted({str(grant.key.user.reference) for grant in grants})
    trail.record(verb, supplier, by=by, people=people)


def shut_out(*, supplier, person):
    """Take the keys to the vault from somebody who leaves, and keep what follows in a new one.

    Part of their removal. What they could read before is theirs to remember; nothing after it is.
    """
    keys = PersonalKey.objects.filter(user=person)
    VaultGrant.objects.filter(vault__supplier=supplier, key__in=keys).delete()
    newest = supplier.vaults.order_by("-generation").first()
    if newest is None:
        return
    left = PersonalKey.objects.filter(user__memberships__supplier=supplier).exclude(user=person)
    readers = left.filter(vault_grants__vault=newest)
    _made(supplier, list((readers | left.filter(pk__in=trusted(supplier))).distinct()))


@transaction.atomic
def make_recovery_code(*, vault, by, at):
    """A new code for the open `vault`, to be printed; the one before stops working.

    Answered once and stored nowhere.
    """
    supplier = Supplier.objects.select_for_update(no_key=True).get(pk=vault.supplier.pk)
    code = recovery_code.fresh()
    private, public = fresh_pair()
    RecoveryKey.objects.filter(supplier=supplier).delete()
    key = RecoveryKey(supplier=supplier, public=public, made_at=at, made_by=by)
    key.wrapped = wrap(private, recovery_code.read(code), _recovery_bound(key))
    key.save()
    VaultGrant.objects.bulk_create(
        _grant(each, secret, recovery=key) for each, secret in vault.pairs()
    )
    trail.record("vault.recovery_code_made", supplier, by=by)
    return code


def recover(*, supplier, code, by, at):
    """Let `by` into the vault of their organisation with the printed code. Tries are counted."""
    doors = [door("recovery", f"{supplier.reference} {by.reference}")]
    claim_try(doors=doors, at=at)
    _recover(supplier=supplier, code=code, by=by)
    forget(doors=doors)


@trail.keeps_refusals("vault.recovery_refused", of="supplier")
@transaction.atomic
def _recover(*, supplier, code, by):
    recovery = RecoveryKey.objects.filter(supplier=supplier).first()
    typed = recovery_code.read(code)
    if recovery is None:
        raise Refused("no_code", _("Your organisation has no recovery code"), field="code")
    key = PersonalKey.objects.filter(user=by).select_related("user").first()
    if key is None:
        raise Refused("no_key", _("Sign out, sign in with your password, then try again"))
    try:
        private = unwrap(recovery.wrapped, typed or "", _recovery_bound(recovery))
    except InvalidSeal:
        raise Refused(
            "wrong_code",
            _("This is not your organisation’s recovery code. Check every group of letters"),
            field="code",
        ) from None
    opened = [
        _grant(grant.vault, _through(recovery, private, grant), key=key)
        for grant in recovery.grants.select_related("vault")
    ]
    VaultGrant.objects.bulk_create(opened, ignore_conflicts=True)
    trail.record("vault.recovered", supplier, by=by)


def _through(recovery, private, grant):
    bound = granted_as(grant.vault, recovery.public)
    return unseal_with(private, bytes(grant.sealed), bound)


def _recovery_bound(recovery):
    return f"recovery key {recovery.reference}".encode()
