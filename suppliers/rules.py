"""Who may do what for a supplier, and who assesses."""

import rules

from framework_portal.reference.rules import is_assessor, is_officer
from suppliers.models import Membership
from suppliers.states import MemberRole


def _place(user, supplier):
    """(role, may submit) of `user` in `supplier`, asked once for each request's user."""
    if supplier is None or not user.is_authenticated:
        return None, False
    if not hasattr(user, "_supplier_places"):
        found = Membership.objects.filter(user=user).order_by()
        user._supplier_places = {
            place: (role, may_submit)
            for place, role, may_submit in found.values_list("supplier_id", "role", "may_submit")
        }
    return user._supplier_places.get(supplier.pk, (None, False))


def _role(user, supplier):
    return _place(user, supplier)[0]


@rules.predicate
def is_supplier_person(user):
    """Belongs to an organisation, or to none and nobody's officer: may register one."""
    return user.is_authenticated and not user.is_staff and not _is_officer(user)


@rules.predicate
def reads_for(user, supplier):
    return _role(user, supplier) is not None


@rules.predicate
def edits_for(user, supplier):
    return _role(user, supplier) in (MemberRole.OWNER, MemberRole.EDITOR)


@rules.predicate
def submits_for(user, supplier):
    role, may_submit = _place(user, supplier)
    return may_submit and role in (MemberRole.OWNER, MemberRole.EDITOR)


@rules.predicate
def owns(user, supplier):
    return _role(user, supplier) == MemberRole.OWNER


def _is_officer(user):
    # The predicates and not `has_perm`, which would go on to ask Django's own permissions.
    return is_officer(user)


rules.add_perm("suppliers.use_supplier_pages", is_supplier_person)
rules.set_perm("accounts.needs_personal_key", is_supplier_person)
rules.add_perm("suppliers.use_assessor_pages", is_assessor)
rules.add_perm("suppliers.read_supplier", reads_for | is_assessor)
rules.add_perm("suppliers.edit_supplier", edits_for)
rules.add_perm("suppliers.manage_members", owns)
rules.add_perm("suppliers.apply", edits_for)
rules.add_perm("suppliers.assess", is_assessor)
