"""Making people and letting them go."""

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils.translation import gettext as _

from framework_portal.accounts.actions.personal_keys import unlock
from framework_portal.accounts.actions.sessions import end_sessions
from framework_portal.accounts.models import User
from framework_portal.audit import trail
from framework_portal.refusals import Refused


@transaction.atomic
def create_person(*, email, name, password=None, by=None, **fields):
    """A person whose address needs no confirming: for seeds, commands and invitations."""
    user = User.objects.create_user(email, password, name=name, **fields)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    if password and user.has_perm("accounts.needs_personal_key"):
        unlock(user=user, password=password)
    trail.record("person.created", user, by=by)
    return user


@transaction.atomic
def rename_person(*, user, name, by):
    """Call `user` by another name."""
    user.name = name
    user.save(update_fields=["name"])
    trail.record("person.renamed", user, by=by)


@trail.keeps_refusals("person.deactivation_refused", of="user")
@transaction.atomic
def deactivate_person(*, user, by):
    """Shut `user` out, at once. Nothing they did is touched."""
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.pk == by.pk:
        raise Refused("own_account", _("You cannot deactivate your own account"))
    if not user.is_active:
        return user
    user.is_active = False
    user.save(update_fields=["is_active"])
    end_sessions(user, by=by)
    trail.record("person.deactivated", user, by=by)
    return user


@transaction.atomic
def reactivate_person(*, user, by):
    """Let `user` sign in again."""
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.is_active:
        return user
    user.is_active = True
    user.save(update_fields=["is_active"])
    trail.record("person.reactivated", user, by=by)
    return user
