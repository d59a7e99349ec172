"""What was asked of an address goes to the organisation that took the invitation up."""

from bids.actions.answering_consents import claim_consent
from bids.models import ConsentRequest
from framework_portal.refusals import Refused
from suppliers.models import OrganisationInvitation


def claim_for(*, by, at):
    """Every request that waits for an organisation of `by`, by the invitations it took up.

    Done where such people come by, again and again: what was claimed is not looked at twice.
    """
    taken_up = OrganisationInvitation.objects.filter(
        accepted_for__memberships__user=by
    ).select_related("accepted_for")
    for invitation in taken_up:
        waiting = ConsentRequest.objects.waiting_at(
            invitation.email, inviter=invitation.inviter_id, at=at
        ).select_related("bid")
        for consent in waiting:
            try:
                claim_consent(consent=consent, supplier=invitation.accepted_for, by=by, at=at)
            except Refused:
                continue  # kept as evidence; closed, or named in this bid already
