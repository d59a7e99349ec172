"""Who acts for a buying body."""

import rules

import framework_portal.accounts.rules  # noqa: F401 – comes first: two of its rules are widened here
from framework_portal.reference.models import Officer
from framework_portal.reference.states import OfficerRole


def _holds(user, role):
    """Whether `user` holds `role` anywhere; asked of the database once for each request's user."""
    if not user.is_authenticated:
        return False
    if not hasattr(user, "_roles_held"):
        user._roles_held = set(Officer.objects.filter(user=user).values_list("role", flat=True))
    return role in user._roles_held


@rules.predicate
def is_commissioning_officer(user):
    return _holds(user, OfficerRole.COMMISSIONER)


@rules.predicate
def is_assessor(user):
    return _holds(user, OfficerRole.ASSESSOR)


@rules.predicate
def is_integrity_officer(user):
    return _holds(user, OfficerRole.INTEGRITY)


is_officer = is_commissioning_officer | is_assessor | is_integrity_officer

# Officers' sign-ins are held to what administrators' are.
rules.set_perm("accounts.must_use_second_factor", rules.is_staff | is_officer)
rules.set_perm("accounts.has_short_sessions", rules.is_staff | is_officer)

rules.add_perm("reference.act_for_commissioner", is_commissioning_officer)
rules.add_perm("reference.assess", is_assessor)
