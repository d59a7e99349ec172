"""What a key subcontractor does with the terms it was asked about, in its own account.

Each act takes the lock of the bid's row first: a submission and a withdrawn consent come one after
the other, and the later one knows of the earlier.
"""

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from bids import guards
from bids.actions.drafting import locked, refuse_closed
from bids.actions.receipts import unseating_receipt
from bids.actions.standby import keep_now
from bids.identity import consent_identity
from bids.models import ConsentRequest, ExclusivityAnswer
from bids.selectors.consents import (
    EXCLUSIVITY,
    SIGNED,
    SIGNED_KIND,
    WANTED,
    terms_asked,
)
from bids.selectors.standby import counting, instruction_of, is_left_out
from bids.states import BID, BidState, ConsentAnswer
from framework_portal.audit import trail
from framework_portal.notifications import outbox
from framework_portal.refusals import Refused
from framework_portal.sealing.envelope import seal
from framework_portal.sealing.models import Purpose
from framework_portal.sealing.signing import instant, sign
from suppliers.actions.independence import refuse_people_of
from suppliers.vault.keeping import seal_kept

LONGEST_WISH = 3000


class FirstWordStands(Refused):
    """The same answer again, with another word about exclusivity; the trail does not tell which."""

    def __init__(self):
        super().__init__(
            "answered",
            _(
                "What your organisation said first about working for one lead alone stands. To "
                "say more, write to the commissioner’s integrity officer: send a confidential note"
            ),
            recorded=_("Your organisation has answered this already"),
        )


@trail.keeps_refusals("consent.claim_refused", of="consent")
@guards.in_words
@transaction.atomic
def claim_consent(*, consent, supplier, by, at):
    """The invited organisation is on the portal now: `supplier` answers for it from here on.

    Whoever calls has seen the token of the mail. All that this entry was asked goes along.
    """
    bid, consent = _taken_up(consent, at)
    if consent.supplier_id == supplier.pk:
        return consent
    if consent.supplier_id is not None:
        raise Refused("claimed", _("This invitation has been used already"))
    if supplier.pk == bid.supplier_id:
        raise Refused("itself", _("Your own organisation cannot be a subcontractor"))
    others = bid.consents.standing().exclude(entry=consent.entry)
    if others.filter(supplier=supplier).exists():
        raise Refused("named_already", _("Your organisation is named in this bid already"))
    same = bid.consents.filter(entry=consent.entry, supplier=None)
    same.update(supplier=supplier, claimed_at=at)
    trail.record("bid.consent_claimed", bid, by=by, consent=str(consent.reference))
    consent.supplier, consent.claimed_at = supplier, at
    return consent


@trail.keeps_refusals("consent.answer_refused", of="consent")
@guards.in_words
@transaction.atomic
def answer_consent(*, consent, answer, exclusivity, by, at, words="", told=""):
    """Agree to the terms, ask for a change in `words`, or decline; each request is answered once.

    `exclusivity`: whether it was asked to work for this lead alone, and what it has `told` of it.
    That is kept apart, whatever it is, and nothing that the lead gets is different for it.
    """
    bid, consent = _taken_up(consent, at)
    refuse_people_of(bid.supplier, by)
    if consent.answer == answer:
        _refuse_another_word(consent, exclusivity)
        return consent  # pressed twice
    if consent.answer:
        raise Refused("answered", _("Your organisation has answered this already"))
    if consent.supplier_id is None:
        raise Refused("not_claimed", _("Register your organisation before you answer"))
    words = words.replace("\r\n", "\n").strip()[:LONGEST_WISH]
    if answer == ConsentAnswer.CHANGE_ASKED and not words:
        raise Refused("no_words", _("Say what should change"), field="words")
    consent.answer, consent.answered_at, consent.answered_by = answer, at, by
    if answer == ConsentAnswer.AGREED:
        _sign(bid, consent)
    elif words:
        consent.wanted = _sealed(consent, {"words": words}, WANTED)
    consent.save(update_fields=["answer", "answered_at", "answered_by", "signed", "kept", "wanted"])
    _keep_apart(consent, exclusivity, told, by)
    outbox.cancel(f"consent:{consent.reference}:")
    _tell_lead("consent_answered", bid, consent)
    trail.record("bid.consent_answered", bid, by=by, consent=str(consent.reference), answer=answer)
    if answer == ConsentAnswer.AGREED:
        _let_stand_by_again(bid)
    return consent


