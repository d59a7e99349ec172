"""The people of an organisation: who comes in, what each may do, who goes."""

from django.db import transaction
from django.utils.translation import gettext as _

from framework_portal.accounts.actions.sessions import end_sessions
from framework_portal.audit import trail
from framework_portal.notifications import outbox
from framework_portal.refusals import Refused
from suppliers import periods
from suppliers.actions.telling import check_soon
from suppliers.actions.vaults import shut_out
from suppliers.models import Invitation, Membership, Supplier
from suppliers.states import MemberRole

MOST_OPEN_INVITATIONS = 20


@transaction.atomic
def invite_colleague(*, supplier, email, role, by, at):
    """Ask somebody in, by a link that works once, for that address. A new one replaces the old."""
    email = email.strip().lower()
    supplier = Supplier.objects.select_for_update().get(pk=supplier.pk)
    if supplier.memberships.filter(user__email__iexact=email).exists():
        raise Refused("member_already", _("This person is in your team already"), field="email")
    waiting = supplier.invitations.filter(accepted_at=None, cancelled_at=None)
    waiting.filter(email__iexact=email).update(cancelled_at=at, cancelled_by=by)
    if waiting.filter(expires_at__gt=at).count() >= MOST_OPEN_INVITATIONS:
        raise Refused(
            "too_many_invitations",
            _("You have 20 invitations waiting. Cancel one before you send another"),
        )
    invitation = Invitation.objects.create(
        supplier=supplier,
        email=email,
        role=role,
        invited_at=at,
        invited_by=by,
        expires_at=periods.after(at, periods.INVITATION),
    )
    outbox.queue(
        "colleague_invited",
        to=email,
        key=f"colleague_invited:{invitation.reference}",
        invitation=str(invitation.reference),
        expires_at=invitation.expires_at,
    )
    trail.record("team.invited", supplier, by=by, invitation=invitation.reference, role=role)
    return invitation


@transaction.atomic
def cancel_invitation(*, invitation, by, at):
    """Make the link stop working."""
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if invitation.accepted_at is not None:
        raise Refused("accepted", _("This invitation has been accepted already"))
    if invitation.cancelled_at is not None:
        return invitation
    invitation.cancelled_at, invitation.cancelled_by = at, by
    invitation.save(update_fields=["cancelled_at", "cancelled_by"])
    outbox.cancel(f"colleague_invited:{invitation.reference}")
    trail.record(
        "team.invitation_cancelled", invitation.supplier, by=by, invitation=invitation.reference
    )
    return invitation


@trail.keeps_refusals("team.acceptance_refused", of="invitation")
@transaction.atomic
def accept_invitation(*, invitation, by, at):
    """Join the organisation that asked `by` in."""
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    refuse_unusable(invitation, by, at)
    if not by.has_perm("suppliers.use_supplier_pages"):
        raise Refused(
            "officer",
            _("Your account is for an officer. Join with another email address"),
        )
    membership, _new = Membership.objects.get_or_create(
        supplier=invitation.supplier,
        user=by,
        defaults={"role": invitation.role, "joined_at": at},
    )
    invitation.accepted_at, invitation.accepted_by = at, by
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    check_soon(invitation.supplier)
    trail.record(
        "team.joined",
        invitation.supplier,
        by=by,
        invitation=invitation.reference,
        role=membership.role,
    )
    return membership


def refuse_unusable(invitation, person, at):
    """Refuse where the link does not work, or not for `person`."""
    if invitation.accepted_at is not None:
        raise Refused("used", _("This invitation has been used already"))
    if invitation.cancelled_at is not None:
        raise Refused("cancelled", _("This invitation was withdrawn. Ask for a new one"))
    if at >= invitation.expires_at:
        raise Refused("expired", _("This invitation has run out. Ask for a new one"))
    if person.email.lower() != invitation.email.lower():
        raise Refused(
            "other_address",
            _("This invitation is for another email address. Sign in with that one"),
        )


@trail.keeps_refusals("team.role_change_refused", of="membership")
@transaction.atomic
def change_role(*, membership, role, by, at, may_submit=None):
    """Let a colleague do more, or less. An owner always remains, and decides who may submit."""
    membership = _locked(membership)
    may_submit = membership.may_submit if may_submit is None else may_submit
    if (membership.role, membership.may_submit) == (role, may_submit):
        return membership
    if membership.role == MemberRole.OWNER and role != MemberRole.OWNER:
        _keep_an_owner(membership)
    before, membership.role = membership.role, role
    membership.may_submit = may_submit
    membership.save(update_fields=["role", "may_submit"])
    if membership.user_id != by.pk:
        end_sessions(membership.user, by=by)
    trail.record(
        "team.role_changed",
        membership.supplier,
        by=by,
        person=membership.user.reference,
        before=before,
        after=role,
        may_submit=may_submit,
    )
    return membership


@trail.keeps_refusals("team.removal_refused", of="membership")
@transaction.atomic
def remove_member(*, membership, by, at):
    """Take somebody out of the team, at once. The last owner stays."""
    membership = _locked(membership)
    if membership.role == MemberRole.OWNER:
        _keep_an_owner(membership)
    supplier, person = membership.supplier, membership.user
    membership.delete()
    shut_out(supplier=supplier, person=person)
    if person.pk != by.pk:
        end_sessions(person, by=by)
    check_soon(supplier)
    trail.record("team.left", supplier, by=by, person=person.reference)


def _locked(membership):
    # The organisation's row settles who is its last owner, whichever of two leaves first.
    Supplier.objects.select_for_update().get(pk=membership.supplier_id)
    found = Membership.objects.select_related("supplier", "user").filter(pk=membership.pk).first()
    if found is None:
        raise Refused("gone", _("This person has left the team meanwhile"))
    return found


def _keep_an_owner(membership):
    others = Membership.objects.filter(
        supplier=membership.supplier_id, role=MemberRole.OWNER, user__is_active=True
    ).exclude(pk=membership.pk)
    if not others.exists():
        raise Refused(
            "last_owner",
            _("An organisation needs an owner. Make somebody else an owner first"),
        )
