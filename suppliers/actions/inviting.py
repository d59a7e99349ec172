"""Asking an organisation in that may not be here yet, and its answering the link.

Nothing here asks whether the address has an account: the inviter must not learn it, from an
answer or from how long it takes.
"""

import uuid

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from framework_portal.audit import trail
from framework_portal.notifications import outbox
from framework_portal.refusals import Refused
from suppliers import periods
from suppliers.actions.independence import refuse_people_of
from suppliers.actions.registration import add_identifier, register_organisation
from suppliers.links import digest_of, token_of
from suppliers.models import OrganisationInvitation, Supplier

# A link is a mail to a stranger: so many may wait for one inviter.
MOST_OPEN = 100


@transaction.atomic
def invite_organisation(*, inviter, email, by, at):
    """Send `email` a link to answer `inviter`; answers the invitation, new or still open.

    One invitation for each inviter and address, however many bids name the organisation.
    """
    email = email.strip().lower()
    inviter = Supplier.objects.select_for_update(no_key=True).get(pk=inviter.pk)
    if inviter.memberships.filter(user__email__iexact=email).exists():
        raise Refused(
            "itself", _("This is the address of somebody in your own organisation"), field="email"
        )
    waiting = OrganisationInvitation.objects.filter(
        inviter=inviter, accepted_at=None, cancelled_at=None
    )
    found = waiting.filter(email__iexact=email).first()
    if found is not None:
        return send_again(invitation=found, by=by, at=at)
    if waiting.filter(expires_at__gt=at).count() >= MOST_OPEN:
        raise Refused(
            "too_many_invitations",
            _("You have 100 invitations waiting. Withdraw one before you send another"),
        )
    invitation = OrganisationInvitation(
        inviter=inviter,
        email=email,
        invited_at=at,
        invited_by=by,
        expires_at=periods.after(at, periods.ORGANISATION_INVITATION),
    )
    invitation.token_digest = digest_of(token_of(invitation))
    invitation.save()
    _send(invitation, at)
    trail.record("organisation.invited", invitation, by=by)
    return invitation


@transaction.atomic
def send_again(*, invitation, by, at):
    """Send the link again, at most once a day; a link that has run out is replaced."""
    invitation = _locked(invitation)
    _refuse_ended(invitation)
    if at >= invitation.expires_at:
        invitation.seed = uuid.uuid4()
        invitation.token_digest = digest_of(token_of(invitation))
        invitation.expires_at = periods.after(at, periods.ORGANISATION_INVITATION)
        invitation.save(update_fields=["seed", "token_digest", "expires_at"])
        trail.record("organisation.invitation_renewed", invitation, by=by)
    if _send(invitation, at):
        trail.record("organisation.invitation_sent_again", invitation, by=by)
    return invitation


@transaction.atomic
def call_off(*, invitation, by, at):
    """Make the link stop working where it still does; what was answered stays. For its apps."""
    invitation = _locked(invitation)
    if invitation.accepted_at is None:
        cancel_organisation_invitation(invitation=invitation, by=by, at=at)
    return invitation


def _send(invitation, at):
    return outbox.queue(
        "organisation_invited",
        to=invitation.email,
        key=f"organisation_invited:{invitation.reference}:{invitation.seed}:"
        f"{timezone.localdate(at)}",
        expires_at=invitation.expires_at,
        invitation=str(invitation.reference),
        until=invitation.expires_at,
    )


@transaction.atomic
def cancel_organisation_invitation(*, invitation, by, at):
    """Make the link stop working. Twice is once."""
    invitation = _locked(invitation)
    if invitation.cancelled_at is not None:
        return invitation
    _refuse_ended(invitation)
    invitation.cancelled_at, invitation.cancelled_by = at, by
    invitation.save(update_fields=["cancelled_at", "cancelled_by"])
    outbox.cancel(f"organisation_invited:{invitation.reference}:")
    trail.record("organisation.invitation_cancelled", invitation, by=by)
    return invitation


@trail.keeps_refusals("organisation.acceptance_refused", of="invitation")
@transaction.atomic
def take_up(*, invitation, supplier, by, at):
    """Answer the inviter for `supplier`, an organisation that `by` acts for."""
    invitation = _locked(invitation)
    if _taken_up_by(invitation, by, supplier):
        return invitation
    refuse_unusable(invitation, at)
    refuse_people_of(invitation.inviter, by)
    if not by.has_perm("suppliers.edit_supplier", supplier):
        raise Refused("not_yours", _("You do not act for this organisation"))
    return _taken_up(invitation, supplier, by, at)


@trail.keeps_refusals("organisation.acceptance_refused", of="invitation")
@transaction.atomic
def register_invited(*, invitation, by, at, identifiers=(), **about):
    """Register the organisation that was asked, with `by` as its owner, and answer for it.

    `identifiers` are pairs of scheme and number. Pressed twice it is registered once.
    """
    invitation = _locked(invitation)
    if _taken_up_by(invitation, by):
        return invitation
    refuse_unusable(invitation, at)
    refuse_people_of(invitation.inviter, by)
    supplier = register_organisation(by=by, at=at, **about)
    for scheme, value in identifiers:
        add_identifier(supplier=supplier, scheme=scheme, value=value, by=by, at=at)
    return _taken_up(invitation, supplier, by, at)


def refuse_unusable(invitation, at):
    """Refuse where the link does not work."""
    _refuse_ended(invitation)
    if at >= invitation.expires_at:
        raise Refused("expired", _("This link has run out. Ask for a new one"))


def _refuse_ended(invitation):
    if invitation.accepted_at is not None:
        raise Refused("used", _("This link has been used already"))
    if invitation.cancelled_at is not None:
        raise Refused("cancelled", _("This invitation was withdrawn"))


def _taken_up_by(invitation, by, supplier=None):
    same = supplier is None or invitation.accepted_for_id == supplier.pk
    return invitation.accepted_at is not None and invitation.accepted_by_id == by.pk and same


def _taken_up(invitation, supplier, by, at):
    invitation.accepted_at, invitation.accepted_by = at, by
    invitation.accepted_for = supplier
    invitation.save(update_fields=["accepted_at", "accepted_by", "accepted_for"])
    outbox.cancel(f"organisation_invited:{invitation.reference}:")
    trail.record("organisation.invitation_taken_up", invitation, by=by, supplier=supplier.reference)
    return invitation


def _locked(invitation):
    return (
        OrganisationInvitation.objects.select_for_update(of=("self",))
        .select_related("inviter")
        .get(pk=invitation.pk)
    )