@trail.keeps_refusals("consent.withdrawal_refused", of="consent")
@guards.in_words
@transaction.atomic
def withdraw_consent(*, consent, by, at):
    """Take back all that the organisation has agreed to for this entry, until closing.

    A submitted bid that names it is submitted no more, in the same instant, and the lead's people
    who may submit are told at once. Stand-by versions that name it count no more either.
    """
    bid = locked(consent.bid)
    consent = bid.consents.select_related("supplier").get(pk=consent.pk)
    refuse_people_of(bid.supplier, by)
    given = bid.consents.filter(entry=consent.entry).given()
    if consent.withdrawn_at is not None and not given.exists():
        return consent  # pressed twice
    if not given.exists():
        raise Refused("not_given", _("Your organisation has not agreed to this"))
    refuse_closed(bid.lot.competition, at)
    # The trigger stamps the database's instant, and refuses it at or after closing.
    given.update(withdrawn_at=at, withdrawn_by=by)
    consent.refresh_from_db()
    unseated = _unseat(bid, consent)
    trail.record("bid.consent_withdrawn", bid, by=by, consent=str(consent.reference))
    _tell_lead("consent_withdrawn", bid, consent, unseated=unseated)
    return consent


def _taken_up(consent, at):
    """The bid, locked, and the request as it is then, while it can still be answered."""
    bid = locked(consent.bid)
    consent = ConsentRequest.objects.select_related("supplier", "terms").get(pk=consent.pk)
    consent.bid = bid
    refuse_closed(bid.lot.competition, at)
    BID.target("edit", bid.state)
    if consent.superseded_at is not None:
        raise Refused("superseded", _("These terms were replaced or taken back by the lead"))
    return bid, consent


def _refuse_another_word(consent, exclusivity):
    if ExclusivityAnswer.objects.get(consent=consent).said != exclusivity:
        raise FirstWordStands


def _sign(bid, consent):
    """The agreement as a statement that the portal signs: for the bid, and for who gave it."""
    signed = sign(
        {
            "kind": SIGNED_KIND,
            "version": 1,
            "service": settings.PORTAL_ADDRESS,
            "request": consent.reference,
            "number": consent.number,
            "competition": bid.lot.competition.reference,
            "lot": bid.lot.reference,
            "lead": bid.supplier.reference,
            "lead_name": bid.supplier.name,
            "organisation": consent.supplier.reference,
            "organisation_name": consent.supplier.name,
            "terms": terms_asked(consent),
            "agreed_at": instant(consent.answered_at),
            "person": consent.answered_by.reference,
        }
    )
    consent.signed = _sealed(consent, signed, SIGNED)
    bound_to = consent_identity(consent, SIGNED)
    consent.kept = seal_kept(consent.supplier, signed, purpose=Purpose.COPY, bound_to=bound_to)


def _keep_apart(consent, exclusivity, told, by):
    # As much is done whatever is said, so that nothing shows by how long it takes.
    bound_to = consent_identity(consent, EXCLUSIVITY)
    words = seal({"words": told.strip()[:LONGEST_WISH]}, purpose=Purpose.OPENED, bound_to=bound_to)
    ExclusivityAnswer.objects.create(consent=consent, said=exclusivity, words=words, said_by=by)


def _sealed(consent, content, part):
    return seal(content, purpose=Purpose.DRAFT, bound_to=consent_identity(consent, part))


def _let_stand_by_again(bid):
    """Where it is instructed: what the draft says may be complete now."""
    if bid.draft is None or instruction_of(bid) is None:
        return
    if is_left_out(bid) or counting(bid) is None:
        keep_now(bid, told=False)


def _unseat(bid, consent):
    """Whether the bid was submitted with this consent, and is so no more."""
    version = bid.offer and bid.offer.submission
    if bid.state != BidState.SUBMITTED or version is None:
        return False
    named = version.named.filter(consent__entry=consent.entry).select_related("consent").first()
    if named is None:
        return False
    bid.state = BID.target("unseat", bid.state)
    bid.offer, bid.submitted_at, bid.submitted_by, bid.has_changes = None, None, None, False
    bid.edition += 1
    bid.save(
        update_fields=["state", "offer", "submitted_at", "submitted_by", "has_changes", "edition"]
    )
    receipt = unseating_receipt(bid, version, at=named.consent.withdrawn_at)
    trail.record("bid.unseated", bid, sequence=version.sequence, leaf=receipt.leaf)
    return True


def _tell_lead(kind, bid, consent, **context):
    """The lead's contact, who asked, and who may submit: none of them learns more than another."""
    people = {each.user.email for each in bid.supplier.memberships.submitters()}
    people |= {bid.supplier.contact_email, consent.asked_by.email}
    rows = [
        {
            "to": address,
            "key": f"{kind}:{consent.reference}:{address}",
            "context": {"bid": str(bid.reference), **context},
        }
        for address in sorted(people)
    ]
    outbox.queue_many(kind, rows)
