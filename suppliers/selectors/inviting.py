"""Invitations of organisations, as those who hold the link find them."""

from framework_portal.accounts.models import User
from suppliers.links import digest_of
from suppliers.models import OrganisationInvitation, Supplier


def by_token(token):
    """The invitation whose link carries `token`, or None."""
    found = OrganisationInvitation.objects.select_related("inviter", "accepted_for")
    return found.filter(token_digest=digest_of(token)).first()


def has_account(invitation):
    """Whether somebody signs in with the address. Told to nobody but the holder of the link."""
    return User.objects.filter(email__iexact=invitation.email).exists()


def who_may_answer(user, invitation):
    """(organisations `user` may answer for, whether there are others they only read)."""
    own = Supplier.objects.of(user).exclude(pk=invitation.inviter_id)
    may = list(Supplier.objects.edited_by(user).exclude(pk=invitation.inviter_id).order_by("name"))
    return may, own.count() > len(may)


def waiting_for(user, *, at):
    """Open invitations that went to the mailbox of `user`, the newest first."""
    found = OrganisationInvitation.objects.open(at=at).sent_to(user)
    return found.select_related("inviter").order_by("-invited_at")


def sent_to(email, *, inviter):
    """The invitation to this address that nobody has answered or called off, or None."""
    found = OrganisationInvitation.objects.filter(inviter=inviter, email__iexact=email)
    return found.filter(accepted_at=None, cancelled_at=None).first()


def taken_up_by(*, inviter, email):
    """The organisation that answered the last invitation to this address, or None."""
    found = OrganisationInvitation.objects.filter(inviter=inviter, email__iexact=email)
    found = found.exclude(accepted_at=None).order_by("-accepted_at")
    last = found.select_related("accepted_for").first()
    return last.accepted_for if last else None


def came_to_answer(supplier):
    """Whether the organisation is here because another asked it, and has not applied to join."""
    return supplier.organisation_invitations.exists() and not supplier.applications.exists()
