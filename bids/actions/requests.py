"""How requests for consent end, and how those that a submitted version rests on stand again.

All under the bid's lock.
"""

from bids.models import ConsentRequest
from bids.states import ConsentAnswer
from framework_portal.notifications import outbox
from framework_portal.sealing.envelope import discard


def supersede(requests, at):
    """End these requests: other terms are asked, or the organisation is named no more."""
    if not requests:
        return
    ConsentRequest.objects.filter(pk__in=[each.pk for each in requests]).update(superseded_at=at)
    for request in requests:
        outbox.cancel(f"consent:{request.reference}:")
    forget(requests)


def forget(requests):
    """What of these requests lies under the portal's own key goes."""
    held = ConsentRequest.objects.filter(pk__in=[each.pk for each in requests])
    rows = [
        row
        for each in held.select_related("terms", "wanted", "signed")
        for row in (each.terms, each.wanted, each.signed)
        if row is not None
    ]
    if rows:
        held.update(terms=None, wanted=None, signed=None)
        discard(*rows)


def stand_again(bid, *, at):
    """The bid says again what was submitted: so do the consents that this rests on.

    What was asked since ends. A consent that was withdrawn meanwhile stays withdrawn.
    """
    given = ConsentRequest.objects.filter(
        named_in__submission__offer=bid.offer_id,
        answer=ConsentAnswer.AGREED,
        withdrawn_at__isnull=True,
    )
    rests_on = list(given.values_list("pk", flat=True))
    supersede(list(bid.consents.standing().exclude(pk__in=rests_on)), at)
    ConsentRequest.objects.filter(pk__in=rests_on, superseded_at__isnull=False).update(
        superseded_at=None
    )
