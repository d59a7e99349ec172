"""Starting a bid and writing it: every save seals the whole draft anew.

Each page saves only its own part, merged under the lock of the bid's row, so two people may write
two answers at once. Where somebody else changed the same part meanwhile, nothing is written:
`Changed` carries what they wrote, and the person chooses.
"""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bids import guards
from bids.content import fingerprint, price_of, says_the_same
from bids.identity import identity
from bids.models import Bid
from bids.selectors.bidding import counting_offer, offer_of
from bids.states import BID
from framework_portal.audit import trail
from framework_portal.refusals import Refused
from framework_portal.sealing.envelope import discard, seal
from framework_portal.sealing.models import Purpose


class Changed(Refused):
    """Somebody else changed the same part since the page was shown; `theirs` is what it says."""

    def __init__(self, theirs, *, saved_at=None, saved_by=None):
        super().__init__(
            "changed",
            _("This was changed after you opened the page. Compare the two and choose"),
        )
        self.theirs, self.saved_at, self.saved_by = theirs, saved_at, saved_by


@trail.keeps_refusals("bid.start_refused", of="bid")
@guards.in_words
@transaction.atomic
def start_bid(*, lot, supplier, by, at):
    """A draft for `lot`, with nothing in it. One live bid of a supplier for a lot."""
    refuse_closed(lot.competition, at)
    if not supplier.matches(lot, at=at):
        raise Refused("no_match", guards.NO_MATCH)
    bid = Bid.objects.create(lot=lot, supplier=supplier, started_at=at, started_by=by)
    trail.record("bid.started", bid, by=by, lot=str(lot.reference))
    return bid


@trail.keeps_refusals("bid.saving_refused", of="bid")
@guards.in_words
@transaction.atomic
def save_answer(*, bid, question, text, by, at, shown=None):
    """Keep the answer to one question, however long: the limit is asked at submission.

    `shown` is the fingerprint of the answer that the page showed; None overwrites.
    """
    bid, content = taken_up(bid, at)
    if question.criterion.competition_id != bid.lot.competition_id:
        raise Refused("foreign", _("This question belongs to another competition"))
    key, text = str(question.reference), text.replace("\r\n", "\n")
    answer = content["answers"].get(key, {"text": ""})
    if text == answer["text"]:
        return bid
    if shown is not None and shown != fingerprint(answer["text"]):
        raise Changed(
            answer["text"], saved_at=answer.get("saved_at"), saved_by=answer.get("saved_by")
        )
    content["answers"][key] = {"text": text, "saved_at": at.isoformat(), "saved_by": by.pk}
    return put_down(bid, content, by=by, at=at, part="answer", question=key)


@trail.keeps_refusals("bid.saving_refused", of="bid")
@guards.in_words
@transaction.atomic
def save_price(*, bid, price, by, at, note="", shown=None):
    """Keep the price, to the penny, and what is said about it. None takes it away."""
    bid, content = taken_up(bid, at)
    wanted = {
        "price": None if price is None else f"{price:.2f}",
        "price_note": note.replace("\r\n", "\n"),
    }
    before = price_of(content)
    if wanted == before:
        return bid
    if shown is not None and shown != fingerprint(before):
        raise Changed(before)
    return put_down(bid, content | wanted, by=by, at=at, part="price")


def locked(bid):
    """The bid under its row's lock, and what else is needed, read after the lock was won."""
    # FOR NO KEY UPDATE: the ticket of an arrival, which refers to the bid, is not kept waiting.
    Bid.objects.select_for_update(no_key=True).values_list("pk").get(pk=bid.pk)
    # A statement of its own: one that waited for a lock still sees the other rows as they were.
    fresh = Bid.objects.select_related("lot__competition", "draft", "offer").get(pk=bid.pk)
    fresh.supplier = bid.supplier
    return fresh


def taken_up(bid, at):
    """The bid, locked, with what it says, for a change that is still allowed."""
    bid = locked(bid)
    BID.target("edit", bid.state)
    refuse_closed(bid.lot.competition, at)
    return bid, offer_of(bid)


def refuse_closed(competition, at):
    """Nothing is written before opening, after closing or once it is abandoned."""
    if not competition.is_open(at=at):
        raise Refused(
            "closed", _("The competition is not open, so your bid can no longer be changed")
        )


def put_down(bid, content, *, by, at, **facts):
    """Seal `content` as the bid's draft in place of the former one, and keep who saved what."""
    former, draft = bid.draft, None
    if bid.offer is None or not says_the_same(content, counting_offer(bid)):
        draft = seal(content, purpose=Purpose.DRAFT, bound_to=identity(bid))
    bid.draft = draft
    bid.has_changes = draft is not None and bid.offer_id is not None
    bid.edition += 1
    bid.saved_at, bid.saved_by = at, by
    bid.save(update_fields=["draft", "has_changes", "edition", "saved_at", "saved_by"])
    if former is not None:
        discard(former)
    trail.record("bid.saved", bid, by=by, edition=bid.edition, **facts)
    return bid
