"""Asking key subcontractors for their consent: the lead's side.

What is asked stands until other terms are asked, or the organisation is named no more. A version
that was submitted with a consent keeps it: only the subcontractor takes that back.
"""

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bids import guards
from bids.actions.drafting import taken_up
from bids.actions.requests import forget, supersede
from bids.content import find, named_in, unsaid
from bids.identity import consent_identity
from bids.models import ConsentRequest
from bids.selectors.bidding import is_priced
from bids.selectors.consents import TERMS, is_time_to_remind
from bids.terms import digest_of, salt_of, terms_of
from framework_portal.audit import trail
from framework_portal.notifications import outbox
from framework_portal.refusals import Refused
from framework_portal.sealing.envelope import seal
from framework_portal.sealing.models import Purpose
from suppliers.actions.inviting import call_off, invite_organisation
from suppliers.models import Supplier
from suppliers.selectors.inviting import sent_to, taken_up_by

ANOTHER = gettext_lazy("Remove this organisation and add the other one: each is asked for itself")


@trail.keeps_refusals("bid.consent_refused", of="bid")
@guards.in_words
@transaction.atomic
def ask_consent(*, bid, reference, by, at):
    """Put the terms of the entry with this `reference` to its organisation, by mail.

    Terms that were put before are replaced. Answers the request; twice is once.
    """
    bid, content = taken_up(bid, at)
    entry = find(named_in(content), reference)
    if entry is None:
        raise Refused("gone", _("This organisation is not named in your bid any more"))
    return _put(bid, content, entry, by, at)


@trail.keeps_refusals("bid.consent_refused", of="bid")
@guards.in_words
@transaction.atomic
def remind_of_consent(*, bid, reference, by, at):
    """Mail the organisation once more that its answer is waited for: at most once a day."""
    bid, _content = taken_up(bid, at)
    request = bid.consents.waiting().filter(entry=reference).first()
    if request is None:
        raise Refused("not_waiting", _("Nobody waits for an answer of this organisation"))
    if not is_time_to_remind(request, at=at):
        raise Refused(
            "reminded", _("This organisation was written to within the last day. Wait until then")
        )
    request.reminded_at = at
    request.save(update_fields=["reminded_at"])
    _mail("consent_reminder", request, by, at)
    trail.record("bid.consent_reminded", bid, by=by, consent=str(request.reference))
    return request


def refuse_another(bid, entry, before):
    """Refuse to put somebody else in the place of who was asked.

    Only the address of an invitation that nobody has taken up may be corrected.
    """
    asked = bid.consents.filter(entry=entry["reference"])
    if (
        not (entry["email"] and before["email"])
        or asked.filter(supplier__isnull=False).exists()
        or taken_up_by(inviter=bid.supplier, email=before["email"]) is not None
    ):
        raise Refused("another", ANOTHER, field="name")


def ask_at_new_address(bid, content, entry, before, *, by, at):
    """What was asked at the address of `before` is asked at the new one; the old link ends.

    Under the bid's lock. The link works on only where another bid of the lead waits for it.
    """
    standing = list(bid.consents.waiting().filter(entry=entry["reference"]))
    supersede(standing, at)
    old = {"inviter": bid.supplier, "email": before["email"]}
    invitation = sent_to(**old)
    if invitation is not None and not ConsentRequest.objects.waiting_at(**old, at=at).exists():
        invitation = call_off(invitation=invitation, by=by, at=at)
    if invitation is not None and invitation.accepted_at is not None:
        raise Refused("another", ANOTHER, field="name")  # in this very moment
    trail.record("bid.consent_readdressed", bid, by=by, entry=entry["reference"])
    has_price = content["price"] or not is_priced(bid.lot.competition)
    if standing and has_price and not unsaid(entry):
        _put(bid, content, entry, by, at)


def name_no_more(bid, *, at, but=None):
    """Requests of organisations that `but`, the offer that is left, does not name: they end.

    Under the bid's lock. Consents that a submitted version rests on are withdrawn by their
    organisation alone.
    """
    named = {entry["reference"] for entry in (but or {}).get("subcontractors", [])}
    supersede([each for each in bid.consents.standing() if str(each.entry) not in named], at)


def forget_terms(bid):
    """Under the bid's lock: what of its requests lies under the portal's own key goes.

    The bid is sealed, and what was agreed in it; nothing beside it tells what it says.
    """
    forget(list(bid.consents.all()))


def _put(bid, content, entry, by, at):
    if unsaid(entry):
        raise Refused("unsaid", _("Say all of its terms before you ask for its consent"))
    if is_priced(bid.lot.competition) and not content["price"]:
        raise Refused("no_price", _("Enter your price first: its share is named in pounds too"))
    terms = terms_of(bid, content, entry)
    digest, newest = digest_of(terms, entry), _newest(bid, entry)
    if newest is not None and newest.digest == digest and (newest.waits or _holds(newest)):
        return newest
    supplier = _asked(bid, entry, newest)
    if newest is not None and newest.superseded_at is None:
        supersede([newest], at)
    request = ConsentRequest(
        bid=bid,
        entry=entry["reference"],
        number=newest.number + 1 if newest else 1,
        supplier=supplier,
        invited_email=entry["email"],
        claimed_at=at if supplier and entry["email"] else None,
        digest=digest,
        asked_at=at,
        asked_by=by,
    )
    request.terms = seal(
        terms,
        purpose=Purpose.DRAFT,
        bound_to=consent_identity(request, TERMS),
        salt=salt_of(entry),
    )
    request.save(force_insert=True)
    _mail("consent_asked", request, by, at)
    trail.record("bid.consent_asked", bid, by=by, consent=str(request.reference))
    return request


def _newest(bid, entry):
    return bid.consents.filter(entry=entry["reference"]).order_by("number").last()


def _holds(request):
    return request.is_agreed and request.superseded_at is None


def _asked(bid, entry, newest):
    """The organisation that answers; None while nobody has taken up the invitation."""
    if entry["supplier"]:
        return Supplier.objects.get(reference=entry["supplier"])
    if newest is not None and newest.supplier is not None:
        return newest.supplier
    supplier = taken_up_by(inviter=bid.supplier, email=entry["email"])
    others = bid.consents.standing().exclude(entry=entry["reference"])
    if supplier is not None and others.filter(supplier=supplier).exists():
        raise Refused("named_already", _("You have named this organisation already"))
    return supplier


def _mail(kind, request, by, at):
    """To the organisation; where it is not here yet, the link with which it comes in."""
    if request.supplier is None:
        invite_organisation(
            inviter=request.bid.supplier,
            email=request.invited_email,
            by=by,
            at=at,
        )
        return
    outbox.queue(
        kind,
        to=request.supplier.contact_email,
        key=f"consent:{request.reference}:{kind}:{request.reminded_at or request.asked_at}",
        expires_at=request.bid.lot.competition.closes_at,
        consent=str(request.reference),
    )
