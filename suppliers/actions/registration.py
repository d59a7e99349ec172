"""Registering an organisation and keeping what is known of it true."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from framework_portal.accounts.models import User
from framework_portal.audit import trail
from framework_portal.refusals import Refused
from suppliers.actions.telling import check_soon
from suppliers.actions.vaults import vault_to_fill
from suppliers.identifiers import normalised
from suppliers.models import Identifier, Membership, Supplier
from suppliers.states import MemberRole

EDITABLE = {
    "name",
    "legal_form",
    "size",
    "is_voluntary",
    "is_new",
    "address",
    "website",
    "description",
    "contact_name",
    "contact_email",
    "contact_phone",
}
MOST_IDENTIFIERS = 20


@transaction.atomic
def register_organisation(*, by, at, name, legal_form, size, is_voluntary, **more):
    """A new organisation, with `by` as its owner and, unless said otherwise, its contact."""
    _only_editable(more)
    # Pressed twice: the second waits here and finds the first.
    User.objects.select_for_update().get(pk=by.pk)
    twin = Supplier.objects.of(by).filter(name__iexact=name, registered_by=by).first()
    if twin is not None:
        return twin
    contact = {"contact_name": by.name, "contact_email": by.email}
    supplier = Supplier.objects.create(
        name=name,
        legal_form=legal_form,
        size=size,
        is_voluntary=is_voluntary,
        registered_at=at,
        registered_by=by,
        **{**contact, **more},
    )
    Membership.objects.create(supplier=supplier, user=by, role=MemberRole.OWNER, joined_at=at)
    vault_to_fill(supplier)
    check_soon(supplier)
    trail.record("supplier.registered", supplier, by=by)
    return supplier


@transaction.atomic
def edit_organisation(*, supplier, by, at, **changes):
    """Change what is known of the organisation; only what differs is written."""
    _only_editable(changes)
    supplier = Supplier.objects.select_for_update().get(pk=supplier.pk)
    changed = sorted(name for name in changes if getattr(supplier, name) != changes[name])
    if not changed:
        return supplier
    for name in changed:
        setattr(supplier, name, changes[name])
    supplier.save(update_fields=changed)
    check_soon(supplier)
    trail.record("supplier.changed", supplier, by=by, fields=changed)
    return supplier


@transaction.atomic
def add_identifier(*, supplier, scheme, value, by, at):
    """Add a number of the organisation; the first is the main one."""
    value = normalised(scheme, value)
    supplier = Supplier.objects.select_for_update().get(pk=supplier.pk)
    held = list(supplier.identifiers.all())
    if len(held) >= MOST_IDENTIFIERS:
        raise Refused("too_many", _("An organisation can have at most 20 identifiers"))
    try:
        with transaction.atomic():
            identifier = Identifier.objects.create(
                supplier=supplier,
                scheme=scheme,
                value=value,
                is_main=not any(one.is_main for one in held),
            )
    except IntegrityError:
        message = _("You have given this number already")
        raise Refused("identifier_twice", message, field="value") from None
    check_soon(supplier)
    trail.record("supplier.identifier_added", supplier, by=by, scheme=str(scheme))
    return identifier


@transaction.atomic
def remove_identifier(*, identifier, by, at):
    """Take a number away; where it was the main one, the next takes its place."""
    supplier = Supplier.objects.select_for_update().get(pk=identifier.supplier_id)
    removed, _each = supplier.identifiers.filter(pk=identifier.pk).delete()
    if not removed:
        return  # pressed twice
    heir = supplier.identifiers.order_by("pk").first()
    if heir is not None and not supplier.identifiers.filter(is_main=True).exists():
        supplier.identifiers.filter(pk=heir.pk).update(is_main=True)
    check_soon(supplier)
    trail.record("supplier.identifier_removed", supplier, by=by, scheme=identifier.scheme)


@transaction.atomic
def choose_main_identifier(*, identifier, by, at):
    """Make this number the one the organisation is known by."""
    supplier = Supplier.objects.select_for_update().get(pk=identifier.supplier_id)
    if not supplier.identifiers.filter(pk=identifier.pk).exists():
        raise Refused("gone", _("This number has been taken away meanwhile"))
    supplier.identifiers.filter(is_main=True).exclude(pk=identifier.pk).update(is_main=False)
    if supplier.identifiers.filter(pk=identifier.pk, is_main=False).update(is_main=True):
        trail.record("supplier.main_identifier_chosen", supplier, by=by, scheme=identifier.scheme)


def _only_editable(fields):
    unknown = set(fields) - EDITABLE
    if unknown:
        raise TypeError(f"Not known of an organisation: {', '.join(sorted(unknown))}")
